//! The placement search that chooses spines.
//!
//! Bits are leaves in the order of their costs. A node keeps the leaves that all chosen spines share;
//! its bound is the cost of the `m` cheapest of them. A leaf must be shared by as many candidates as
//! are still to be chosen, and a candidate must share `m` leaves that beat the best placement.
//!
//! A first placement comes from choosing the spine with the cheapest leaves again and again. Then
//! candidates with few leaves go first, as in a degeneracy order. Where the leaves that are left fit
//! fewer words, their bits move together.

use super::bits::{Bits, and, contains, members, or, size};
use super::pack::Packing;
use super::prices::Layer;
use super::processor::{Processor, Wanted, Work};
use super::stack::Span;
use super::subtrees::Subtrees;
use super::{FreeLinks, Placer, Shape};

pub(super) struct SpineSearch<'a, P> {
    buffers: &'a mut Placer,
    processor: P,
    leaves: u32,
    share: u32,
    node_limit: u64,
    part: Option<&'a Subtrees>,
    /// Whether bounds are to tell what is most promising.
    diving: bool,
}

/// Candidates of which `need` more are to be chosen.
#[derive(Clone, Copy)]
struct Node {
    span: Span,
    need: u32,
}

/// The search from the root, with sets of `W` words.
struct Start<'a, P, const W: usize> {
    search: SpineSearch<'a, P>,
    links: &'a FreeLinks,
}

impl<P: Processor, const W: usize> Work for Start<'_, P, W> {
    #[inline(always)]
    fn run(mut self) {
        self.search.start::<W>(self.links);
    }
}

/// The search below a node, with sets of `W` words.
struct Descent<'a, 'b, P, const W: usize> {
    search: &'a mut SpineSearch<'b, P>,
    node: Node,
    layer: Layer,
}

impl<P: Processor, const W: usize> Work for Descent<'_, '_, P, W> {
    #[inline(always)]
    fn run(self) {
        self.search.descend::<W>(self.node, self.layer);
    }
}

impl<'a, P: Processor> SpineSearch<'a, P> {
    pub(super) fn run(
        buffers: &'a mut Placer,
        processor: P,
        links: &'a FreeLinks,
        shape: Shape,
        node_limit: u64,
        part: Option<&'a Subtrees>,
    ) {
        let Shape { leaves, share } = shape;
        let words = buffers.candidates.len().div_ceil(64);
        let search = Self { buffers, processor, leaves, share, node_limit, part, diving: true };
        match words {
            0..=1 => search.run_from_root::<1>(links),
            2 => search.run_from_root::<2>(links),
            3 => search.run_from_root::<3>(links),
            4 => search.run_from_root::<4>(links),
            5..=8 => search.run_from_root::<8>(links),
            9..=16 => search.run_from_root::<16>(links),
            // `FreeLinks` has no more leaves than this.
            _ => search.run_from_root::<64>(links),
        }
    }

    fn run_from_root<const W: usize>(self, links: &'a FreeLinks) {
        let processor = self.processor;
        processor.run(Start::<P, W> { search: self, links });
    }

    #[inline(always)]
    fn start<const W: usize>(&mut self, links: &FreeLinks) {
        self.buffers.load_columns::<W>(links, self.share);
        let Placer { prices, costs, stack, .. } = &mut *self.buffers;
        prices.start(costs);
        let layer = prices.all::<W>(costs);
        let span = Span::first(links.spines() as usize);
        stack.make_room::<W>(0, 0, span.len());
        stack.positions.iter_mut().zip(0..links.spines()).for_each(|(at, spine)| *at = spine);
        let columns = stack.rows(span).iter();
        let mut open = columns.fold([0; W], |open, column| or(&open, column));
        let node = Node { span, need: self.share };
        if let Some(root) = self.reduce(span, node, &mut open, layer)
            && !self.dive::<W>(root, layer)
        {
            self.diving = false;
            self.enter(root, open, layer);
        }
    }

    /// Chooses the candidate with the cheapest leaves again and again, for a first placement. True
    /// when it is known to be the cheapest.
    #[inline(always)]
    fn dive<const W: usize>(&mut self, root: Node, layer: Layer) -> bool {
        let (mut node, mut limit) = (root, None);
        loop {
            let (at, bound) = self.most_promising(node);
            self.buffers.stack.bring_forward::<W>(node.span, at);
            let limit = *limit.get_or_insert(bound);
            let mut open = self.first::<W>(node);
            if node.need == 1 {
                self.keep(layer, &open, bound);
                return bound == limit;
            }
            match self.child(node, &mut open, layer) {
                Some(child) if !self.settles(child, &open, layer) => node = child,
                _ => return self.buffers.best == limit,
            }
        }
    }

