//! The placement search that chooses leaves, for rows of `W` words of spines.
//!
//! Leaves are chosen in the order of their costs. A node keeps the spines that all chosen leaves
//! share, and the leaves that share `q` of them; a spine must be shared by as many of these as are
//! still to be chosen.
//!
//! At the root of a long search, and one level below while no placement is known, leaves with the
//! fewest spines go first instead: what is common to the many candidates left at first is then small.

use super::bits::{Bits, and, contains, count, shared, size};
use super::processor::{Processor, Work};
use super::subtrees::Subtrees;
use super::{FreeLinks, Placer, Shape};

pub(super) struct LeafSearch<'a, P, const W: usize> {
    buffers: &'a mut Placer,
    processor: P,
    leaves: u32,
    share: u32,
    node_limit: u64,
    part: Option<&'a Subtrees>,
}

/// Candidates `start..end` of the stack, of which `need` more are to be chosen.
#[derive(Clone, Copy)]
struct Node {
    start: usize,
    end: usize,
    need: u32,
    cost: u64,
}

/// The search from the root.
struct Start<'a, P, const W: usize> {
    search: LeafSearch<'a, P, W>,
    links: &'a FreeLinks,
}

impl<P: Processor, const W: usize> Work for Start<'_, P, W> {
    #[inline(always)]
    fn run(mut self) {
        self.search.start(self.links);
    }
}

/// The search below a node.
struct Descent<'a, 'b, P, const W: usize> {
    search: &'a mut LeafSearch<'b, P, W>,
    node: Node,
}

impl<P: Processor, const W: usize> Work for Descent<'_, '_, P, W> {
    #[inline(always)]
    fn run(self) {
        self.search.descend(self.node);
    }
}

impl<'a, P: Processor, const W: usize> LeafSearch<'a, P, W> {
    pub(super) fn run(
        buffers: &'a mut Placer,
        processor: P,
        links: &'a FreeLinks,
        shape: Shape,
        node_limit: u64,
        part: Option<&'a Subtrees>,
    ) {
        let Shape { leaves, share } = shape;
        let search = Self { buffers, processor, leaves, share, node_limit, part };
        processor.run(Start { search, links });
    }

    #[inline(always)]
    fn start(&mut self, links: &FreeLinks) {
        self.load(links);
        let mut root = Node { start: 0, end: self.top(), need: self.leaves, cost: 0 };
        if self.reduce(&mut root, [u64::MAX; W]) {
            match self.part {
                Some(part) => self.descend_in_part(root, part),
                None => self.enter(root),
            }
        }
    }

    fn enter(&mut self, node: Node) {
        let processor = self.processor;
        processor.run(Descent { search: self, node });
    }

    #[inline(always)]
    fn load(&mut self, links: &FreeLinks) {
        let Placer { candidates, rows, positions, counters, .. } = &mut *self.buffers;
        for (position, &leaf) in candidates.iter().enumerate() {
            let row = links.row(leaf);
            if size(row) >= self.share {
                positions.push(position as u32);
                rows.extend_from_slice(row);
                rows.extend(std::iter::repeat_n(0, W - row.len()));
            }
        }
        counters.resize(self.leaves as usize * W, 0);
    }

    /// As [`Self::descend`] from the root, but only below those pairs of candidates that no other
    /// thread has taken. All threads find the same pairs, since they only make use of what is known
    /// from the beginning.
    #[inline(always)]
    fn descend_in_part(&mut self, mut root: Node, part: &Subtrees) {
        let (mut first, mut subtree, known) = (root.start, 0, self.buffers.best);
        while root.end - first >= root.need as usize && self.completion(root, first) < known {
            self.bring_forward(first, root.end);
            let (row, position) = (self.row(first), self.buffers.positions[first]);
            self.buffers.chosen.push(position);
            if let Some(child) = self.child(root, first, &row) {
                subtree = self.descend_in_pairs(child, subtree, part);
            }
            self.truncate(root.end);
            self.buffers.chosen.pop();
            first += 1;
            // Others are dominated only if they are no cheaper.
            root.end = self.drop_dominated(first, root.end, &row, |other| other > position);
        }
    }

