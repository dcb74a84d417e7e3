//! Alternating chains of two switches, and the insertion of new circuits along them.

use super::board::{Board, NONE};

/// The exchange of a chain, to be undone if it does not please.
#[derive(Default)]
pub(super) struct Exchange {
    /// Circuits that changed, with the switch they had; [`NONE`] for a new one.
    moved: Vec<(u32, u32)>,
    waiting: Vec<(u32, u32)>,
}

impl Board {
    /// Moves a circuit (or a new one) from switch `from` to `to`; circuits in its way move from `to`
    /// to `from`, those in their way back, and so on. Among several in the way the one is taken whose
    /// move keeps most. False, with nothing changed, when ports differ and the chain ends nowhere, or
    /// when more than `loss` live circuits would be lost on the way.
    pub(super) fn exchange(
        &mut self,
        circuit: u32,
        [from, to]: [u32; 2],
        loss: i64,
        exchange: &mut Exchange,
    ) -> bool {
        exchange.moved.clear();
        exchange.waiting.clear();
        let least = self.kept - loss;
        exchange.moved.push((circuit, self.switch[circuit as usize]));
        if self.switch[circuit as usize] != NONE {
            self.remove(circuit);
        }
        exchange.waiting.push((circuit, to));
        while let Some((circuit, switch)) = exchange.waiting.pop() {
            let other = if switch == to { from } else { to };
            let (leaf, spine) = self.pair(circuit);
            let mut open = !self.leaf_side.is_full(switch, leaf);
            if !open {
                let victim = self.victim(self.leaf_side.circuits(switch, leaf), exchange);
                open = self.push_out(victim, other, exchange);
            }
            if open && self.spine_side.is_full(switch, spine) {
                let victim = self.victim(self.spine_side.circuits(switch, spine), exchange);
                open = self.push_out(victim, other, exchange);
            }
            if !open || self.kept + (exchange.waiting.len() as i64) < least {
                self.undo(exchange);
                return false;
            }
            self.add(circuit, switch);
        }
        true
    }

    /// The circuit to push out: one that has not moved yet, rather one that keeps nothing here.
    fn victim(&self, circuits: impl Iterator<Item = u32>, exchange: &Exchange) -> Option<u32> {
        let has_moved = |circuit: u32| exchange.moved.iter().any(|&(moved, _)| moved == circuit);
        let unmoved = circuits.filter(|&circuit| !has_moved(circuit));
        unmoved.min_by_key(|&circuit| self.at_home[circuit as usize])
    }

    fn push_out(&mut self, victim: Option<u32>, other: u32, exchange: &mut Exchange) -> bool {
        let Some(victim) = victim else { return false };
        exchange.moved.push((victim, self.switch[victim as usize]));
        self.remove(victim);
        exchange.waiting.push((victim, other));
        true
    }

    /// Puts everything back.
    pub(super) fn undo(&mut self, exchange: &mut Exchange) {
        for &(circuit, _) in &exchange.moved {
            if self.switch[circuit as usize] != NONE {
                self.remove(circuit);
            }
        }
        for &(circuit, switch) in &exchange.moved {
            if switch != NONE {
                self.add(circuit, switch);
            }
        }
    }

    /// Inserts all circuits without a switch, each where it costs fewest live ones; returns those for
    /// which no chain was found, which happens only where ports differ.
    pub(super) fn insert_missing(&mut self) -> Vec<u32> {
        let missing = (0..self.switch.len() as u32).filter(|&c| self.switch[c as usize] == NONE);
        let missing: Vec<u32> = missing.collect();
        let mut exchange = Exchange::default();
        let (direct, chained): (Vec<u32>, Vec<u32>) =
            missing.into_iter().partition(|&circuit| self.insert_directly(circuit));
        debug_assert!(direct.iter().all(|&circuit| self.switch[circuit as usize] != NONE));
        chained.into_iter().filter(|&circuit| !self.insert(circuit, &mut exchange)).collect()
    }

    /// Inserts into free ports of one switch, if there are any.
    fn insert_directly(&mut self, circuit: u32) -> bool {
        let open = (0..self.switches).find(|&switch| {
            self.leaf_is_open(circuit, switch) && self.spine_is_open(circuit, switch)
        });
        if let Some(switch) = open {
            self.add(circuit, switch);
        }
        open.is_some()
    }

    fn leaf_is_open(&self, circuit: u32, switch: u32) -> bool {
        !self.leaf_side.is_full(switch, self.pair(circuit).0)
    }

    fn spine_is_open(&self, circuit: u32, switch: u32) -> bool {
        !self.spine_side.is_full(switch, self.pair(circuit).1)
    }

    /// Inserts along the chain that loses fewest live circuits.
    fn insert(&mut self, circuit: u32, exchange: &mut Exchange) -> bool {
        if self.insert_directly(circuit) {
            return true;
        }
        let mut best: Option<(i64, [u32; 2])> = None;
        let all = 0..self.switches;
        let at_leaf: Vec<u32> = all.clone().filter(|&s| self.leaf_is_open(circuit, s)).collect();
        let at_spine: Vec<u32> = all.filter(|&s| self.spine_is_open(circuit, s)).collect();
        for &to in &at_leaf {
            for &from in &at_spine {
                let before = self.kept;
                // Either end may make way.
                for pair in [[from, to], [to, from]] {
                    let loss = best.map_or(i64::MAX / 2, |(loss, _)| loss - 1);
                    if self.exchange(circuit, pair, loss, exchange) {
                        let loss = before - self.kept;
                        self.undo(exchange);
                        if best.is_none_or(|(least, _)| loss < least) {
                            best = Some((loss, pair));
                        }
                    }
                }
            }
        }
        match best {
            Some((_, pair)) => self.exchange(circuit, pair, i64::MAX / 2, exchange),
            None => false,
        }
    }
}
