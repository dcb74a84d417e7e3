//! Circuits in the ports of switches, with what is kept of the live ones.

use super::{Circuit, Ports, RewireError, Wiring};

pub(super) const NONE: u32 = u32::MAX;

/// Ports on one side of the switches. Ports of a switch to a node are filled from the first on.
pub(super) struct Side {
    switches: usize,
    stride: usize,
    limits: Vec<u32>,
    used: Vec<u32>,
    circuits: Vec<u32>,
    /// What making room in each cell costs: [`FULL`] and [`AT_HOME`], or zero.
    harm: Vec<u32>,
}

/// In [`Side::harm`]: a circuit must make room.
pub(super) const FULL: u32 = 1;
/// In [`Side::harm`]: all circuits there are live ones at home.
pub(super) const AT_HOME: u32 = 1 << 16;
/// In [`Side::harm`]: there is no port at all.
pub(super) const NO_PORT: u32 = 1 << 10;

impl Side {
    /// `ports` go by switch, then node. Here all switches of a node lie side by side, since the search
    /// looks at all of them at once.
    fn new(switches: u32, nodes: u32, ports: &[u32]) -> Self {
        let stride = ports.iter().copied().max().unwrap_or(0) as usize;
        let (switches, nodes) = (switches as usize, nodes as usize);
        let cells = (0..nodes).flat_map(|node| (0..switches).map(move |switch| (switch, node)));
        let limits: Vec<u32> = cells.map(|(switch, node)| ports[switch * nodes + node]).collect();
        Self {
            switches,
            stride,
            used: vec![0; limits.len()],
            circuits: vec![NONE; limits.len() * stride],
            harm: limits.iter().map(|&limit| if limit == 0 { NO_PORT } else { 0 }).collect(),
            limits,
        }
    }

    /// The costs of making room at a node, by switch.
    pub(super) fn harm_at(&self, node: u32) -> &[u32] {
        let start = node as usize * self.switches;
        &self.harm[start..start + self.switches]
    }

    fn update_harm(&mut self, switch: u32, node: u32, home: &[u32]) {
        let cell = self.cell(switch, node);
        if self.limits[cell] == 0 {
            return;
        }
        let full = self.used[cell] >= self.limits[cell];
        let at_home = || self.circuits(switch, node).iter().all(|&c| home[c as usize] == switch);
        let harm = if !full {
            0
        } else if at_home() {
            FULL + AT_HOME
        } else {
            FULL
        };
        self.harm[cell] = harm;
    }

    pub(super) fn is_full(&self, switch: u32, node: u32) -> bool {
        let cell = self.cell(switch, node);
        self.used[cell] >= self.limits[cell]
    }

    /// The circuits in the ports of a switch to a node.
    pub(super) fn circuits(&self, switch: u32, node: u32) -> &[u32] {
        let cell = self.cell(switch, node);
        let start = cell * self.stride;
        &self.circuits[start..start + self.used[cell] as usize]
    }

    fn add(&mut self, switch: u32, node: u32, circuit: u32) {
        let cell = self.cell(switch, node);
        self.circuits[cell * self.stride + self.used[cell] as usize] = circuit;
        self.used[cell] += 1;
    }

    fn remove(&mut self, switch: u32, node: u32, circuit: u32) {
        let cell = self.cell(switch, node);
        let start = cell * self.stride;
        self.used[cell] -= 1;
        let last = start + self.used[cell] as usize;
        // The circuit is there: the board says through which switch it passes.
        let at = (start..last).find(|&at| self.circuits[at] == circuit).unwrap_or(last);
        self.circuits[at] = self.circuits[last];
        self.circuits[last] = NONE;
    }

    fn cell(&self, switch: u32, node: u32) -> usize {
        node as usize * self.switches + switch as usize
    }
}

/// Wanted circuits, each in ports of one switch or, for a while, in none.
pub(super) struct Board {
    pub(super) switches: u32,
    pub(super) leaves: Vec<u32>,
    pub(super) spines: Vec<u32>,
    /// The switch of each circuit; [`NONE`] for none.
    pub(super) switch: Vec<u32>,
    /// The switch where a live circuit of this leaf and spine was; [`NONE`] for new ones.
    pub(super) home: Vec<u32>,
    pub(super) leaf_side: Side,
    pub(super) spine_side: Side,
    /// Spines of the live circuits of each switch and leaf.
    live: Vec<u32>,
    live_stride: usize,
    leaf_count: usize,
    /// `Σ min(t, cur)`.
    pub(super) kept: i64,
}