    /// As [`Self::descend_in_part`], below one candidate, from a number of a subtree to the next.
    #[inline(always)]
    fn descend_in_pairs(&mut self, mut node: Node, mut subtree: usize, part: &Subtrees) -> usize {
        let (mut first, known) = (node.start, self.buffers.best);
        while node.end - first >= node.need as usize && self.completion(node, first) < known {
            if known == u64::MAX {
                self.bring_forward(first, node.end);
            }
            let (row, position) = (self.row(first), self.buffers.positions[first]);
            if let Some(told) = part.take(subtree, known) {
                self.buffers.best = told;
                if self.completion(node, first) < told {
                    self.expand(node, first, &row);
                }
                let best = std::mem::replace(&mut self.buffers.best, known);
                part.finish(subtree, best, (best < told).then_some(&self.buffers.leaves));
            }
            subtree += 1;
            first += 1;
            node.end = self.drop_dominated(first, node.end, &row, |other| other > position);
        }
        subtree
    }

    /// Tries every candidate as the cheapest of those still to be chosen.
    #[inline(always)]
    fn descend(&mut self, mut node: Node) {
        let mut first = node.start;
        while node.end - first >= node.need as usize {
            if self.completion(node, first) >= self.buffers.best {
                return;
            }
            let row = self.row(first);
            self.expand(node, first, &row);
            if self.buffers.nodes > self.node_limit || node.need == 1 {
                return;
            }
            first += 1;
            node.end = self.drop_dominated(first, node.end, &row, |_| true);
        }
    }

    /// Moves the candidate with the fewest spines, the cheapest of several, before all others from
    /// `first` on, which stay in the order of their costs.
    #[inline(always)]
    fn bring_forward(&mut self, first: usize, end: usize) {
        let Placer { positions, rows, .. } = &mut *self.buffers;
        let (positions, rows) = (&mut positions[first..end], rows.as_chunks_mut::<W>().0);
        let rows = &mut rows[first..end];
        if let Some(least) = (0..rows.len()).min_by_key(|&at| size(&rows[at])) {
            positions[..=least].rotate_right(1);
            rows[..=least].rotate_right(1);
        }
    }

    /// Chooses a candidate, before all others that are still to be chosen.
    #[inline(always)]
    fn expand(&mut self, node: Node, first: usize, row: &Bits<W>) {
        self.buffers.chosen.push(self.buffers.positions[first]);
        let (need, cost) = (node.need - 1, node.cost + self.cost(first));
        if need == 0 {
            self.keep(cost);
        } else {
            self.buffers.nodes += 1;
            if self.buffers.nodes > self.node_limit {
                return;
            }
            if need == 1 {
                self.finish(first, node.end, row, cost);
            } else {
                if let Some(child) = self.child(node, first, row) {
                    self.enter(child);
                }
                self.truncate(node.end);
            }
        }
        self.buffers.chosen.pop();
    }

    /// Pushes the candidates after `first` that can go with it.
    /// `None` when no completion can beat the best placement.
    #[inline(always)]
    fn child(&mut self, node: Node, first: usize, row: &Bits<W>) -> Option<Node> {
        let (start, cost) = (self.top(), node.cost + self.cost(first));
        self.push_sharing(first, node.end, row);
        let mut child = Node { start, end: self.top(), need: node.need - 1, cost };
        self.reduce(&mut child, *row).then_some(child)
    }

    /// Chooses the last leaf: the cheapest that shares enough spines.
    #[inline(always)]
    fn finish(&mut self, first: usize, end: usize, row: &Bits<W>, cost: u64) {
        let fits = |&at: &usize| size(&and(&self.row(at), row)) >= self.share;
        if let Some(last) = (first + 1..end).find(fits) {
            let cost = cost + self.cost(last);
            if cost < self.buffers.best {
                self.buffers.chosen.push(self.buffers.positions[last]);
                self.keep(cost);
                self.buffers.chosen.pop();
            }
        }
    }

    /// Pushes the candidates after `first` that share enough spines with it.
    #[inline(always)]
    fn push_sharing(&mut self, first: usize, end: usize, row: &Bits<W>) {
        let top = self.top();
        let most = top + end - first - 1;
        let Placer { positions, rows, .. } = &mut *self.buffers;
        positions.resize(most, 0);
        rows.resize(most * W, 0);
        let (positions, to_positions) = positions.split_at_mut(top);
        let (rows, to_rows) = rows.as_chunks_mut::<W>().0.split_at_mut(top);
        // Without a branch, which would often be mispredicted.
        let mut kept = 0;
        for (&position, other) in positions[first + 1..end].iter().zip(&rows[first + 1..end]) {
            let common = and(other, row);
            to_positions[kept] = position;
            to_rows[kept] = common;
            kept += usize::from(size(&common) >= self.share);
        }
        self.truncate(top + kept);
    }

