//! Sets of up to `64 · W` leaves or spines. All is inlined, for whatever [`super::processor`] there is.

use super::processor::Processor;

pub(super) type Bits<const W: usize> = [u64; W];

#[inline(always)]
pub(super) fn and<const W: usize>(a: &Bits<W>, b: &Bits<W>) -> Bits<W> {
    std::array::from_fn(|word| a[word] & b[word])
}

#[inline(always)]
pub(super) fn or<const W: usize>(a: &Bits<W>, b: &Bits<W>) -> Bits<W> {
    std::array::from_fn(|word| a[word] | b[word])
}

#[inline(always)]
pub(super) fn contains<const W: usize>(all: &Bits<W>, part: &Bits<W>) -> bool {
    (0..W).fold(0, |beyond, word| beyond | (part[word] & !all[word])) == 0
}

#[inline(always)]
pub(super) fn size(bits: &[u64]) -> u32 {
    bits.iter().map(|word| word.count_ones()).sum()
}

#[inline(always)]
pub(super) fn members(bits: &[u64]) -> impl Iterator<Item = u32> + '_ {
    bits.iter()
        .enumerate()
        .flat_map(|(word, &bits)| Members(bits).map(move |b| word as u32 * 64 + b))
}

struct Members(u64);

impl Iterator for Members {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let bit = self.0.trailing_zeros();
        self.0 &= self.0.wrapping_sub(1);
        (bit < 64).then_some(bit)
    }
}

/// Counts for each member how many of the sets added so far contain it, up to a limit: counter `t`
/// holds the members of more than `t` sets. Time O(limit · W) a set.
#[inline(always)]
pub(super) fn count<const W: usize>(counters: &mut [u64], set: &Bits<W>) {
    let mut carry = *set;
    for counter in counters.as_chunks_mut::<W>().0 {
        let next = and(counter, &carry);
        *counter = or(counter, &carry);
        carry = next;
        if carry == [0; W] {
            break;
        }
    }
}

/// The members of at least `least` of the sets, by binary counters that hold a bit of each member's
/// number: they start so that the `least`-th set overflows. Time O(sets · log(least) · W).
#[inline(always)]
pub(super) fn shared<const W: usize>(sets: &[Bits<W>], least: u32) -> Bits<W> {
    // Zero for one set, which overflows at once; at most 13 for `FreeLinks`.
    let bits = u32::BITS - least.saturating_sub(1).leading_zeros();
    let start = (1 << bits) - least;
    let mut counters: [Bits<W>; 13] =
        std::array::from_fn(|bit| if start >> bit & 1 == 1 { [u64::MAX; W] } else { [0; W] });
    let mut reached = [0; W];
    for set in sets {
        let mut carry = *set;
        for counter in &mut counters[..bits as usize] {
            for (counter, carry) in counter.iter_mut().zip(&mut carry) {
                (*counter, *carry) = (*counter ^ *carry, *counter & *carry);
            }
        }
        reached = or(&reached, &carry);
    }
    reached
}

/// The so many lowest members, and how many are missing. Time O(W).
#[inline(always)]
pub(super) fn lowest<const W: usize>(
    set: &Bits<W>,
    number: u32,
    processor: impl Processor,
) -> (Bits<W>, u32) {
    let (mut chosen, mut left) = ([0; W], number);
    for (chosen, &word) in chosen.iter_mut().zip(set) {
        let count = word.count_ones();
        if count > left {
            *chosen = processor.lowest_bits(word, left);
            left = 0;
            break;
        }
        *chosen = word;
        left -= count;
    }
    (chosen, left)
}
