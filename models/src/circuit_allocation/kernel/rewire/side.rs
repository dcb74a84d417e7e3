//! The ports of the switches on one side: those to the leaves, or those to the spines.

use super::board::NONE;
use super::search::{AT_HOME, POINTLESS};

/// In [`Side::victim`]: there is no port at all.
pub(super) const NO_PORT: u32 = u32::MAX - 1;

/// Ports by node, then switch, since the search looks at all switches of a node at once.
pub(super) struct Side {
    switches: usize,
    most_ports: usize,
    /// Words of 64 switches per node in the sets below.
    words: usize,
    limits: Vec<u32>,
    /// The circuits in the ports; [`NONE`] for none.
    slots: Vec<u32>,
    /// Who would make room; [`NONE`] where nobody has to, [`NO_PORT`] where nobody can.
    victims: Vec<u32>,
    /// The switches with a free port, by node; all of them for one node more, see [`super::board`].
    open: Vec<u64>,
    /// The switches with a free port or with a circuit that is not at home, by node.
    cheap: Vec<u64>,
    /// What the ports are charged at: in the long run, and now, since many ask for them.
    base_prices: Vec<i32>,
    prices: Vec<i32>,
    /// What it costs at least to take a port: its price, and that of keeping who would make room.
    costs: Vec<i32>,
}

impl Side {
    /// `ports` go by switch, then node.
    pub(super) fn new(switches: u32, nodes: u32, ports: &[u32]) -> Self {
        let most_ports = ports.iter().copied().max().unwrap_or(0) as usize;
        let (switches, nodes) = (switches as usize, nodes as usize);
        let words = switches.div_ceil(64);
        let mut limits = vec![0; ports.len()];
        let mut open = vec![0; nodes * words];
        open.extend(std::iter::repeat_n(u64::MAX, words));
        for (at, &limit) in ports.iter().enumerate() {
            let (switch, node) = (at / nodes, at % nodes);
            limits[node * switches + switch] = limit;
            open[node * words + switch / 64] |= u64::from(limit > 0) << (switch % 64);
        }
        Self {
            switches,
            most_ports,
            words,
            slots: vec![NONE; limits.len() * most_ports],
            victims: limits.iter().map(|&l| if l == 0 { NO_PORT } else { NONE }).collect(),
            cheap: open.clone(),
            open,
            base_prices: vec![0; limits.len()],
            prices: vec![0; limits.len()],
            costs: limits.iter().map(|&l| if l == 0 { POINTLESS } else { 0 }).collect(),
            limits,
        }
    }

    /// The most ports that any switch has to any node.
    pub(super) fn most_ports(&self) -> usize {
        self.most_ports
    }

    /// How many leaves or spines there are.
    pub(super) fn nodes(&self) -> usize {
        self.limits.len() / self.switches.max(1)
    }

    /// Ports by node, then switch.
    pub(super) fn limits(&self) -> &[u32] {
        &self.limits
    }

    pub(super) fn is_full(&self, switch: u32, node: u32) -> bool {
        self.open(node)[switch as usize / 64] >> (switch % 64) & 1 == 0
    }

    /// The switches with a free port to a node, as a set.
    #[inline]
    pub(super) fn open(&self, node: u32) -> &[u64] {
        &self.open[node as usize * self.words..][..self.words]
    }

    /// Those, and the switches where a circuit that is not at home could make room.
    #[inline]
    pub(super) fn cheap(&self, node: u32) -> &[u64] {
        &self.cheap[node as usize * self.words..][..self.words]
    }

    /// The circuit that would make room, one that is not at home if there is one; [`NONE`] where none
    /// has to, [`NO_PORT`] where none is.
    #[inline]
    pub(super) fn victim(&self, switch: u32, node: u32) -> u32 {
        self.victims[self.cell(switch, node)]
    }

    /// What a port of a node costs at least, and who would make room, by switch.
    #[inline]
    pub(super) fn row(&self, node: u32) -> (&[i32], &[u32]) {
        let start = node as usize * self.switches;
        (&self.costs[start..][..self.switches], &self.victims[start..][..self.switches])
    }

    /// The circuits in the ports of a switch to a node.
    pub(super) fn circuits(&self, switch: u32, node: u32) -> impl Iterator<Item = u32> {
        self.ports(self.cell(switch, node)).iter().copied().filter(|&circuit| circuit != NONE)
    }

    /// Puts a circuit into a free port.
    pub(super) fn add(&mut self, switch: u32, node: u32, circuit: u32, at_home: &[bool]) {
        self.replace([switch, node], [NONE, circuit], at_home);
    }

    /// Takes a circuit out of its port.
    pub(super) fn remove(&mut self, switch: u32, node: u32, circuit: u32, at_home: &[bool]) {
        self.replace([switch, node], [circuit, NONE], at_home);
    }

    fn replace(&mut self, [switch, node]: [u32; 2], [old, new]: [u32; 2], at_home: &[bool]) {
        let cell = self.cell(switch, node);
        let mut victim = new;
        if self.most_ports == 1 {
            self.slots[cell] = new;
        } else {
            let start = cell * self.most_ports;
            let ports = &mut self.slots[start..start + self.limits[cell] as usize];
            if let Some(port) = ports.iter_mut().find(|port| **port == old) {
                *port = new;
            }
            // A free port, else a circuit that is not at home, else any.
            let cost =
                |&circuit: &u32| (circuit != NONE).then(|| at_home.get(circuit as usize).copied());
            victim = ports.iter().copied().min_by_key(cost).unwrap_or(NO_PORT);
        }
        self.victims[cell] = victim;
        let (word, bit) = (node as usize * self.words + switch as usize / 64, 1 << (switch % 64));
        let set =
            |set: &mut u64, member: bool| *set = if member { *set | bit } else { *set & !bit };
        set(&mut self.open[word], victim == NONE);
        let keeps = at_home.get(victim as usize) == Some(&true);
        set(&mut self.cheap[word], !keeps);
        self.costs[cell] = self.prices[cell] + i32::from(keeps) * AT_HOME;
    }

    /// Sets prices for the long run.
    pub(super) fn set_prices(&mut self, prices: impl Iterator<Item = i32>) {
        self.base_prices = prices.collect();
        for ((cost, price), base) in
            self.costs.iter_mut().zip(&mut self.prices).zip(&self.base_prices)
        {
            *cost += base - *price;
            *price = *base;
        }
    }

    /// Makes ports dearer, up to so much more than in the long run.
    pub(super) fn raise_price(&mut self, switch: u32, node: u32, by: i32, most: i32) {
        let cell = self.cell(switch, node);
        let by = by.min(self.base_prices[cell] + most - self.prices[cell]);
        self.prices[cell] += by;
        self.costs[cell] += by;
    }

    /// Takes an eighth off what has been added to prices, and a little more.
    pub(super) fn shrink_prices(&mut self) {
        for ((price, base), cost) in
            self.prices.iter_mut().zip(&self.base_prices).zip(&mut self.costs)
        {
            let by = ((*price - base) / 8 + 4).min(*price - base);
            *price -= by;
            *cost -= by;
        }
    }

    fn ports(&self, cell: usize) -> &[u32] {
        let start = cell * self.most_ports;
        &self.slots[start..start + self.limits[cell] as usize]
    }

    #[inline]
    fn cell(&self, switch: u32, node: u32) -> usize {
        node as usize * self.switches + switch as usize
    }
}
