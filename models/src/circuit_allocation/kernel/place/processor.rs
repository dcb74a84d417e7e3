//! What a search spends its time on, for any processor and for some in particular.
//!
//! Most of it is counting the bits of words: one instruction on x86-64 processors since 2013, a dozen
//! without it; newer ones count those of eight words at once. What they have is asked at run time, so
//! one binary serves all. Nodes and answers are the same on all.

#[cfg(target_arch = "x86_64")]
mod vectors;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use super::bits::{Bits, and, contains, count, shared, size};
use super::prices::Pricing;
use super::stack::{Span, Stack};
#[cfg(target_arch = "x86_64")]
pub(super) use x86_64::{BitCounting, Vectors};

/// Some part of the search. `run` is to be inlined, with all that it calls often: only then is it
/// compiled for the processor.
pub(super) trait Work {
    fn run(self);
}

/// Which candidates are of use.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a, const W: usize> {
    /// How many open bits a candidate must have.
    pub(super) bits: u32,
    /// How many candidates there must be, at least one.
    pub(super) candidates: u32,
    /// How to bound what a completion with a candidate costs; without that, no bounds are written.
    pub(super) pricing: Option<Pricing<'a, W>>,
    /// Bounds must be below this.
    pub(super) best: u64,
}

/// What the search needs of a processor. What is provided does for any.
pub(super) trait Processor: Copy + Send {
    /// Does the work, compiled for this processor.
    fn run(self, work: impl Work);

    /// The so many lowest bits of a word that has more of them.
    fn lowest_bits(self, word: u64, number: u32) -> u64;

    /// Copies the candidates that are of use, with the open bits of their rows: to behind all others
    /// or, where `to` begins as `from` does, in place. Where they are now, and the bits that as many
    /// as wanted have; `None` when there are too few. The stack has room for all.
    #[inline(always)]
    fn sift<const W: usize>(
        self,
        stack: &mut Stack,
        from: Span,
        to: Span,
        open: &Bits<W>,
        wanted: Wanted<'_, W>,
    ) -> Option<(Span, Bits<W>)> {
        let sifted = match wanted.pricing {
            None => sift_by_size(stack, from, to, open, wanted)?,
            Some(pricing) => sift_by_price(self, stack, from, to, open, wanted, pricing)?,
        };
        Some((sifted, shared(stack.rows(sifted), wanted.candidates)))
    }

    /// Removes the candidates from a position on whose rows lie within a row.
    #[inline(always)]
    fn drop_within<const W: usize>(
        self,
        stack: &mut Stack,
        span: Span,
        from_position: u32,
        row: &Bits<W>,
    ) -> Span {
        let goes =
            |other: &Bits<W>, position: u32| contains(row, other) & (position >= from_position);
        let Span { start, end, word } = span;
        let (positions, bounds) = (&mut stack.positions[start..end], &mut stack.bounds[start..end]);
        let rows = stack.words[word..span.end_word::<W>()].as_chunks_mut::<W>().0;
        // Mostly none goes.
        let first = rows.iter().zip(&*positions).position(|(other, &at)| goes(other, at));
        let first = first.unwrap_or(rows.len());
        let mut kept = first;
        for at in first..rows.len() {
            let (other, position) = (rows[at], positions[at]);
            (rows[kept], positions[kept], bounds[kept]) = (other, position, bounds[at]);
            kept += usize::from(!goes(&other, position));
        }
        Span { end: span.start + kept, ..span }
    }

    /// The sum of the costs of those candidates up to which `share` bits have been in so many rows:
    /// `need` of them. `u64::MAX` if that does not happen so often.
    #[inline(always)]
    fn dearest<const W: usize>(
        self,
        stack: &Stack,
        span: Span,
        costs: &[u64],
        (need, share): (u32, u32),
        counters: &mut [u64],
    ) -> u64 {
        let need = need as usize;
        let counters = &mut counters[..need * W];
        counters.fill(0);
        let (mut level, mut sum) = (0, 0);
        for (row, &position) in stack.rows::<W>(span).iter().zip(&stack.positions[span.start..]) {
            count(counters, row);
            if size(&counters.as_chunks::<W>().0[level]) >= share {
                level += 1;
                sum += costs[position as usize];
                if level == need {
                    return sum;
                }
            }
        }
        u64::MAX
    }
}

/// Without a branch for each candidate, which would often be mispredicted.
#[inline(always)]
fn sift_by_size<const W: usize>(
    stack: &mut Stack,
    from: Span,
    to: Span,
    open: &Bits<W>,
    wanted: Wanted<'_, W>,
) -> Option<Span> {
    let mut kept = 0;
    let mut keep = |position: u32, row: &Bits<W>, positions: &mut [u32], rows: &mut [Bits<W>]| {
        let row = and(row, open);
        (positions[kept], rows[kept]) = (position, row);
        kept += usize::from(size(&row) >= wanted.bits);
    };
    if from.start == to.start {
        let rows = stack.words[from.word..from.end_word::<W>()].as_chunks_mut::<W>().0;
        let positions = &mut stack.positions[from.start..from.end];
        for at in 0..rows.len() {
            keep(positions[at], &rows[at].clone(), positions, rows);
        }
    } else {
        let (rows, to_rows) = stack.words.split_at_mut(to.word);
        let rows = rows[from.word..from.end_word::<W>()].as_chunks::<W>().0;
        let to_rows = &mut to_rows.as_chunks_mut::<W>().0[..rows.len()];
        let (positions, to_positions) = stack.positions.split_at_mut(to.start);
        let to_positions = &mut to_positions[..rows.len()];
        for (&position, row) in positions[from.start..from.end].iter().zip(rows) {
            keep(position, row, to_positions, to_rows);
        }
    }
    let end = to.start + kept;
    (kept >= wanted.candidates as usize).then_some(Span { end, ..to })
}

/// Gives up as soon as too few can be left.
#[inline(always)]
fn sift_by_price<const W: usize>(
    processor: impl Processor,
    stack: &mut Stack,
    from: Span,
    to: Span,
    open: &Bits<W>,
    wanted: Wanted<'_, W>,
    pricing: Pricing<'_, W>,
) -> Option<Span> {
    let mut spare = from.len().checked_sub(wanted.candidates as usize)?;
    let (mut end, mut word) = (to.start, to.word);
    for at in from.start..from.end {
        let row = and(&stack.row(from, at), open);
        let bound =
            if size(&row) < wanted.bits { u64::MAX } else { pricing.cheapest(&row, processor) };
        if bound < wanted.best {
            stack.positions[end] = stack.positions[at];
            stack.bounds[end] = bound;
            stack.words[word..word + W].copy_from_slice(&row);
            (end, word) = (end + 1, word + W);
        } else {
            spare = spare.checked_sub(1)?;
        }
    }
    Some(Span { end, ..to })
}

/// Any processor.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Processor for Portable {
    fn run(self, work: impl Work) {
        work.run();
    }

    /// Bisection.
    #[inline(always)]
    fn lowest_bits(self, word: u64, number: u32) -> u64 {
        let (mut rest, mut end, mut number) = (word, 0, number);
        for half in [32, 16, 8, 4, 2, 1] {
            let count = (rest & ((1 << half) - 1)).count_ones();
            let (step, passed) = if count <= number { (half, count) } else { (0, 0) };
            number -= passed;
            rest >>= step;
            end += step;
        }
        word & ((1 << end) - 1)
    }
}
