//! The ports of the switches on one side: those to the leaves, or those to the spines.

use super::board::NONE;

/// In [`Side::harm`]: a circuit must make room.
pub(super) const FULL: i16 = 1;
/// In a sum of two harms: the number of circuits that must make room. All else is a multiple of four.
pub(super) const COUNT: i16 = 3;
/// In [`Side::harm`]: it is a live one at home. What that costs, too.
pub(super) const AT_HOME: i16 = 128;
/// In [`Side::harm`]: there is no port at all. More than nearly everything else costs.
pub(super) const NO_PORT: i16 = 1200 + FULL;
/// Rows of [`Side::harm`] are filled up to a multiple of so many switches.
pub(super) const LANES: usize = 16;

/// Ports by node, then switch, since the search looks at all switches of a node at once.
pub(super) struct Side {
    switches: usize,
    most_ports: usize,
    limits: Vec<u32>,
    /// The circuits in the ports; [`NONE`] for none.
    slots: Vec<u32>,
    /// What making room costs: zero, or a sum of the constants above.
    harm: Vec<i16>,
    /// Who would make room; [`NONE`] for nobody.
    victims: Vec<u32>,
    /// What is charged on top, since many ask for these ports.
    prices: Vec<i16>,
}

impl Side {
    /// `ports` go by switch, then node.
    pub(super) fn new(switches: u32, nodes: u32, ports: &[u32]) -> Self {
        let most_ports = ports.iter().copied().max().unwrap_or(0) as usize;
        let (switches, nodes) = ((switches as usize).next_multiple_of(LANES), nodes as usize);
        let mut limits = vec![0; switches * nodes];
        for (at, &limit) in ports.iter().enumerate() {
            limits[at % nodes * switches + at / nodes] = limit;
        }
        Self {
            switches,
            most_ports,
            slots: vec![NONE; limits.len() * most_ports],
            harm: limits.iter().map(|&limit| if limit == 0 { NO_PORT } else { 0 }).collect(),
            victims: vec![NONE; limits.len()],
            prices: vec![0; limits.len()],
            limits,
        }
    }

    /// The most ports that any switch has to any node.
    pub(super) fn most_ports(&self) -> usize {
        self.most_ports
    }

    /// The costs of making room at a node, by switch, with some at the end for switches that are not
    /// there.
    pub(super) fn harm_at(&self, node: u32) -> &[i16] {
        let start = node as usize * self.switches;
        &self.harm[start..start + self.switches]
    }

    /// The cost of making room.
    pub(super) fn harm(&self, switch: u32, node: u32) -> i16 {
        self.harm[self.cell(switch, node)]
    }

    pub(super) fn is_full(&self, switch: u32, node: u32) -> bool {
        self.harm(switch, node) & COUNT != 0
    }

    /// The circuit that would make room, one that is not at home if there is one; [`NONE`] where none
    /// has to, or none is.
    pub(super) fn victim(&self, switch: u32, node: u32) -> u32 {
        self.victims[self.cell(switch, node)]
    }

    /// The circuits in the ports of a switch to a node.
    pub(super) fn circuits(&self, switch: u32, node: u32) -> impl Iterator<Item = u32> {
        self.ports(self.cell(switch, node)).iter().copied().filter(|&circuit| circuit != NONE)
    }

    /// Puts a circuit into a free port.
    pub(super) fn add(&mut self, switch: u32, node: u32, circuit: u32, at_home: &[bool]) {
        self.replace(self.cell(switch, node), [NONE, circuit], at_home);
    }

    /// Takes a circuit out of its port.
    pub(super) fn remove(&mut self, switch: u32, node: u32, circuit: u32, at_home: &[bool]) {
        self.replace(self.cell(switch, node), [circuit, NONE], at_home);
    }

    fn replace(&mut self, cell: usize, [old, new]: [u32; 2], at_home: &[bool]) {
        if self.most_ports == 1 {
            // What the general case below comes to.
            self.slots[cell] = new;
            self.victims[cell] = new;
            let at_home =
                at_home.get(new as usize).map(|&at_home| FULL + i16::from(at_home) * AT_HOME);
            self.harm[cell] = at_home.unwrap_or(0) + self.prices[cell];
            return;
        }
        let start = cell * self.most_ports;
        let ports = &mut self.slots[start..start + self.limits[cell] as usize];
        if let Some(port) = ports.iter_mut().find(|port| **port == old) {
            *port = new;
        }
        let (mut harm, mut victim) = (FULL + AT_HOME, NONE);
        for &circuit in &*ports {
            if circuit == NONE {
                (harm, victim) = (0, NONE);
                break;
            }
            if !at_home[circuit as usize] {
                (harm, victim) = (FULL, circuit);
            } else if victim == NONE {
                victim = circuit;
            }
        }
        self.harm[cell] = harm + self.prices[cell];
        self.victims[cell] = victim;
    }

    /// Makes ports dearer, up to a highest price.
    pub(super) fn raise_price(&mut self, switch: u32, node: u32, by: i16, highest: i16) {
        let cell = self.cell(switch, node);
        let by = by.min(highest - self.prices[cell]);
        self.prices[cell] += by;
        self.harm[cell] += by;
    }

    /// Takes an eighth off all prices, and a little more.
    pub(super) fn shrink_prices(&mut self) {
        for (price, harm) in self.prices.iter_mut().zip(&mut self.harm) {
            // A multiple of four, like the price.
            let by = (((*price / 8) | 3) + 1).min(*price);
            *price -= by;
            *harm -= by;
        }
    }

    fn ports(&self, cell: usize) -> &[u32] {
        let start = cell * self.most_ports;
        &self.slots[start..start + self.limits[cell] as usize]
    }

    fn cell(&self, switch: u32, node: u32) -> usize {
        node as usize * self.switches + switch as usize
    }
}
