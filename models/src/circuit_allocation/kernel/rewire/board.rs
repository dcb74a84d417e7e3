//! Circuits in the ports of switches, with what is kept of the live ones.

use super::side::{Circuits, Side};
use super::{Circuit, Ports, RewireError, Wiring};

pub(super) const NONE: u32 = u32::MAX;

/// Wanted circuits, each in ports of one switch or, for a while, in none.
pub(super) struct Board {
    pub(super) switches: u32,
    /// The leaf of each circuit, and its spine.
    leaves: Vec<u32>,
    spines: Vec<u32>,
    /// The switch of each circuit; [`NONE`] for none.
    pub(super) switch: Vec<u32>,
    /// Whether each circuit passes a switch where a live one of its leaf and spine does, each live
    /// one counting once.
    pub(super) at_home: Vec<bool>,
    pub(super) leaf_side: Side,
    pub(super) spine_side: Side,
    /// The switches of the live circuits of each circuit's leaf and spine, wanted or not.
    homes: Vec<u32>,
    first_home: Vec<u32>,
    /// Whether one switch can carry several circuits of one leaf and spine.
    parallel: bool,
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
        check_live(ports, current)?;
        let leaf_side = Side::new(ports.switches, ports.leaves, ports.spines, &ports.leaf_ports);
        let spine_side = Side::new(ports.switches, ports.spines, ports.leaves, &ports.spine_ports);
        let mut board = Self {
            switches: ports.switches,
            leaves: wanted.iter().map(|pair| pair.0).collect(),
            spines: wanted.iter().map(|pair| pair.1).collect(),
            switch: vec![NONE; wanted.len()],
            at_home: vec![false; wanted.len()],
            homes: Vec::with_capacity(current.circuits().len()),
            first_home: Vec::with_capacity(wanted.len() + 1),
            parallel: leaf_side.most_ports() > 1 && spine_side.most_ports() > 1,
            leaf_side,
            spine_side,
            kept: 0,
        };
        let live = current.circuits();
        let mut from = 0;
        for (at, &pair) in wanted.iter().enumerate() {
            let of = |circuit: &Circuit| (circuit.leaf, circuit.spine);
            if at == 0 || wanted[at - 1] != pair {
                from += live[from..].partition_point(|circuit| of(circuit) < pair);
            }
            let same = live[from..].partition_point(|circuit| of(circuit) == pair);
            board.first_home.push(board.homes.len() as u32);
            board.homes.extend(live[from..from + same].iter().map(|circuit| circuit.switch));
        }
        board.first_home.push(board.homes.len() as u32);
        let mut nth = 0;
        for (at, pair) in wanted.iter().enumerate() {
            nth = if at > 0 && wanted[at - 1] == *pair { nth + 1 } else { 0 };
            if let Some(&home) = board.homes(at as u32).get(nth) {
                board.add(at as u32, home);
            }
        }
        Ok(board)
    }

    /// Leaf and spine of a circuit.
    #[inline]
    pub(super) fn pair(&self, circuit: u32) -> (u32, u32) {
        (self.leaves[circuit as usize], self.spines[circuit as usize])
    }

    /// The switches of the live circuits of a circuit's leaf and spine.
    pub(super) fn homes(&self, circuit: u32) -> &[u32] {
        let at = circuit as usize;
        &self.homes[self.first_home[at] as usize..self.first_home[at + 1] as usize]
    }

    /// Puts a circuit into free ports of a switch.
    pub(super) fn add(&mut self, circuit: u32, switch: u32) {
        let at = circuit as usize;
        let live = self.homes(circuit).iter().filter(|&&home| home == switch).count();
        let at_home =
            live > 0 && (!self.parallel || live > self.twins(circuit, switch, true).count());
        self.at_home[at] = at_home;
        self.kept += i64::from(at_home);
        self.switch[at] = switch;
        self.replace(circuit, switch, [NONE, circuit]);
    }

    /// Takes a circuit out of its ports.
    pub(super) fn remove(&mut self, circuit: u32) {
        let at = circuit as usize;
        let switch = std::mem::replace(&mut self.switch[at], NONE);
        let mut heir = None;
        if std::mem::replace(&mut self.at_home[at], false) {
            self.kept -= 1;
            if self.parallel {
                heir = self.twins(circuit, switch, false).find(|&twin| twin != circuit);
            }
        }
        if let Some(heir) = heir {
            self.at_home[heir as usize] = true;
            self.kept += 1;
        }
        self.replace(circuit, switch, [circuit, NONE]);
    }

    /// In the ports that a circuit has at a switch, or is to have.
    fn replace(&mut self, circuit: u32, switch: u32, old_and_new: [u32; 2]) {
        let (leaf, spine) = self.pair(circuit);
        let circuits = Circuits { others: &self.spines, at_home: &self.at_home };
        self.leaf_side.replace([switch, leaf], old_and_new, circuits);
        let circuits = Circuits { others: &self.leaves, at_home: &self.at_home };
        self.spine_side.replace([switch, spine], old_and_new, circuits);
    }

    /// Circuits of the same leaf and spine through a switch, those at home or the others.
    fn twins(&self, circuit: u32, switch: u32, at_home: bool) -> impl Iterator<Item = u32> {
        let pair = self.pair(circuit);
        self.leaf_side.circuits(switch, pair.0).filter(move |&other| {
            self.pair(other) == pair && self.at_home[other as usize] == at_home
        })
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

/// Refuses live circuits of unknown leaves, spines or switches, and more of them than there are ports.
fn check_live(ports: &Ports, current: &Wiring) -> Result<(), RewireError> {
    let mut leaves = ports.leaf_ports.clone();
    let mut spines = ports.spine_ports.clone();
    for &Circuit { leaf, spine, switch } in current.circuits() {
        if leaf >= ports.leaves || spine >= ports.spines {
            return Err(RewireError::Unknown { leaf, spine });
        }
        if switch >= ports.switches {
            return Err(RewireError::Live { switch });
        }
        for free in [
            &mut leaves[(switch * ports.leaves + leaf) as usize],
            &mut spines[(switch * ports.spines + spine) as usize],
        ] {
            *free = free.checked_sub(1).ok_or(RewireError::Live { switch })?;
        }
    }
    Ok(())
}