    /// Descends, with fewer words where the leaves left fit.
    fn enter<const W: usize>(&mut self, node: Node, open: Bits<W>, layer: Layer) {
        match size(&open) as usize {
            0..=64 if W > 1 => self.enter_packed::<W, 1>(node, open, layer),
            65..=128 if W > 2 => self.enter_packed::<W, 2>(node, open, layer),
            129..=192 if W > 3 => self.enter_packed::<W, 3>(node, open, layer),
            193..=256 if W > 4 => self.enter_packed::<W, 4>(node, open, layer),
            257..=512 if W > 8 => self.enter_packed::<W, 8>(node, open, layer),
            513..=1024 if W > 16 => self.enter_packed::<W, 16>(node, open, layer),
            _ => self.enter_as_is::<W>(node, layer),
        }
    }

    fn enter_as_is<const W: usize>(&mut self, node: Node, layer: Layer) {
        let processor = self.processor;
        processor.run(Descent::<P, W> { search: self, node, layer });
    }

    fn enter_packed<const W: usize, const V: usize>(
        &mut self,
        node: Node,
        open: Bits<W>,
        layer: Layer,
    ) {
        let packing = open.map(Packing::new);
        let span = node.span;
        let packed = Span { word: span.end_word::<W>(), ..span };
        let stack = &mut self.buffers.stack;
        stack.make_room::<V>(packed.start, packed.word, packed.len());
        let (rows, packed_rows) = stack.words.split_at_mut(packed.word);
        let rows = rows[span.word..].as_chunks::<W>().0;
        for (row, packed) in rows.iter().zip(packed_rows.as_chunks_mut::<V>().0) {
            *packed = Packing::pack_all(&packing, row);
        }
        let Placer { prices, costs, .. } = &mut *self.buffers;
        let packed_layer = prices.members::<W, V>(layer, &open, costs);
        self.enter_as_is::<V>(Node { span: packed, ..node }, packed_layer);
        self.buffers.prices.drop(packed_layer);
    }

    /// Tries the candidates, those with the fewest leaves first, each without those before it: what
    /// is common to the many candidates left at first is then small.
    #[inline(always)]
    fn descend<const W: usize>(&mut self, mut node: Node, layer: Layer) {
        if node.need == 1 {
            for at in node.span.start..node.span.end {
                let column = self.buffers.stack.row::<W>(node.span, at);
                let cost = self.cheapest(layer, &column);
                if cost < self.buffers.best {
                    self.keep(layer, &column, cost);
                }
            }
            return;
        }
        self.buffers.stack.sort::<W>(node.span);
        if let Some(part) = self.part
            && node.need == self.share
        {
            return self.descend_in_part::<W>(node, layer, part);
        }
        while node.span.len() >= node.need as usize {
            let column = self.first::<W>(node);
            let tried = self.expand(node, &column, layer);
            if self.buffers.nodes > self.node_limit {
                return;
            }
            node.span = node.span.without_first::<W>();
            if tried && node.need == self.share {
                node = self.without_dominated(node, &column);
            }
        }
    }

    /// As [`Self::descend`] from the root, but only below the candidates that no other thread has
    /// taken.
    #[inline(always)]
    fn descend_in_part<const W: usize>(&mut self, mut root: Node, layer: Layer, part: &Subtrees) {
        let known = self.buffers.best;
        for subtree in 0.. {
            if root.span.len() < root.need as usize {
                return;
            }
            let column = self.first::<W>(root);
            if let Some(told) = part.take(subtree, known) {
                self.buffers.best = told;
                self.expand(root, &column, layer);
                let best = std::mem::replace(&mut self.buffers.best, known);
                part.finish(subtree, best, (best < told).then_some(&self.buffers.leaves));
            }
            root.span = root.span.without_first::<W>();
            root = self.without_dominated(root, &column);
        }
    }

