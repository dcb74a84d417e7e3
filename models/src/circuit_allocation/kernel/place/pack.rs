//! Sets of leaves with the bits of the leaves left moved together.

use super::bits::Bits;

/// How the bits of a mask move to the low end of a word.
///
/// **Source.** Warren, *Hacker's Delight* (2nd edition, 2012), section 7-4, "compress": the moves of
/// a mask are worked out once, then a word takes six steps.
#[derive(Clone, Copy)]
pub(super) struct Packing {
    mask: u64,
    moves: [u64; 6],
}

impl Packing {
    pub(super) fn new(mask: u64) -> Self {
        let (mut left, mut gaps) = (mask, !mask << 1);
        let moves = std::array::from_fn(|step| {
            // The parity of the gaps below each bit: which bits move by 2^step.
            let mut parity = gaps;
            (0..6).for_each(|shift| parity ^= parity << (1 << shift));
            let moving = parity & left;
            left = (left ^ moving) | moving >> (1 << step);
            gaps &= !parity;
            moving
        });
        Self { mask, moves }
    }

    pub(super) fn pack(&self, word: u64) -> u64 {
        let mut word = word & self.mask;
        for (step, moving) in self.moves.iter().enumerate() {
            let moving = word & moving;
            word = (word ^ moving) | moving >> (1 << step);
        }
        word
    }

    /// Packs a set into as many words as the members of the masks need.
    pub(super) fn pack_all<const W: usize, const V: usize>(
        of: &[Self; W],
        set: &Bits<W>,
    ) -> Bits<V> {
        let (mut packed, mut end) = ([0; V], 0);
        for (packing, word) in of.iter().zip(set) {
            let (low, shift) = (end / 64, end % 64);
            let bits = packing.pack(*word);
            end += packing.mask.count_ones() as usize;
            if bits != 0 {
                packed[low] |= bits << shift;
            }
            if shift > 0 && bits >> (64 - shift) != 0 {
                packed[low + 1] |= bits >> (64 - shift);
            }
        }
        packed
    }
}
