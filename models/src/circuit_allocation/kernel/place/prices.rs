//! What the cheapest leaves of a set cost, from a few counts of bits.
//!
//! Bits are leaves in the order of their costs, so the `m` cheapest leaves of a set are its `m` lowest
//! bits. A plane holds the leaves whose cost has a certain binary digit: with the members of a set in
//! each plane counted, their sum is known.

use super::bits::{Bits, lowest, members};
use super::processor::Processor;

/// The leaves behind the bits of the sets in use, in several layers: a stack.
#[derive(Clone, Debug, Default)]
pub(super) struct Prices {
    leaves: Vec<u32>,
    planes: Vec<u64>,
    /// What the cheapest and the dearest of all leaves cost.
    least: u64,
    most: u64,
    /// Costs are the least plus multiples of two to this power.
    shift: u32,
    /// How many planes there are.
    digits: usize,
}

/// One layer of [`Prices`], the last one when it was made.
#[derive(Clone, Copy, Default)]
pub(super) struct Layer {
    leaves: usize,
    planes: usize,
}

impl Prices {
    /// Without layers, for these costs, which ascend.
    pub(super) fn start(&mut self, costs: &[u64]) {
        self.leaves.clear();
        self.planes.clear();
        self.least = costs.first().copied().unwrap_or(0);
        self.most = costs.last().copied().unwrap_or(0);
        let digits = costs.iter().fold(0, |digits, cost| digits | (cost - self.least));
        self.shift = if digits == 0 { 0 } else { digits.trailing_zeros() };
        self.digits = (u64::BITS - (digits >> self.shift).leading_zeros()) as usize;
    }

    /// A layer whose bits are all positions of `costs`.
    pub(super) fn all<const W: usize>(&mut self, costs: &[u64]) -> Layer {
        let leaves = self.leaves.len();
        self.leaves.extend(0..costs.len() as u32);
        self.layer::<W>(leaves, costs)
    }

    /// A layer whose bits are the members of a set.
    pub(super) fn members<const W: usize, const V: usize>(
        &mut self,
        layer: Layer,
        set: &Bits<W>,
        costs: &[u64],
    ) -> Layer {
        let leaves = self.leaves.len();
        for bit in members(set) {
            self.leaves.push(self.leaves[layer.leaves + bit as usize]);
        }
        self.layer::<V>(leaves, costs)
    }

    fn layer<const W: usize>(&mut self, leaves: usize, costs: &[u64]) -> Layer {
        let planes = self.planes.len();
        self.planes.resize(planes + self.digits * W, 0);
        let (list, added) = (&self.leaves[leaves..], &mut self.planes[planes..]);
        for (bit, &leaf) in list.iter().enumerate() {
            let cost = (costs[leaf as usize] - self.least) >> self.shift;
            for digit in members(&[cost]) {
                added[digit as usize * W + bit / 64] |= 1 << (bit % 64);
            }
        }
        Layer { leaves, planes }
    }

    /// Drops the last layer.
    pub(super) fn drop(&mut self, layer: Layer) {
        self.leaves.truncate(layer.leaves);
        self.planes.truncate(layer.planes);
    }

    /// The position of a bit.
    pub(super) fn position(&self, layer: Layer, bit: u32) -> u32 {
        self.leaves[layer.leaves + bit as usize]
    }

    /// How to price the `number` cheapest leaves of sets.
    #[inline(always)]
    pub(super) fn pricing<const W: usize>(&self, layer: Layer, number: u32) -> Pricing<'_, W> {
        Pricing {
            planes: self.planes[layer.planes..].as_chunks::<W>().0,
            number,
            shift: self.shift,
            least: self.least * u64::from(number),
            missing: self.most - self.least,
        }
    }
}

/// How to price the cheapest leaves of a set, in one layer of [`Prices`], the last one.
#[derive(Clone, Copy)]
pub(super) struct Pricing<'a, const W: usize> {
    pub(super) planes: &'a [Bits<W>],
    /// How many leaves.
    pub(super) number: u32,
    /// Costs beyond the least are multiples of two to this power.
    pub(super) shift: u32,
    /// What they cost at least.
    pub(super) least: u64,
    /// What one that is missing costs more than that.
    missing: u64,
}

impl<const W: usize> Pricing<'_, W> {
    /// What the cheapest leaves of a set cost; leaves that are missing cost as much as the dearest of
    /// all. Time O(W · digits of the costs).
    #[inline(always)]
    pub(super) fn cheapest(&self, set: &Bits<W>, processor: impl Processor) -> u64 {
        let (chosen, missing) = lowest(set, self.number, processor);
        let mut cost = 0;
        for (digit, plane) in self.planes.iter().enumerate() {
            let count: u32 = (0..W).map(|word| (chosen[word] & plane[word]).count_ones()).sum();
            cost += u64::from(count) << digit;
        }
        (cost << self.shift) + self.least + self.missing * u64::from(missing)
    }
}