    /// Chooses the first candidate. False if its bound does not beat the best placement.
    #[inline(always)]
    fn expand<const W: usize>(&mut self, node: Node, column: &Bits<W>, layer: Layer) -> bool {
        if self.buffers.stack.bounds[node.span.start] >= self.buffers.best {
            return false;
        }
        self.buffers.nodes += 1;
        if self.buffers.nodes > self.node_limit {
            return true;
        }
        let mut open = *column;
        if let Some(child) = self.child(node, &mut open, layer)
            && !self.settles(child, &open, layer)
        {
            self.enter(child, open, layer);
        }
        true
    }

    /// Pushes the candidates that can go with the first, whose leaves are open. `None` when too few
    /// can.
    #[inline(always)]
    fn child<const W: usize>(
        &mut self,
        node: Node,
        open: &mut Bits<W>,
        layer: Layer,
    ) -> Option<Node> {
        let child = Node { span: node.span.behind::<W>(), need: node.need - 1 };
        self.reduce(node.span.without_first::<W>(), child, open, layer)
    }

    /// Copies candidates to a node, with their bounds: without leaves that too few of them share, and
    /// without those that cannot beat the best placement, until neither is left. `None` when too few
    /// are left.
    #[inline(always)]
    fn reduce<const W: usize>(
        &mut self,
        mut from: Span,
        mut node: Node,
        open: &mut Bits<W>,
        layer: Layer,
    ) -> Option<Node> {
        let Placer { stack, prices, best, .. } = &mut *self.buffers;
        stack.make_room::<W>(node.span.start, node.span.word, from.len());
        // Without a placement to beat, only the number of leaves matters.
        let priced = *best < u64::MAX || self.diving;
        let wanted = Wanted {
            bits: self.leaves,
            candidates: node.need,
            pricing: priced.then(|| prices.pricing(layer, self.leaves)),
            best: *best,
        };
        loop {
            let left;
            (node.span, left) = self.processor.sift(stack, from, node.span, open, wanted)?;
            let left = and(&left, open);
            if left == *open {
                if !priced {
                    self.buffers.stack.bounds[node.span.start..node.span.end].fill(0);
                }
                return Some(node);
            }
            *open = left;
            if size(&left) < self.leaves {
                return None;
            }
            from = node.span;
        }
    }

    /// Removes candidates whose leaves lie within `column`.
    #[inline(always)]
    fn without_dominated<const W: usize>(&mut self, node: Node, column: &Bits<W>) -> Node {
        let stack = &mut self.buffers.stack;
        Node { span: self.processor.drop_within(stack, node.span, 0, column), ..node }
    }

    #[inline(always)]
    fn cheapest<const W: usize>(&self, layer: Layer, column: &Bits<W>) -> u64 {
        self.buffers.prices.pricing(layer, self.leaves).cheapest(column, self.processor)
    }

    /// If the cheapest leaves of the node share enough candidates, nothing below is cheaper.
    #[inline(always)]
    fn settles<const W: usize>(&mut self, node: Node, open: &Bits<W>, layer: Layer) -> bool {
        let mut cheapest = [0; W];
        for bit in members(open).take(self.leaves as usize) {
            cheapest[bit as usize / 64] |= 1 << (bit % 64);
        }
        let columns = self.buffers.stack.rows::<W>(node.span).iter();
        if columns.filter(|column| contains(column, &cheapest)).count() < node.need as usize {
            return false;
        }
        let cost = self.cheapest(layer, &cheapest);
        if cost < self.buffers.best {
            self.keep(layer, &cheapest, cost);
        }
        true
    }

    /// The candidate with the least bound, the first of several, and that.
    #[inline(always)]
    fn most_promising(&self, node: Node) -> (usize, u64) {
        let Span { start, end, .. } = node.span;
        let bounds = self.buffers.stack.bounds[start..end].iter().copied().enumerate();
        // The node has candidates: it would not be there otherwise.
        let (at, bound) = bounds.min_by_key(|&(_, bound)| bound).unwrap_or_default();
        (start + at, bound)
    }

    #[inline(always)]
    fn first<const W: usize>(&self, node: Node) -> Bits<W> {
        self.buffers.stack.row(node.span, node.span.start)
    }

    /// Keeps the cheapest of these leaves.
    fn keep<const W: usize>(&mut self, layer: Layer, leaves: &Bits<W>, cost: u64) {
        let Placer { candidates, leaves: kept, prices, best, .. } = &mut *self.buffers;
        *best = cost;
        kept.clear();
        let cheapest = members(leaves).take(self.leaves as usize);
        kept.extend(cheapest.map(|bit| candidates[prices.position(layer, bit) as usize]));
    }
}