    /// Removes spines that too few candidates share, and candidates that share too few spines, until
    /// neither is left. False when no completion can beat the best placement.
    #[inline(always)]
    fn reduce(&mut self, node: &mut Node, mut open: Bits<W>) -> bool {
        loop {
            if node.end - node.start < node.need as usize
                || self.completion(*node, node.start) >= self.buffers.best
            {
                return false;
            }
            let rows = &self.buffers.rows.as_chunks::<W>().0[node.start..node.end];
            let left = and(&open, &shared(rows, node.need));
            if size(&left) < self.share {
                return false;
            }
            if left == open {
                return self.buffers.best == u64::MAX || self.bound(*node) < self.buffers.best;
            }
            open = left;
            let Placer { positions, rows, .. } = &mut *self.buffers;
            let positions = &mut positions[..node.end];
            let rows = &mut rows.as_chunks_mut::<W>().0[..node.end];
            let mut kept = node.start;
            for at in node.start..node.end {
                let row = and(&rows[at], &open);
                positions[kept] = positions[at];
                rows[kept] = row;
                kept += usize::from(size(&row) >= self.share);
            }
            node.end = kept;
            self.truncate(kept);
        }
    }

    /// A bound on the cost of a completion: the `t`-th leaf is at least as dear as the first candidate
    /// up to which `share` spines have been shared `t` times. `u64::MAX` if that never happens.
    #[inline(always)]
    fn bound(&mut self, node: Node) -> u64 {
        let Placer { positions, rows, costs, counters, .. } = &mut *self.buffers;
        let (range, need) = (node.start..node.end, node.need as usize);
        let counters = &mut counters[..need * W];
        counters.fill(0);
        let (mut level, mut bound) = (0, node.cost);
        let rows = &rows.as_chunks::<W>().0[range.clone()];
        for (row, &position) in rows.iter().zip(&positions[range]) {
            count(counters, row);
            if size(&counters.as_chunks::<W>().0[level]) >= self.share {
                level += 1;
                bound += costs[position as usize];
                if level == need {
                    return bound;
                }
            }
        }
        u64::MAX
    }

    /// The cost of the node with so many candidates from `first` on as are still to be chosen.
    #[inline(always)]
    fn completion(&self, node: Node, first: usize) -> u64 {
        let Placer { positions, costs, .. } = &*self.buffers;
        let next = positions[first..first + node.need as usize].iter();
        next.fold(node.cost, |sum, &position| sum + costs[position as usize])
    }

    /// Removes the candidates from `first` on whose spines lie within `row`, if their positions may
    /// go.
    #[inline(always)]
    fn drop_dominated(
        &mut self,
        first: usize,
        end: usize,
        row: &Bits<W>,
        may_go: impl Fn(u32) -> bool,
    ) -> usize {
        let Placer { positions, rows, .. } = &mut *self.buffers;
        let (positions, rows) = (&mut positions[..end], &mut rows.as_chunks_mut::<W>().0[..end]);
        let mut kept = first;
        for at in first..end {
            let (other, position) = (rows[at], positions[at]);
            positions[kept] = position;
            rows[kept] = other;
            kept += usize::from(!(contains(row, &other) & may_go(position)));
        }
        self.truncate(kept);
        kept
    }

    fn keep(&mut self, cost: u64) {
        self.buffers.best = cost;
        let Placer { candidates, chosen, leaves, .. } = &mut *self.buffers;
        leaves.clear();
        leaves.extend(chosen.iter().map(|&position| candidates[position as usize]));
    }

    #[inline(always)]
    fn top(&self) -> usize {
        self.buffers.positions.len()
    }

    #[inline(always)]
    fn truncate(&mut self, end: usize) {
        self.buffers.positions.truncate(end);
        self.buffers.rows.truncate(end * W);
    }

    #[inline(always)]
    fn row(&self, at: usize) -> Bits<W> {
        self.buffers.rows.as_chunks::<W>().0[at]
    }

    #[inline(always)]
    fn cost(&self, at: usize) -> u64 {
        self.buffers.costs[self.buffers.positions[at] as usize]
    }
}
