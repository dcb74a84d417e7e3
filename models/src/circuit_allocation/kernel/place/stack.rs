//! The candidates of a search, those of a node upon those of its parent.

use super::bits::{Bits, size};

/// Behind candidates there is room for so many more, so that they can be read and written together.
pub(super) const LANES: usize = 8;

#[derive(Clone, Debug, Default)]
pub(super) struct Stack {
    /// What the candidates are.
    pub(super) positions: Vec<u32>,
    /// What a completion with them costs at least, where that is asked for.
    pub(super) bounds: Vec<u64>,
    /// Their rows of open bits: leaves or spines.
    pub(super) words: Vec<u64>,
    order: Vec<u32>,
}

/// Candidates `start..end`, whose rows begin at a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) word: usize,
}

impl Span {
    /// The first so many candidates of the stack.
    pub(super) fn first(number: usize) -> Self {
        Self { start: 0, end: number, word: 0 }
    }

    pub(super) fn len(self) -> usize {
        self.end - self.start
    }

    pub(super) fn without_first<const W: usize>(self) -> Self {
        Self { start: self.start + 1, word: self.word + W, ..self }
    }

    /// No candidates yet, where those behind these go.
    pub(super) fn behind<const W: usize>(self) -> Self {
        Self { start: self.end, end: self.end, word: self.end_word::<W>() }
    }

    pub(super) fn end_word<const W: usize>(self) -> usize {
        self.word + self.len() * W
    }
}

impl Stack {
    pub(super) fn clear(&mut self) {
        self.positions.clear();
        self.bounds.clear();
        self.words.clear();
    }

    /// Makes room for so many candidates.
    #[inline(always)]
    pub(super) fn make_room<const W: usize>(&mut self, start: usize, word: usize, number: usize) {
        let end = start + number + LANES;
        if self.positions.len() < end || self.bounds.len() < end {
            self.positions.resize(end, 0);
            self.bounds.resize(end, 0);
        }
        let end = word + (number + LANES) * W;
        if self.words.len() < end {
            self.words.resize(end, 0);
        }
    }

    #[inline(always)]
    pub(super) fn row<const W: usize>(&self, span: Span, at: usize) -> Bits<W> {
        self.rows::<W>(span)[at - span.start]
    }

    #[inline(always)]
    pub(super) fn rows<const W: usize>(&self, span: Span) -> &[Bits<W>] {
        self.words[span.word..span.end_word::<W>()].as_chunks::<W>().0
    }

    #[inline(always)]
    pub(super) fn rows_mut<const W: usize>(&mut self, span: Span) -> &mut [Bits<W>] {
        self.words[span.word..span.end_word::<W>()].as_chunks_mut::<W>().0
    }

    /// Moves a candidate before all others, which stay in order.
    pub(super) fn bring_forward<const W: usize>(&mut self, span: Span, at: usize) {
        self.positions[span.start..=at].rotate_right(1);
        self.bounds[span.start..=at].rotate_right(1);
        self.rows_mut::<W>(span)[..=at - span.start].rotate_right(1);
    }

    /// Puts the candidates with the fewest bits first: insertion, since they nearly are, of what they
    /// go by; then all move at once.
    #[inline(always)]
    pub(super) fn sort<const W: usize>(&mut self, span: Span) {
        let number = span.len();
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        let sizes = self.rows::<W>(span).iter().map(|row| size(row));
        order.extend(sizes.enumerate().map(|(at, size)| size << 16 | at as u32));
        let mut sorted = true;
        for at in 1..number {
            let (own, mut to) = (order[at], at);
            while to > 0 && order[to - 1] > own {
                order[to] = order[to - 1];
                to -= 1;
            }
            order[to] = own;
            sorted &= to == at;
        }
        if !sorted {
            self.make_room::<W>(span.end, span.end_word::<W>(), number);
            rearrange(&mut self.positions[span.start..], &order);
            rearrange(&mut self.bounds[span.start..], &order);
            rearrange(self.words[span.word..].as_chunks_mut::<W>().0, &order);
        }
        self.order = order;
    }
}

/// Rearranges the first items by the low half of `order`, with the room behind them.
#[inline(always)]
fn rearrange<T: Copy>(items: &mut [T], order: &[u32]) {
    let (items, copies) = items.split_at_mut(order.len());
    let copies = &mut copies[..order.len()];
    copies.copy_from_slice(items);
    for (item, &from) in items.iter_mut().zip(order) {
        *item = copies[from as usize & 0xffff];
    }
}
