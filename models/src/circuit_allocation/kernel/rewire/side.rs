//! The ports of the switches on one side: those to the leaves, or those to the spines.

use super::board::NONE;
use super::search::{AT_HOME, POINTLESS};

/// In [`Side::victim`]: there is no port at all.
pub(super) const NO_PORT: u32 = u32::MAX - 1;

/// What the search asks of the ports of a switch to a node.
#[derive(Clone, Copy)]
pub(super) struct Port {
    /// What it costs at least to take one: its price, and that of keeping who would make room.
    pub(super) cost: i32,
    /// The node at the other end of who would make room; one after the last where there is nobody.
    pub(super) other: u32,
    /// Who would make room; [`NONE`] where nobody has to, [`NO_PORT`] where nobody can.
    pub(super) victim: u32,
    /// What the port is charged at now, since many ask for it.
    price: i32,
}

/// Circuits as one side sees them.
#[derive(Clone, Copy)]
pub(super) struct Circuits<'a> {
    /// The nodes at their other ends.
    pub(super) others: &'a [u32],
    pub(super) at_home: &'a [bool],
}

/// Ports by node, then switch, since the search looks at all switches of a node at once.
pub(super) struct Side {
    switches: usize,
    most_ports: usize,
    /// Words of 64 switches per node in the sets below.
    words: usize,
    limits: Vec<u32>,
    /// The circuits in the ports, where some have more than one; [`NONE`] for none.
    slots: Vec<u32>,
    /// The switches with a free port, by node; all of them for the node that stands for none.
    open: Vec<u64>,
    /// The switches with a free port or with a circuit that is not at home, by node.
    cheap: Vec<u64>,
    /// What the ports are charged at in the long run.
    base_prices: Vec<i32>,
    ports: Vec<Port>,
    /// One after the last node of the other side.
    nowhere: u32,
}

impl Side {
    /// `ports` go by switch, then node.
    pub(super) fn new(switches: u32, nodes: u32, others: u32, ports: &[u32]) -> Self {
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
            slots: if most_ports > 1 { vec![NONE; limits.len() * most_ports] } else { Vec::new() },
            cheap: open.clone(),
            open,
            base_prices: vec![0; limits.len()],
            ports: limits
                .iter()
                .map(|&limit| match limit {
                    0 => Port { cost: POINTLESS, victim: NO_PORT, other: others, price: 0 },
                    _ => Port { cost: 0, victim: NONE, other: others, price: 0 },
                })
                .collect(),
            nowhere: others,
            limits,
        }
    }

    /// The most ports that any switch has to any node.
    pub(super) fn most_ports(&self) -> usize {
        self.most_ports
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
        self.ports[self.cell(switch, node)].victim
    }

    /// The ports of a node, by switch.
    #[inline]
    pub(super) fn row(&self, node: u32) -> &[Port] {
        &self.ports[node as usize * self.switches..][..self.switches]
    }

    /// Whether a node and one of the other side, with these switches open, have one open in common.
    #[inline]
    pub(super) fn meets(&self, node: u32, open: &[u64]) -> bool {
        match open {
            // Up to 64 switches: faster.
            [open] => self.open[node as usize] & open != 0,
            _ => self.open(node).iter().zip(open).any(|(a, b)| a & b != 0),
        }
    }

    /// The circuits in the ports of a switch to a node.
    pub(super) fn circuits(&self, switch: u32, node: u32) -> impl Iterator<Item = u32> {
        let cell = self.cell(switch, node);
        let circuits = if self.most_ports == 1 {
            std::slice::from_ref(&self.ports[cell].victim)
        } else {
            &self.slots[cell * self.most_ports..][..self.limits[cell] as usize]
        };
        circuits.iter().copied().filter(|&circuit| circuit < NO_PORT)
    }

    /// Puts a circuit into a free port, in the place of [`NONE`], or takes one out.
    pub(super) fn replace(
        &mut self,
        [switch, node]: [u32; 2],
        [old, new]: [u32; 2],
        circuits: Circuits<'_>,
    ) {
        let Circuits { others, at_home } = circuits;
        let cell = self.cell(switch, node);
        let victim = if self.most_ports == 1 {
            new
        } else {
            let start = cell * self.most_ports;
            let slots = &mut self.slots[start..start + self.limits[cell] as usize];
            if let Some(slot) = slots.iter_mut().find(|slot| **slot == old) {
                *slot = new;
            }
            // A free port, else a circuit that is not at home, else any.
            let cost =
                |&circuit: &u32| (circuit != NONE).then(|| at_home.get(circuit as usize).copied());
            slots.iter().copied().min_by_key(cost).unwrap_or(NO_PORT)
        };
        let (other, keeps) = match others.get(victim as usize) {
            Some(&other) => (other, at_home[victim as usize]),
            None => (self.nowhere, false),
        };
        let port = &mut self.ports[cell];
        *port = Port { cost: port.price + i32::from(keeps) * AT_HOME, other, victim, ..*port };
        let (word, shift) = (node as usize * self.words + switch as usize / 64, switch % 64);
        let set = |set: &mut u64, member: bool| {
            *set = *set & !(1 << shift) | u64::from(member) << shift;
        };
        set(&mut self.open[word], victim == NONE);
        set(&mut self.cheap[word], !keeps);
    }

    /// Sets prices for the long run.
    pub(super) fn set_prices(&mut self, prices: impl Iterator<Item = i32>) {
        self.base_prices = prices.collect();
        for (port, base) in self.ports.iter_mut().zip(&self.base_prices) {
            port.cost += base - port.price;
            port.price = *base;
        }
    }

    /// Makes ports dearer, up to so much more than in the long run.
    pub(super) fn raise_price(&mut self, switch: u32, node: u32, by: i32, most: i32) {
        let cell = self.cell(switch, node);
        let port = &mut self.ports[cell];
        let by = by.min(self.base_prices[cell] + most - port.price);
        port.price += by;
        port.cost += by;
    }

    /// Takes an eighth off what has been added to prices, and a little more.
    pub(super) fn shrink_prices(&mut self) {
        for (port, base) in self.ports.iter_mut().zip(&self.base_prices) {
            let by = ((port.price - base) / 8 + 4).min(port.price - base);
            port.price -= by;
            port.cost -= by;
        }
    }

    #[inline]
    fn cell(&self, switch: u32, node: u32) -> usize {
        node as usize * self.switches + switch as usize
    }
}