impl Board {
    /// Keeps live circuits that are wanted (`wanted` ascends) and leaves the others out.
    pub(super) fn new(
        ports: &Ports,
        current: &Wiring,
        wanted: &[(u32, u32)],
    ) -> Result<Self, RewireError> {
        let leaf_side = Side::new(ports.switches, ports.leaves, &ports.leaf_ports);
        let live_stride = leaf_side.stride;
        let mut board = Self {
            switches: ports.switches,
            leaves: wanted.iter().map(|&(leaf, _)| leaf).collect(),
            spines: wanted.iter().map(|&(_, spine)| spine).collect(),
            switch: vec![NONE; wanted.len()],
            home: vec![NONE; wanted.len()],
            live: vec![NONE; leaf_side.circuits.len()],
            live_stride,
            leaf_count: ports.leaves as usize,
            leaf_side,
            spine_side: Side::new(ports.switches, ports.spines, &ports.spine_ports),
            kept: 0,
        };
        board.note_live(ports, current)?;
        let mut at = 0;
        for circuit in current.circuits() {
            let pair = (circuit.leaf, circuit.spine);
            while at < wanted.len() && wanted[at] < pair {
                at += 1;
            }
            if at < wanted.len() && wanted[at] == pair {
                board.home[at] = circuit.switch;
                board.add(at as u32, circuit.switch);
                at += 1;
            }
        }
        Ok(board)
    }

    /// Notes where live circuits are, wanted or not.
    fn note_live(&mut self, ports: &Ports, current: &Wiring) -> Result<(), RewireError> {
        let mut spines = vec![0_u32; ports.spine_ports.len()];
        for &Circuit { leaf, spine, switch } in current.circuits() {
            if leaf >= ports.leaves || spine >= ports.spines {
                return Err(RewireError::Unknown { leaf, spine });
            }
            if switch >= ports.switches {
                return Err(RewireError::Live { switch });
            }
            let start = (switch as usize * self.leaf_count + leaf as usize) * self.live_stride;
            let limit = ports.leaf_ports(switch, leaf) as usize;
            let free = self.live[start..start + limit].iter().position(|&other| other == NONE);
            let used = &mut spines[(switch * ports.spines + spine) as usize];
            *used += 1;
            match free {
                Some(free) if *used <= ports.spine_ports(switch, spine) => {
                    self.live[start + free] = spine;
                }
                _ => return Err(RewireError::Live { switch }),
            }
        }
        Ok(())
    }

    /// Puts a circuit into free ports of a switch.
    pub(super) fn add(&mut self, circuit: u32, switch: u32) {
        let (leaf, spine) = (self.leaves[circuit as usize], self.spines[circuit as usize]);
        self.kept += i64::from(self.same(switch, leaf, spine) < self.live(switch, leaf, spine));
        self.leaf_side.add(switch, leaf, circuit);
        self.spine_side.add(switch, spine, circuit);
        self.leaf_side.update_harm(switch, leaf, &self.home);
        self.spine_side.update_harm(switch, spine, &self.home);
        self.switch[circuit as usize] = switch;
    }

    /// Takes a circuit out of its ports.
    pub(super) fn remove(&mut self, circuit: u32) {
        let (leaf, spine) = (self.leaves[circuit as usize], self.spines[circuit as usize]);
        let switch = std::mem::replace(&mut self.switch[circuit as usize], NONE);
        self.kept -= i64::from(self.same(switch, leaf, spine) <= self.live(switch, leaf, spine));
        self.leaf_side.remove(switch, leaf, circuit);
        self.spine_side.remove(switch, spine, circuit);
        self.leaf_side.update_harm(switch, leaf, &self.home);
        self.spine_side.update_harm(switch, spine, &self.home);
    }

    /// Wanted circuits of a leaf and spine that pass a switch.
    fn same(&self, switch: u32, leaf: u32, spine: u32) -> usize {
        let circuits = self.leaf_side.circuits(switch, leaf).iter();
        circuits.filter(|&&circuit| self.spines[circuit as usize] == spine).count()
    }

    /// Live circuits of a leaf and spine that pass a switch.
    fn live(&self, switch: u32, leaf: u32, spine: u32) -> usize {
        let start = (switch as usize * self.leaf_count + leaf as usize) * self.live_stride;
        let spines = self.live[start..start + self.live_stride].iter();
        spines.filter(|&&other| other == spine).count()
    }

    pub(super) fn wiring(&self) -> Wiring {
        let circuits = (0..self.switch.len()).map(|at| Circuit {
            leaf: self.leaves[at],
            spine: self.spines[at],
            switch: self.switch[at],
        });
        Wiring::new(circuits.collect())
    }
}
