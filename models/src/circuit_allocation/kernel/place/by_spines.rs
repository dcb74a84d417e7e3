//! The placement search that chooses spines, for columns of `W` words of leaves.
//!
//! Bits are leaves in the order of their costs. A node keeps the leaves that all chosen spines share;
//! its bound is the cost of the `m` cheapest of them. A leaf must be shared by as many candidates as
//! are still to be chosen, and a candidate must share `m` leaves that beat the best placement.
//!
//! A first placement comes from choosing the spine with the cheapest leaves again and again. Then
//! candidates with few leaves go first, as in a degeneracy order.

use super::bits::{Bits, and, contains, count, members, size};
use super::{FreeLinks, Placer, Shape};

pub(super) struct SpineSearch<'a, const W: usize> {
    buffers: &'a mut Placer,
    leaves: u32,
    share: u32,
    node_limit: u64,
}

/// Candidates `start..end` of the stack, of which `need` more are to be chosen.
#[derive(Clone, Copy)]
struct Node {
    start: usize,
    end: usize,
    need: u32,
}

impl<'a, const W: usize> SpineSearch<'a, W> {
    pub(super) fn run(buffers: &'a mut Placer, links: &FreeLinks, shape: Shape, node_limit: u64) {
        let Shape { leaves, share } = shape;
        let mut search = Self { buffers, leaves, share, node_limit };
        search.load(links);
        let mut root = Node { start: 0, end: search.top(), need: share };
        if search.reduce(&mut root, [u64::MAX; W]) && !search.dive(root) {
            search.descend(root);
        }
    }

    fn load(&mut self, links: &FreeLinks) {
        let Placer { candidates, rows, positions, bounds, counters, .. } = &mut *self.buffers;
        rows.resize(links.spines() as usize * W, 0);
        for (position, &leaf) in candidates.iter().enumerate() {
            let row = links.row(leaf);
            if size(row) >= self.share {
                for spine in members(row) {
                    rows[spine as usize * W + position / 64] |= 1 << (position % 64);
                }
            }
        }
        positions.extend(0..links.spines());
        bounds.resize(links.spines() as usize, 0);
        counters.resize(self.share as usize * W, 0);
    }

    /// Chooses the candidate with the cheapest leaves again and again, for a first placement. True
    /// when it is known to be the cheapest.
    fn dive(&mut self, root: Node) -> bool {
        let Some(limit) = (root.start..root.end).map(|at| self.buffers.bounds[at]).min() else {
            return true;
        };
        let mut node = root;
        while node.end > node.start {
            let first = self.most_promising(node);
            let column = self.column(first);
            if node.need == 1 {
                self.keep(&column, self.buffers.bounds[first]);
                break;
            }
            let start = self.top();
            self.push_sharing(node.start..node.end, first, &column);
            node = Node { start, end: self.top(), need: node.need - 1 };
            if !self.reduce(&mut node, column) || self.settles(node, &column) {
                break;
            }
        }
        self.truncate(root.end);
        self.buffers.best == limit
    }

    /// Pushes the candidates but `first` that share enough leaves with it.
    fn push_sharing(&mut self, among: std::ops::Range<usize>, first: usize, column: &Bits<W>) {
        for other in among.filter(|&other| other != first) {
            let common = and(&self.column(other), column);
            if size(&common) >= self.leaves {
                self.push(other, &common);
            }
        }
    }

    /// Tries the candidates, those with the fewest leaves first, each without those before it: what
    /// is common to the many candidates left at first is then small.
    fn descend(&mut self, mut node: Node) {
        while node.end - node.start >= node.need as usize {
            if node.need == 1 {
                let first = self.most_promising(node);
                if self.buffers.bounds[first] < self.buffers.best {
                    self.keep(&self.column(first), self.buffers.bounds[first]);
                }
                return;
            }
            self.swap(node.start, self.weakest(node));
            let first = node.start;
            if self.buffers.bounds[first] >= self.buffers.best {
                node.start += 1;
                continue;
            }
            let column = self.column(first);
            self.buffers.nodes += 1;
            if self.buffers.nodes > self.node_limit {
                return;
            }
            let start = self.top();
            self.push_sharing(first + 1..node.end, first, &column);
            let mut child = Node { start, end: self.top(), need: node.need - 1 };
            if self.reduce(&mut child, column) && !self.settles(child, &column) {
                self.descend(child);
            }
            self.truncate(node.end);
            node.start += 1;
            node.end = self.drop_dominated(node.start, node.end, &column);
        }
    }

    fn most_promising(&self, node: Node) -> usize {
        let bounds = &self.buffers.bounds;
        // The node has candidates: the caller has checked.
        (node.start..node.end).min_by_key(|&at| bounds[at]).unwrap_or(node.start)
    }

