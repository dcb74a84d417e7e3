//! The candidates of the search by spines, node upon node.

use super::super::bits::{Bits, contains, size};
use super::SpineSearch;

/// Candidates `start..end` of the stack, of which `need` more are to be chosen; their leaves start at
/// word `words` of the rows.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) words: usize,
    pub(super) need: u32,
}

impl Node {
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(super) fn without_first<const W: usize>(self) -> Self {
        Self { start: self.start + 1, words: self.words + W, ..self }
    }
}

impl<P> SpineSearch<'_, P> {
    /// Puts the candidates with the fewest leaves first: insertion, since they nearly are.
    #[inline(always)]
    pub(super) fn sort<const W: usize>(&mut self, node: Node) {
        for at in node.start + 1..node.end {
            let column = self.column::<W>(node, at);
            let (own, position, bound) =
                (size(&column), self.buffers.positions[at], self.buffers.bounds[at]);
            let mut to = at;
            while to > node.start {
                let before = self.column::<W>(node, to - 1);
                if size(&before) <= own {
                    break;
                }
                self.put(node, to, to - 1, &before);
                self.buffers.bounds[to] = self.buffers.bounds[to - 1];
                to -= 1;
            }
            self.put(node, to, to, &column);
            self.buffers.positions[to] = position;
            self.buffers.bounds[to] = bound;
        }
    }

    /// Removes the candidates whose leaves lie within `column`.
    #[inline(always)]
    pub(super) fn drop_dominated<const W: usize>(&mut self, node: Node, column: &Bits<W>) -> usize {
        let mut kept = node.start;
        for at in node.start..node.end {
            let other = self.column(node, at);
            if !contains(column, &other) {
                self.put(node, kept, at, &other);
                self.buffers.bounds[kept] = self.buffers.bounds[at];
                kept += 1;
            }
        }
        kept
    }

    /// Drops what lies above a node on the stack.
    #[inline(always)]
    pub(super) fn truncate<const W: usize>(&mut self, node: Node) {
        self.buffers.positions.truncate(node.end);
        self.buffers.bounds.truncate(node.end);
        self.buffers.rows.truncate(node.words + node.len() * W);
    }

    #[inline(always)]
    pub(super) fn column<const W: usize>(&self, node: Node, at: usize) -> Bits<W> {
        let word = node.words + (at - node.start) * W;
        let mut column = [0; W];
        column.copy_from_slice(&self.buffers.rows[word..word + W]);
        column
    }

    #[inline(always)]
    pub(super) fn put<const W: usize>(
        &mut self,
        node: Node,
        to: usize,
        from: usize,
        column: &Bits<W>,
    ) {
        self.buffers.positions[to] = self.buffers.positions[from];
        let word = node.words + (to - node.start) * W;
        self.buffers.rows[word..word + W].copy_from_slice(column);
    }
}
