//! Sets of up to `64 · W` leaves or spines.

pub(super) type Bits<const W: usize> = [u64; W];

pub(super) fn and<const W: usize>(a: &Bits<W>, b: &Bits<W>) -> Bits<W> {
    std::array::from_fn(|word| a[word] & b[word])
}

pub(super) fn or<const W: usize>(a: &Bits<W>, b: &Bits<W>) -> Bits<W> {
    std::array::from_fn(|word| a[word] | b[word])
}

pub(super) fn contains<const W: usize>(all: &Bits<W>, part: &Bits<W>) -> bool {
    (0..W).all(|word| part[word] & !all[word] == 0)
}

pub(super) fn size(bits: &[u64]) -> u32 {
    bits.iter().map(|word| word.count_ones()).sum()
}

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