    fn weakest(&self, node: Node) -> usize {
        let fewest = (node.start..node.end).min_by_key(|&at| size(&self.column(at)));
        // As above.
        fewest.unwrap_or(node.start)
    }

    /// If the cheapest leaves of the node share enough candidates, nothing below is cheaper.
    fn settles(&mut self, node: Node, leaves: &Bits<W>) -> bool {
        let Some((cheapest, cost)) = self.cheapest(leaves) else { return true };
        let sharing = (node.start..node.end).filter(|&at| contains(&self.column(at), &cheapest));
        if sharing.count() < node.need as usize {
            return false;
        }
        if cost < self.buffers.best {
            self.keep(&cheapest, cost);
        }
        true
    }

    /// Removes leaves that too few candidates share, and candidates that cannot beat the best
    /// placement, until neither is left. False when too few are left.
    fn reduce(&mut self, node: &mut Node, mut open: Bits<W>) -> bool {
        let need = node.need as usize;
        loop {
            self.buffers.counters[..need * W].fill(0);
            for at in node.start..node.end {
                let column = self.column(at);
                count(&mut self.buffers.counters[..need * W], &column);
            }
            let left = and(&open, &self.buffers.counters.as_chunks::<W>().0[need - 1]);
            let before = node.end;
            let mut kept = node.start;
            for at in node.start..node.end {
                let column = and(&self.column(at), &left);
                if let Some(bound) = self.bound(&column) {
                    self.put(kept, at, column);
                    self.buffers.bounds[kept] = bound;
                    kept += 1;
                }
            }
            node.end = kept;
            self.truncate(kept);
            if kept - node.start < need {
                return false;
            }
            if kept == before {
                return true;
            }
            open = left;
        }
    }

    /// What the cheapest leaves of a column cost, if they are enough and beat the best placement.
    fn bound(&self, column: &Bits<W>) -> Option<u64> {
        if size(column) < self.leaves {
            return None;
        }
        let cheapest = members(column).take(self.leaves as usize);
        let cost = cheapest.map(|position| self.buffers.costs[position as usize]).sum();
        (cost < self.buffers.best).then_some(cost)
    }

    /// The cheapest leaves of a set and their cost.
    fn cheapest(&self, leaves: &Bits<W>) -> Option<(Bits<W>, u64)> {
        let (mut chosen, mut cost, mut number) = ([0; W], 0, 0);
        for position in members(leaves).take(self.leaves as usize) {
            chosen[position as usize / 64] |= 1 << (position % 64);
            cost += self.buffers.costs[position as usize];
            number += 1;
        }
        (number == self.leaves).then_some((chosen, cost))
    }

    /// Removes the candidates whose leaves lie within `column`.
    fn drop_dominated(&mut self, start: usize, end: usize, column: &Bits<W>) -> usize {
        let mut kept = start;
        for at in start..end {
            let other = self.column(at);
            if !contains(column, &other) {
                self.put(kept, at, other);
                self.buffers.bounds[kept] = self.buffers.bounds[at];
                kept += 1;
            }
        }
        self.truncate(kept);
        kept
    }

    /// Keeps the cheapest of these leaves.
    fn keep(&mut self, leaves: &Bits<W>, cost: u64) {
        self.buffers.best = cost;
        let Placer { candidates, leaves: kept, .. } = &mut *self.buffers;
        kept.clear();
        let cheapest = members(leaves).take(self.leaves as usize);
        kept.extend(cheapest.map(|position| candidates[position as usize]));
    }

    fn top(&self) -> usize {
        self.buffers.positions.len()
    }

    fn push(&mut self, from: usize, column: &Bits<W>) {
        self.buffers.positions.push(self.buffers.positions[from]);
        self.buffers.bounds.push(0);
        self.buffers.rows.extend_from_slice(column);
    }

    fn truncate(&mut self, end: usize) {
        self.buffers.positions.truncate(end);
        self.buffers.bounds.truncate(end);
        self.buffers.rows.truncate(end * W);
    }

    fn column(&self, at: usize) -> Bits<W> {
        self.buffers.rows.as_chunks::<W>().0[at]
    }

    fn put(&mut self, to: usize, from: usize, column: Bits<W>) {
        self.buffers.positions[to] = self.buffers.positions[from];
        self.buffers.rows.as_chunks_mut::<W>().0[to] = column;
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.buffers.positions.swap(a, b);
        self.buffers.bounds.swap(a, b);
        self.buffers.rows.as_chunks_mut::<W>().0.swap(a, b);
    }
}
