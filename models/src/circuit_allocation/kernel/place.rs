//! The cheapest equal split of one job over leaves of a static network, exactly: a branch and bound
//! on bit rows.

mod bits;
mod by_leaves;
mod by_spines;
mod exchange;
mod pack;
mod prices;
mod processor;
mod stack;
mod subtrees;
#[cfg(test)]
mod tests;

use std::thread;

use self::bits::{members, size};
use self::by_leaves::LeafSearch;
use self::by_spines::SpineSearch;
use self::exchange::Exchange;
use self::prices::Prices;
#[cfg(target_arch = "x86_64")]
use self::processor::{BitCounting, Vectors};
use self::processor::{Portable, Processor};
use self::stack::Stack;
use self::subtrees::{Alarm, Subtrees, threads};
use super::links::FreeLinks;
use super::shapes::Shape;

/// Shapes with at most so many leaves for every two spines are searched by leaves, whose nodes are
/// cheaper; measured on fragmented clusters.
const LEAVES_PER_TWO_SPINES: u32 = 3;

/// A search with more nodes than this is worth a good placement to begin with.
const QUICK_NODES: u64 = 1000;

/// What the search for one shape found. Leaves and spines are borrowed from the [`Placer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placing<'a> {
    /// A cheapest placement.
    Placed(Found<'a>),
    /// There is no placement of this shape.
    Infeasible,
    /// The node limit came first: the best placement so far, if any, which need not be cheapest.
    LimitReached(Option<Found<'a>>),
}

impl<'a> Placing<'a> {
    /// The placement, cheapest or not.
    #[must_use]
    pub fn found(self) -> Option<Found<'a>> {
        match self {
            Placing::Placed(found) => Some(found),
            Placing::Infeasible => None,
            Placing::LimitReached(found) => found,
        }
    }
}

/// Leaves and spines of a placement, both ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// As many leaves as the shape has.
    pub leaves: &'a [u32],
    /// All spines whose circuits to all these leaves are free: as many as the share, or more. Any
    /// `share` of them will do. Empty on one leaf, where no circuit is needed.
    pub spines: &'a [u32],
    /// The sum of the costs of the leaves.
    pub cost: u64,
}

/// The buffers of the search, to be kept between calls: once they have grown, a search that does not
/// take long allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Placer {
    /// Leaves with enough free GPUs, cheapest first; elsewhere they go by their position here.
    candidates: Vec<u32>,
    /// What the candidates cost.
    costs: Vec<u64>,
    /// The candidates of the nodes on the way from the root: leaves or spines.
    stack: Stack,
    chosen: Vec<u32>,
    counters: Vec<u64>,
    prices: Prices,
    /// The best placement so far, and its cost; `u64::MAX` for none.
    leaves: Vec<u32>,
    spines: Vec<u32>,
    common: Vec<u64>,
    best: u64,
    nodes: u64,
}

impl Placer {
    /// Empty buffers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many nodes the last call expanded, in all threads.
    #[must_use]
    pub fn nodes(&self) -> u64 {
        self.nodes
    }

