//! What the cheapest leaves of a set cost, from a few counts of bits.
//!
//! Bits are leaves in the order of their costs, so leaves of equal cost are neighbours and there are
//! as many steps as different costs, less one. With `n(k)` leaves of the set before step `k` the
//! `m` cheapest cost `m · least + Σ_k rise(k) · max(0, m − n(k))`.

use super::bits::{Bits, members};

/// The leaves behind the bits of the sets in use, in several layers: a stack.
#[derive(Clone, Debug, Default)]
pub(super) struct Prices {
    leaves: Vec<u32>,
    steps: Vec<Step>,
}

/// Where costs rise: `before` has the cheaper leaves of this word.
#[derive(Clone, Copy, Debug)]
struct Step {
    word: usize,
    before: u64,
    rise: u64,
}

/// One layer of [`Prices`], the last one when it was made.
#[derive(Clone, Copy)]
pub(super) struct Layer {
    leaves: usize,
    steps: usize,
    least: u64,
}

impl Prices {
    pub(super) fn clear(&mut self) {
        self.leaves.clear();
        self.steps.clear();
    }

    /// A layer whose bits are all positions of `costs`.
    pub(super) fn all(&mut self, costs: &[u64]) -> Layer {
        let leaves = self.leaves.len();
        self.leaves.extend(0..costs.len() as u32);
        self.layer(leaves, costs)
    }

    /// A layer whose bits are the members of a set.
    pub(super) fn members(&mut self, layer: Layer, set: &[u64], costs: &[u64]) -> Layer {
        let leaves = self.leaves.len();
        for bit in members(set) {
            self.leaves.push(self.leaves[layer.leaves + bit as usize]);
        }
        self.layer(leaves, costs)
    }

    fn layer(&mut self, leaves: usize, costs: &[u64]) -> Layer {
        let steps = self.steps.len();
        let list = &self.leaves[leaves..];
        let cost = |bit: usize| costs[list[bit] as usize];
        for bit in (1..list.len()).filter(|&bit| cost(bit) > cost(bit - 1)) {
            let before = (1 << (bit % 64)) - 1;
            self.steps.push(Step { word: bit / 64, before, rise: cost(bit) - cost(bit - 1) });
        }
        let least = if list.is_empty() { 0 } else { cost(0) };
        Layer { leaves, steps, least }
    }

    /// Drops the last layer.
    pub(super) fn drop(&mut self, layer: Layer) {
        self.leaves.truncate(layer.leaves);
        self.steps.truncate(layer.steps);
    }

    /// The position of a bit.
    pub(super) fn position(&self, layer: Layer, bit: u32) -> u32 {
        self.leaves[layer.leaves + bit as usize]
    }

    /// What the `number` cheapest leaves of a set cost; leaves that are missing cost as much as the
    /// dearest of all. The layer is to be the last one. Time O(W + steps).
    pub(super) fn cheapest<const W: usize>(&self, layer: Layer, set: &Bits<W>, number: u32) -> u64 {
        let mut cost = layer.least * u64::from(number);
        let (mut earlier, mut word) = (0, 0);
        for step in &self.steps[layer.steps..] {
            while word < step.word {
                earlier += set[word].count_ones();
                word += 1;
            }
            let before = earlier + (set[word] & step.before).count_ones();
            if before >= number {
                break;
            }
            cost += step.rise * u64::from(number - before);
        }
        cost
    }
}
