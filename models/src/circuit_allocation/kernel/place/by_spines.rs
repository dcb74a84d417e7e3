//! The placement search that chooses spines.
//!
//! Bits are leaves in the order of their costs. A node keeps the leaves that all chosen spines share;
//! its bound is the cost of the `m` cheapest of them. A leaf must be shared by as many candidates as
//! are still to be chosen, and a candidate must share `m` leaves that beat the best placement.
//!
//! A first placement comes from choosing the spine with the cheapest leaves again and again. Then
//! candidates with few leaves go first, as in a degeneracy order. Where the leaves that are left fit
//! fewer words, their bits move together.

mod stack;

use self::stack::Node;
use super::bits::{Bits, and, contains, members, or, shared, size};
use super::pack::Packing;
use super::prices::Layer;
use super::processor::{Processor, Work};
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
        let Placer { rows, positions, bounds, prices, costs, .. } = &mut *self.buffers;
        positions.extend(0..links.spines());
        bounds.resize(links.spines() as usize, 0);
        prices.start(costs);
        let layer = prices.all::<W>(costs);
        rows.resize(links.spines() as usize * W, 0);
        self.buffers.load_columns::<W>(links, self.share);
        let mut root =
            Node { start: 0, end: self.buffers.positions.len(), words: 0, need: self.share };
        let mut open = [0; W];
        for at in root.start..root.end {
            open = or(&open, &self.column(root, at));
        }
        if self.price::<W>(&mut root, layer)
            && self.reduce(&mut root, &mut open, layer)
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
        let Some(limit) = self.buffers.bounds[root.start..root.end].iter().min().copied() else {
            return true;
        };
        let mut node = root;
        loop {
            let first = self.most_promising(node);
            let mut open = self.column::<W>(node, first);
            if node.need == 1 {
                self.keep(layer, &open, self.buffers.bounds[first]);
                break;
            }
            let all = node.start..node.end;
            let Some(mut child) = self.child(node, all.filter(|&at| at != first), &open, layer)
            else {
                break;
            };
            if !self.reduce(&mut child, &mut open, layer) || self.settles(child, &open, layer) {
                break;
            }
            node = child;
        }
        self.truncate::<W>(root);
        self.buffers.best == limit
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
        let words = self.buffers.rows.len();
        for at in node.start..node.end {
            let packed = Packing::pack_all::<W, V>(&packing, &self.column(node, at));
            self.buffers.rows.extend_from_slice(&packed);
        }
        let Placer { prices, costs, .. } = &mut *self.buffers;
        let packed = prices.members::<W, V>(layer, &open, costs);
        self.enter_as_is::<V>(Node { words, ..node }, packed);
        self.buffers.prices.drop(packed);
        self.buffers.rows.truncate(words);
    }

    /// Tries the candidates, those with the fewest leaves first, each without those before it: what
    /// is common to the many candidates left at first is then small.
    #[inline(always)]
    fn descend<const W: usize>(&mut self, mut node: Node, layer: Layer) {
        if node.need == 1 {
            for at in node.start..node.end {
                let column = self.column::<W>(node, at);
                let cost = self.cheapest(layer, &column);
                if cost < self.buffers.best {
                    self.keep(layer, &column, cost);
                }
            }
            return;
        }
        self.sort::<W>(node);
        if let Some(part) = self.part
            && node.need == self.share
        {
            return self.descend_in_part::<W>(node, layer, part);
        }
        while node.len() >= node.need as usize {
            let column = self.column::<W>(node, node.start);
            let tried = self.expand(node, &column, layer);
            if self.buffers.nodes > self.node_limit {
                return;
            }
            node = node.without_first::<W>();
            if tried && node.need == self.share {
                node.end = self.drop_dominated(node, &column);
                self.truncate::<W>(node);
            }
        }
    }

    /// As [`Self::descend`] from the root, but only below the candidates that no other thread has
    /// taken.
    #[inline(always)]
    fn descend_in_part<const W: usize>(&mut self, mut root: Node, layer: Layer, part: &Subtrees) {
        let known = self.buffers.best;
        for subtree in 0.. {
            if root.len() < root.need as usize {
                return;
            }
            let column = self.column::<W>(root, root.start);
            if let Some(told) = part.take(subtree, known) {
                self.buffers.best = told;
                self.expand(root, &column, layer);
                let best = std::mem::replace(&mut self.buffers.best, known);
                part.finish(subtree, best, (best < told).then_some(&self.buffers.leaves));
            }
            root = root.without_first::<W>();
            root.end = self.drop_dominated(root, &column);
            self.truncate::<W>(root);
        }
    }

    /// Chooses the first candidate. False if its bound does not beat the best placement.
    #[inline(always)]
    fn expand<const W: usize>(&mut self, node: Node, column: &Bits<W>, layer: Layer) -> bool {
        if self.buffers.bounds[node.start] >= self.buffers.best {
            return false;
        }
        self.buffers.nodes += 1;
        if self.buffers.nodes > self.node_limit {
            return true;
        }
        let mut open = *column;
        if let Some(mut child) = self.child(node, node.start + 1..node.end, column, layer)
            && self.reduce(&mut child, &mut open, layer)
            && !self.settles(child, &open, layer)
        {
            self.enter(child, open, layer);
        }
        self.truncate::<W>(node);
        true
    }

    /// Pushes the candidates that share enough leaves with a column, with bounds that beat the best
    /// placement. `None` when too few do.
    #[inline(always)]
    fn child<const W: usize>(
        &mut self,
        node: Node,
        among: impl Iterator<Item = usize>,
        column: &Bits<W>,
        layer: Layer,
    ) -> Option<Node> {
        let need = node.need - 1;
        let (start, words) = (self.buffers.positions.len(), self.buffers.rows.len());
        let mut spare = node.len() - 1 - need as usize;
        for at in among {
            let common = and(&self.column(node, at), column);
            let bound = self.bound(layer, &common);
            if bound < self.buffers.best {
                self.buffers.positions.push(self.buffers.positions[at]);
                self.buffers.bounds.push(bound);
                self.buffers.rows.extend_from_slice(&common);
            } else if spare == 0 {
                return None;
            } else {
                spare -= 1;
            }
        }
        Some(Node { start, end: self.buffers.positions.len(), words, need })
    }

    /// What the cheapest leaves of a column cost, `u64::MAX` if there are too few. Without a
    /// placement to beat only that matters.
    #[inline(always)]
    fn bound<const W: usize>(&self, layer: Layer, column: &Bits<W>) -> u64 {
        if size(column) < self.leaves {
            return u64::MAX;
        }
        if self.buffers.best == u64::MAX && !self.diving {
            return 0;
        }
        self.cheapest(layer, column)
    }

    #[inline(always)]
    fn cheapest<const W: usize>(&self, layer: Layer, column: &Bits<W>) -> u64 {
        self.buffers.prices.cheapest(layer, column, self.leaves, self.processor)
    }

    /// Removes candidates that cannot beat the best placement. False when too few are left.
    #[inline(always)]
    fn price<const W: usize>(&mut self, node: &mut Node, layer: Layer) -> bool {
        let mut kept = node.start;
        for at in node.start..node.end {
            let column = self.column::<W>(*node, at);
            let bound = self.bound(layer, &column);
            if bound < self.buffers.best {
                self.put(*node, kept, at, &column);
                self.buffers.bounds[kept] = bound;
                kept += 1;
            } else if kept - node.start + (node.end - at - 1) < node.need as usize {
                return false;
            }
        }
        node.end = kept;
        self.truncate::<W>(*node);
        node.len() >= node.need as usize
    }

    /// Removes leaves that too few candidates share, and candidates that cannot beat the best
    /// placement, until neither is left. False when too few are left.
    #[inline(always)]
    fn reduce<const W: usize>(
        &mut self,
        node: &mut Node,
        open: &mut Bits<W>,
        layer: Layer,
    ) -> bool {
        loop {
            let columns = &self.buffers.rows[node.words..node.words + node.len() * W];
            let left = and(open, &shared(columns.as_chunks::<W>().0, node.need));
            if left == *open {
                return true;
            }
            *open = left;
            if size(&left) < self.leaves {
                return false;
            }
            for at in node.start..node.end {
                let column = and(&self.column(*node, at), &left);
                self.put(*node, at, at, &column);
            }
            if !self.price::<W>(node, layer) {
                return false;
            }
        }
    }

    /// If the cheapest leaves of the node share enough candidates, nothing below is cheaper.
    #[inline(always)]
    fn settles<const W: usize>(&mut self, node: Node, open: &Bits<W>, layer: Layer) -> bool {
        let mut cheapest = [0; W];
        for bit in members(open).take(self.leaves as usize) {
            cheapest[bit as usize / 64] |= 1 << (bit % 64);
        }
        let sharing = |&at: &usize| contains(&self.column::<W>(node, at), &cheapest);
        if (node.start..node.end).filter(sharing).count() < node.need as usize {
            return false;
        }
        let cost = self.cheapest(layer, &cheapest);
        if cost < self.buffers.best {
            self.keep(layer, &cheapest, cost);
        }
        true
    }

    #[inline(always)]
    fn most_promising(&self, node: Node) -> usize {
        let bounds = &self.buffers.bounds;
        // The node has candidates: the caller has checked.
        (node.start..node.end).min_by_key(|&at| bounds[at]).unwrap_or(node.start)
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
