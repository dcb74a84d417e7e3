//! The placement search that chooses leaves, for rows of `W` words of spines.
//!
//! Leaves are chosen in the order of their costs. A node keeps the spines that all chosen leaves
//! share, and the leaves that share `q` of them; a spine must be shared by as many of these as are
//! still to be chosen.
//!
//! At the root of a long search, and one level below while no placement is known, leaves with the
//! fewest spines go first instead: what is common to the many candidates left at first is then small.

use super::bits::{Bits, and, size};
use super::processor::{Processor, Wanted, Work};
use super::stack::Span;
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

/// Candidates of which `need` more are to be chosen.
#[derive(Clone, Copy)]
struct Node {
    span: Span,
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
        let span = self.load(links);
        let node = Node { span, need: self.leaves, cost: 0 };
        if let Some(root) = self.reduce(span, node, &[u64::MAX; W]) {
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
    fn load(&mut self, links: &FreeLinks) -> Span {
        let Placer { candidates, stack, counters, .. } = &mut *self.buffers;
        counters.resize(self.leaves as usize * W, 0);
        stack.make_room::<W>(0, 0, candidates.len());
        let (mut number, rows) = (0, stack.words.as_chunks_mut::<W>().0);
        for (position, &leaf) in candidates.iter().enumerate() {
            let row = links.row(leaf);
            if size(row) >= self.share {
                stack.positions[number] = position as u32;
                rows[number] = std::array::from_fn(|word| row.get(word).copied().unwrap_or(0));
                number += 1;
            }
        }
        Span::first(number)
    }

    /// As [`Self::descend`] from the root, but only below those pairs of candidates that no other
    /// thread has taken. All threads find the same pairs, since they only make use of what is known
    /// from the beginning.
    #[inline(always)]
    fn descend_in_part(&mut self, mut root: Node, part: &Subtrees) {
        let (mut subtree, known) = (0, self.buffers.best);
        while self.completion(root) < known {
            self.bring_forward(root);
            let (row, position) = self.first(root);
            self.buffers.chosen.push(position);
            if let Some(child) = self.child(root, &row) {
                subtree = self.descend_in_pairs(child, subtree, part);
            }
            self.buffers.chosen.pop();
            root = self.without_first(root, &row, position);
        }
    }

    /// As [`Self::descend_in_part`], below one candidate, from a number of a subtree to the next.
    #[inline(always)]
    fn descend_in_pairs(&mut self, mut node: Node, mut subtree: usize, part: &Subtrees) -> usize {
        let known = self.buffers.best;
        while self.completion(node) < known {
            if known == u64::MAX {
                self.bring_forward(node);
            }
            let (row, position) = self.first(node);
            if let Some(told) = part.take(subtree, known) {
                self.buffers.best = told;
                if self.completion(node) < told {
                    self.expand(node, &row);
                }
                let best = std::mem::replace(&mut self.buffers.best, known);
                part.finish(subtree, best, (best < told).then_some(&self.buffers.leaves));
            }
            subtree += 1;
            node = self.without_first(node, &row, position);
        }
        subtree
    }

    /// Tries every candidate as the cheapest of those still to be chosen.
    #[inline(always)]
    fn descend(&mut self, mut node: Node) {
        while self.completion(node) < self.buffers.best {
            let (row, position) = self.first(node);
            self.expand(node, &row);
            if self.buffers.nodes > self.node_limit || node.need == 1 {
                return;
            }
            node = self.without_first(node, &row, position);
        }
    }

    /// Moves the candidate with the fewest spines, the cheapest of several, before all others, which
    /// stay in the order of their costs.
    #[inline(always)]
    fn bring_forward(&mut self, node: Node) {
        let rows = self.buffers.stack.rows::<W>(node.span).iter();
        if let Some((at, _)) = rows.enumerate().min_by_key(|(_, row)| size(*row)) {
            self.buffers.stack.bring_forward::<W>(node.span, node.span.start + at);
        }
    }

    /// Chooses the first candidate, before all others that are still to be chosen.
    #[inline(always)]
    fn expand(&mut self, node: Node, row: &Bits<W>) {
        let position = self.buffers.stack.positions[node.span.start];
        self.buffers.chosen.push(position);
        if node.need == 1 {
            self.keep(node.cost + self.buffers.costs[position as usize]);
        } else {
            self.buffers.nodes += 1;
            if self.buffers.nodes > self.node_limit {
                return;
            }
            if node.need == 2 {
                self.finish(node, row);
            } else if let Some(child) = self.child(node, row) {
                self.enter(child);
            }
        }
        self.buffers.chosen.pop();
    }

    /// Pushes the candidates that can go with the first.
    /// `None` when no completion can beat the best placement.
    #[inline(always)]
    fn child(&mut self, node: Node, row: &Bits<W>) -> Option<Node> {
        let child = Node {
            span: node.span.behind::<W>(),
            need: node.need - 1,
            cost: node.cost + self.first_cost(node),
        };
        self.reduce(node.span.without_first::<W>(), child, row)
    }

    /// Chooses the last leaf: the cheapest that shares enough spines with the first candidate.
    #[inline(always)]
    fn finish(&mut self, node: Node, row: &Bits<W>) {
        let cost = node.cost + self.first_cost(node);
        let others = node.span.without_first::<W>();
        let mut rows = self.buffers.stack.rows::<W>(others).iter();
        if let Some(at) = rows.position(|other| size(&and(other, row)) >= self.share) {
            let position = self.buffers.stack.positions[others.start + at];
            let cost = cost + self.buffers.costs[position as usize];
            if cost < self.buffers.best {
                self.buffers.chosen.push(position);
                self.keep(cost);
                self.buffers.chosen.pop();
            }
        }
    }

    /// Copies candidates to a node, without spines that too few of them share, and without those that
    /// share too few spines, until neither is left. `None` when no completion can beat the best
    /// placement.
    #[inline(always)]
    fn reduce(&mut self, from: Span, mut node: Node, row: &Bits<W>) -> Option<Node> {
        let Placer { stack, .. } = &mut *self.buffers;
        stack.make_room::<W>(node.span.start, node.span.word, from.len());
        let wanted =
            Wanted { bits: self.share, candidates: node.need, pricing: None, best: u64::MAX };
        let (mut open, mut from) = (*row, from);
        loop {
            let left;
            let stack = &mut self.buffers.stack;
            (node.span, left) = self.processor.sift(stack, from, node.span, &open, wanted)?;
            if self.completion(node) >= self.buffers.best {
                return None;
            }
            let left = and(&left, &open);
            if size(&left) < self.share {
                return None;
            }
            if left == open {
                let best = self.buffers.best;
                return (best == u64::MAX || self.bound(node) < best).then_some(node);
            }
            (open, from) = (left, node.span);
        }
    }

    /// A bound on the cost of a completion: the `t`-th leaf is at least as dear as the first candidate
    /// up to which `share` spines have been shared `t` times. `u64::MAX` if that never happens.
    #[inline(always)]
    fn bound(&mut self, node: Node) -> u64 {
        let Placer { stack, costs, counters, .. } = &mut *self.buffers;
        let rows = (node.need, self.share);
        let dearest = self.processor.dearest::<W>(stack, node.span, costs, rows, counters);
        node.cost.saturating_add(dearest)
    }

    /// The cost of the node with its first candidates, as many as are still to be chosen: `u64::MAX`
    /// if there are too few.
    #[inline(always)]
    fn completion(&self, node: Node) -> u64 {
        let Placer { stack, costs, .. } = &*self.buffers;
        let Span { start, end, .. } = node.span;
        match stack.positions[start..end].get(..node.need as usize) {
            Some(next) => next.iter().fold(node.cost, |sum, &at| sum + costs[at as usize]),
            None => u64::MAX,
        }
    }

    /// The open spines and the position of the first candidate.
    #[inline(always)]
    fn first(&self, node: Node) -> (Bits<W>, u32) {
        let stack = &self.buffers.stack;
        (stack.row(node.span, node.span.start), stack.positions[node.span.start])
    }

    #[inline(always)]
    fn first_cost(&self, node: Node) -> u64 {
        self.buffers.costs[self.buffers.stack.positions[node.span.start] as usize]
    }

    /// Removes the first candidate and those whose spines lie within its own, if they are no cheaper.
    #[inline(always)]
    fn without_first(&mut self, node: Node, row: &Bits<W>, position: u32) -> Node {
        let others = node.span.without_first::<W>();
        let stack = &mut self.buffers.stack;
        Node { span: self.processor.drop_within(stack, others, position + 1, row), ..node }
    }

    fn keep(&mut self, cost: u64) {
        self.buffers.best = cost;
        let Placer { candidates, chosen, leaves, .. } = &mut *self.buffers;
        leaves.clear();
        leaves.extend(chosen.iter().map(|&position| candidates[position as usize]));
    }
}
