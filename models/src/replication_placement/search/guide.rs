//! Where a shard's copies cost least under prices in a part of a large cluster.
//!
//! **Idea.** With prices, what a copy costs on a node hangs on how often the node goes down and on what
//! a MiB there costs: two numbers per node, which are kept side by side, so that all nodes of a part
//! with room are looked at for every position of a chain in a few thousand steps. Nodes of the same
//! domain of the level that takes longest to cross stand next to each other: a chain that waits for its
//! messages stays within one, and all domains are compared by their best nodes and their shocks.
//!
//! **Complexity.** O(nodes of the part) for every position that is looked at. **Guarantee.** None.

use std::ops::Range;

use super::board::Board;
use super::market::Market;
use crate::replication_placement::certificate::slowest_level;
use crate::replication_placement::instance::{Index, Layout, LevelId, NodeId};

/// What is known of nodes before any shard is looked at.
pub struct Guide<'a, 'b> {
    /// The instance.
    pub index: &'a Index<'a>,
    /// The prices.
    pub market: &'b Market,
    /// Price of a MiB of memory in the mean over all nodes.
    pub mean_price: f64,
    /// The level whose borders take longest to cross, where any takes time.
    home: Option<LevelId>,
}

/// The nodes of a part of the list of nodes, domain by domain.
pub struct Grounds {
    /// The part.
    pub part: Range<u32>,
    spots: Vec<Spot>,
}

/// A node as prices see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) node: NodeId,
    /// The domain of the level that takes longest to cross, and its shocks.
    domain: u32,
    shocks: f64,
    /// How often the node goes down, and what a MiB on it costs.
    pub(super) rate: f64,
    pub(super) per_mib: f64,
    pub(super) weight: u64,
}

impl Spot {
    /// What a copy costs.
    pub(super) fn value(&self, steep: f64, size_mib: f64) -> f64 {
        steep * self.rate + size_mib * self.per_mib
    }
}

/// The nodes of a part that have room for a size.
pub struct Openings {
    /// The part.
    pub part: Range<u32>,
    pub(super) spots: Vec<Spot>,
    /// Where the spots of domains are, and the shocks there.
    pub(super) homes: Vec<(Range<usize>, f64)>,
}

impl<'a, 'b> Guide<'a, 'b> {
    /// Looks at all nodes.
    #[must_use]
    pub fn new(index: &'a Index<'a>, market: &'b Market) -> Self {
        let layout = Layout::of(index);
        let price = |node: NodeId| market.prices[layout.memory(node) as usize];
        let mean_price = index.nodes().map(price).sum::<f64>() / index.nodes().len() as f64;
        Self { index, market, mean_price, home: slowest_level(index) }
    }

    /// The nodes of a part, for whom a part of all prices counts. Time O(nodes · log nodes).
    #[must_use]
    pub fn grounds(&self, part: &Range<u32>, share: f64) -> Grounds {
        let index = self.index;
        let layout = Layout::of(index);
        let spot = |node: NodeId| {
            let domain = self.home.map(|level| index.domain_of_node(level, node));
            let price = self.market.prices[layout.memory(node) as usize];
            Spot {
                node,
                domain: domain.map_or(0, |domain| domain.0),
                shocks: domain.map_or(0.0, |own| index.domain(own).shocks_micro_per_day as f64),
                rate: index.rate_micro_per_day(node) as f64,
                per_mib: own_per_mib(index, node) + share * price,
                weight: index.node_weight(node),
            }
        };
        let mut spots: Vec<Spot> = part.clone().map(NodeId).map(spot).collect();
        spots.sort_by_key(|spot| (spot.domain, spot.node));
        Grounds { part: part.clone(), spots }
    }
}

impl Grounds {
    /// The nodes with room for a size. Time O(nodes of the part).
    #[must_use]
    pub fn openings(&self, board: &Board, size_mib: i64) -> Openings {
        let open = |spot: &Spot| has_room(board, spot.node, size_mib);
        let spots: Vec<Spot> = self.spots.iter().copied().filter(open).collect();
        let mut homes = Vec::new();
        let mut first = 0;
        for own in spots.chunk_by(|one, other| one.domain == other.domain) {
            homes.push((first..first + own.len(), own[0].shocks));
            first += own.len();
        }
        Openings { part: self.part.clone(), spots, homes }
    }
}

/// What a MiB on a node costs beside its price.
pub(super) fn own_per_mib(index: &Index, node: NodeId) -> f64 {
    index.instance.nodes[node.index()].price_per_gib as f64 / 1024.0
}

/// Whether a node has room for a size.
pub(super) fn has_room(board: &Board, node: NodeId, size_mib: i64) -> bool {
    board.rows().room(board.layout.memory(node)) >= size_mib
}