    /// Finds the cheapest `m` leaves with `q` free GPUs each and `q` spines whose circuits to all of
    /// them are free: a `K_{m,q}` of least cost in the bipartite graph of free circuits.
    ///
    /// Shapes of few leaves are searched by leaves, cheapest first: a node keeps the spines that all
    /// chosen leaves share. Shapes of few spines are searched by spines: a node keeps the leaves that
    /// all chosen spines share, and its bound is the cost of the cheapest of them. Either way what
    /// cannot be part of a completion is removed by counting, with counters that hold one bit for
    /// each spine or leaf, and a candidate whose free circuits (among those still open) lie within
    /// those of one that is no dearer is not tried without it, so equal leaves count once.
    ///
    /// # Arguments
    /// * `free_gpus`: per leaf. Where only whole servers count, the GPUs of free servers.
    /// * `links`: the free circuits.
    /// * `shape`: how many leaves and GPUs on each.
    /// * `cost`: per leaf, what choosing it costs.
    /// * `node_limit`: when to stop; a node takes about as long as a pass over the leaves.
    ///
    /// # References
    /// * Han et al., arXiv 2308.05692 (the placement problem). Deciding it is NP-complete: balanced
    ///   complete bipartite subgraph, Garey and Johnson (1979), GT24.
    ///
    /// # Panics
    /// If `free_gpus` or `cost` has another length than `links` has leaves.
    ///
    /// # Complexity
    /// Exponential in the smaller side of the shape at worst; a node takes
    /// O(leaves · spines / 64 · smaller side).
    ///
    /// # Guarantee
    /// Exact unless the limit is reached, which the answer says. Deterministic: what takes long is
    /// searched by several threads where `node_limit` is `u64::MAX`, but neither the answer nor the
    /// number of nodes depends on how many there are.
    ///
    /// # Example
    /// ```
    /// use placewright_models::circuit_allocation::kernel::links::FreeLinks;
    /// use placewright_models::circuit_allocation::kernel::place::{Placer, Placing};
    /// use placewright_models::circuit_allocation::kernel::shapes::Shape;
    ///
    /// // Leaf 0 is cheapest, but shares only one free spine with the others.
    /// let mut links = FreeLinks::all(3, 4);
    /// (0..3).for_each(|spine| links.clear(0, spine));
    /// let mut placer = Placer::new();
    /// let shape = Shape { leaves: 2, share: 2 };
    /// let Placing::Placed(found) = placer.place(&[2, 3, 4], &links, shape, &[2, 3, 4], 1000) else {
    ///     panic!("leaves 1 and 2 are free");
    /// };
    /// assert_eq!((found.leaves, found.cost), (&[1, 2][..], 7));
    /// assert_eq!(found.spines, [0, 1, 2, 3]);
    /// ```
    pub fn place(
        &mut self,
        free_gpus: &[u32],
        links: &FreeLinks,
        shape: Shape,
        cost: &[u64],
        node_limit: u64,
    ) -> Placing<'_> {
        assert_eq!(free_gpus.len(), links.leaves() as usize, "free GPUs of every leaf");
        assert_eq!(cost.len(), links.leaves() as usize, "a cost for every leaf");
        self.clear();
        if shape.leaves == 0 || shape.share == 0 {
            return Placing::Placed(Found { leaves: &[], spines: &[], cost: 0 });
        }
        self.sort_candidates(free_gpus, shape.share, cost);
        if shape.leaves == 1 {
            // No circuit is needed.
            if let (Some(&leaf), Some(&cost)) = (self.candidates.first(), self.costs.first()) {
                self.leaves.push(leaf);
                self.best = cost;
            }
        } else {
            self.search_on_this_processor(links, shape, node_limit);
        }
        self.answer(links, shape, node_limit)
    }

    fn search_on_this_processor(&mut self, links: &FreeLinks, shape: Shape, node_limit: u64) {
        #[cfg(target_arch = "x86_64")]
        if let Some(processor) = Vectors::detect() {
            return self.search_twice(processor, links, shape, node_limit);
        } else if let Some(processor) = BitCounting::detect() {
            return self.search_twice(processor, links, shape, node_limit);
        }
        self.search_twice(Portable, links, shape, node_limit);
    }

    fn search_twice(
        &mut self,
        processor: impl Processor,
        links: &FreeLinks,
        shape: Shape,
        node_limit: u64,
    ) {
        self.search(processor, links, shape, node_limit.min(QUICK_NODES), None);
        if self.nodes > QUICK_NODES && node_limit > QUICK_NODES {
            self.clear_stacks();
            Exchange::run(self, processor, links, shape);
            self.clear_stacks();
            if node_limit == u64::MAX {
                self.search_subtrees(processor, links, shape, threads());
            } else {
                self.search(processor, links, shape, node_limit, None);
            }
        }
    }

    /// Searches without a limit, by so many threads: each makes the same search, but for the subtrees
    /// that another has taken.
    fn search_subtrees(
        &mut self,
        processor: impl Processor,
        links: &FreeLinks,
        shape: Shape,
        threads: usize,
    ) {
        let subtrees = Subtrees::default();
        let mut helpers: Vec<Self> = (1..threads).map(|_| self.helper()).collect();
        thread::scope(|scope| {
            for helper in &mut helpers {
                let part = &subtrees;
                scope.spawn(move || {
                    let _alarm = Alarm(part);
                    helper.search(processor, links, shape, u64::MAX, Some(part));
                });
            }
            let _alarm = Alarm(&subtrees);
            self.search(processor, links, shape, u64::MAX, Some(&subtrees));
        });
        self.nodes += helpers.iter().map(|helper| helper.nodes).sum::<u64>();
        if let Some(best) = subtrees.into_best() {
            (self.best, self.leaves) = (best.cost, best.leaves);
        }
    }

    /// Buffers for another thread, which knows as much.
    fn helper(&self) -> Self {
        Self {
            candidates: self.candidates.clone(),
            costs: self.costs.clone(),
            best: self.best,
            ..Self::default()
        }
    }

    /// Searches from the root: everything, or the part that other threads have not taken.
    fn search(
        &mut self,
        processor: impl Processor,
        links: &FreeLinks,
        shape: Shape,
        node_limit: u64,
        part: Option<&Subtrees>,
    ) {
        if 2 * shape.leaves <= LEAVES_PER_TWO_SPINES * shape.share {
            self.choose_leaves(processor, links, shape, node_limit, part);
        } else {
            SpineSearch::run(self, processor, links, shape, node_limit, part);
        }
    }

    fn clear_stacks(&mut self) {
        self.stack.clear();
        self.chosen.clear();
        self.counters.clear();
    }

    fn clear(&mut self) {
        self.candidates.clear();
        self.costs.clear();
        self.clear_stacks();
        self.leaves.clear();
        self.spines.clear();
        self.best = u64::MAX;
        self.nodes = 0;
    }

    fn sort_candidates(&mut self, free_gpus: &[u32], share: u32, cost: &[u64]) {
        let leaves = 0..free_gpus.len() as u32;
        self.candidates.extend(leaves.filter(|&leaf| free_gpus[leaf as usize] >= share));
        self.candidates.sort_unstable_by_key(|&leaf| (cost[leaf as usize], leaf));
        self.costs.extend(self.candidates.iter().map(|&leaf| cost[leaf as usize]));
    }

    fn choose_leaves<P: Processor>(
        &mut self,
        processor: P,
        links: &FreeLinks,
        shape: Shape,
        node_limit: u64,
        part: Option<&Subtrees>,
    ) {
        match links.words() {
            1 => LeafSearch::<P, 1>::run(self, processor, links, shape, node_limit, part),
            2 => LeafSearch::<P, 2>::run(self, processor, links, shape, node_limit, part),
            3..=4 => LeafSearch::<P, 4>::run(self, processor, links, shape, node_limit, part),
            5..=8 => LeafSearch::<P, 8>::run(self, processor, links, shape, node_limit, part),
            9..=16 => LeafSearch::<P, 16>::run(self, processor, links, shape, node_limit, part),
            // `FreeLinks` has no more words than this.
            _ => LeafSearch::<P, 64>::run(self, processor, links, shape, node_limit, part),
        }
    }

    /// The rows of spines on the stack, `W` words each: the positions of the candidates that share
    /// enough spines to be of use.
    fn load_columns<const W: usize>(&mut self, links: &FreeLinks, share: u32) {
        let words = &mut self.stack.words;
        words.clear();
        words.resize(links.spines() as usize * W, 0);
        for (position, &leaf) in self.candidates.iter().enumerate() {
            let row = links.row(leaf);
            if size(row) >= share {
                for spine in members(row) {
                    self.stack.words[spine as usize * W + position / 64] |= 1 << (position % 64);
                }
            }
        }
    }

    fn answer(&mut self, links: &FreeLinks, shape: Shape, node_limit: u64) -> Placing<'_> {
        let found = self.best < u64::MAX;
        if found {
            self.leaves.sort_unstable();
            if shape.leaves > 1 {
                self.find_spines(links);
            }
        }
        let Placer { leaves, spines, best, nodes, .. } = &*self;
        let found = found.then_some(Found { leaves, spines, cost: *best });
        match found {
            _ if *nodes > node_limit => Placing::LimitReached(found),
            Some(found) => Placing::Placed(found),
            None => Placing::Infeasible,
        }
    }

    /// The spines that all leaves of the placement share.
    fn find_spines(&mut self, links: &FreeLinks) {
        self.common.clear();
        self.common.resize(links.words(), u64::MAX);
        for &leaf in &self.leaves {
            self.common.iter_mut().zip(links.row(leaf)).for_each(|(word, row)| *word &= row);
        }
        self.spines.extend(members(&self.common));
    }
}
