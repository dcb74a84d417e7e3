//! Where a shard's copies cost least under prices in a large cluster, by a few probes.
//!
//! **Idea.** With prices, what a copy costs on a node hangs on how often the node goes down and on what
//! a MiB there costs. Nodes that are alike in that and in how soon they are back make a bucket, so that
//! the best buckets for a copy are known without a look at nodes. A chain begins on nodes with room of
//! the best buckets, and goes on to neighbours of its head, to which messages are quick, or to nodes of
//! the best buckets for the next position.
//!
//! **Complexity.** O(nodes · log nodes) once; see `seeker` for one shard. **Guarantee.** None.

use std::ops::Range;

use super::board::Board;
use super::market::Market;
use crate::replication_placement::instance::{Index, Layout, LevelId, NodeId};

/// Groups of nodes by how soon they are back, and buckets of each by how often they go down.
const GROUPS: usize = 4;
const BUCKETS: usize = 24;
/// Neighbours of a node that are looked at.
const NEIGHBOURS: usize = 24;

/// What is known of nodes before any shard is looked at.
pub struct Guide<'a, 'b> {
    /// The instance.
    pub index: &'a Index<'a>,
    /// The prices.
    pub market: &'b Market,
    /// Price of a MiB of memory in the mean over all nodes.
    pub mean_price: f64,
    pub(super) buckets: Vec<Bucket>,
    /// Nodes by domain of the level whose borders take longest to cross; empty where none takes time.
    regions: Vec<Vec<NodeId>>,
    /// The domain, by node.
    region: Vec<u32>,
}

/// Nodes that are alike.
pub(super) struct Bucket {
    nodes: Vec<NodeId>,
    /// How often they go down, what a MiB on them costs with and without its price, in the mean.
    pub(super) rate: f64,
    pub(super) own_per_mib: f64,
    pub(super) price: f64,
    /// The weight that half of them have.
    pub(super) weight: u64,
}

/// The nodes of a part of the list of nodes that have room for a size.
pub struct Openings {
    /// The part.
    pub part: Range<u32>,
    pub(super) by_bucket: Vec<Vec<NodeId>>,
}

impl<'a, 'b> Guide<'a, 'b> {
    /// Looks at all nodes.
    #[must_use]
    pub fn new(index: &'a Index<'a>, market: &'b Market) -> Self {
        let layout = Layout::of(index);
        let price = |node: NodeId| market.prices[layout.memory(node) as usize];
        let mut by_repair: Vec<NodeId> = index.nodes().collect();
        by_repair.sort_by_key(|&node| (index.instance.nodes[node.index()].repair_ms, node));
        let mut buckets = Vec::new();
        for group in by_repair.chunks_mut(index.nodes().len().div_ceil(GROUPS)) {
            group.sort_by_key(|&node| (index.rate_micro_per_day(node), node));
            let alike = group.chunks(group.len().div_ceil(BUCKETS));
            buckets.extend(alike.map(|nodes| Bucket::of(index, nodes, price)));
        }
        let latency = |level: &LevelId| index.instance.levels[level.index()].latency_us;
        let slowest = index.levels().max_by_key(latency).filter(|level| latency(level) > 0);
        let mut region = vec![0; index.nodes().len()];
        let mut regions = Vec::new();
        if let Some(level) = slowest {
            let first = index.domains_of(level).next().map_or(0, |domain| domain.0);
            regions.resize(index.domains_of(level).len(), Vec::new());
            for node in index.nodes() {
                let own = index.domain_of_node(level, node).0 - first;
                region[node.index()] = own;
                regions[own as usize].push(node);
            }
        }
        let mean_price = index.nodes().map(price).sum::<f64>() / index.nodes().len() as f64;
        Self { index, market, mean_price, buckets, regions, region }
    }

    /// The nodes of a part with room for a size. Time O(nodes).
    #[must_use]
    pub fn openings(&self, board: &Board, size_mib: i64, part: &Range<u32>) -> Openings {
        let is_open = |node: &NodeId| part.contains(&node.0) && has_room(board, *node, size_mib);
        let open = |bucket: &Bucket| bucket.nodes.iter().copied().filter(is_open).collect();
        Openings { part: part.clone(), by_bucket: self.buckets.iter().map(open).collect() }
    }

    /// Some other nodes of the same region, those next to it in the list of nodes.
    pub(super) fn neighbours(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let region: &[NodeId] = match self.regions.as_slice() {
            [] => &[],
            regions => &regions[self.region[node.index()] as usize],
        };
        let before = region.partition_point(|&other| other < node).saturating_sub(NEIGHBOURS / 2);
        let first = before.min(region.len().saturating_sub(NEIGHBOURS));
        region.iter().copied().skip(first).take(NEIGHBOURS).filter(move |&other| other != node)
    }
}

impl Bucket {
    fn of(index: &Index, nodes: &[NodeId], price: impl Fn(NodeId) -> f64) -> Self {
        let mean = |of: &dyn Fn(NodeId) -> f64| {
            nodes.iter().map(|&node| of(node)).sum::<f64>() / nodes.len() as f64
        };
        let mut weights: Vec<u64> = nodes.iter().map(|&node| index.node_weight(node)).collect();
        weights.sort_unstable();
        Self {
            nodes: nodes.to_vec(),
            rate: mean(&|node| index.rate_micro_per_day(node) as f64),
            own_per_mib: mean(&|node| own_per_mib(index, node)),
            price: mean(&price),
            weight: weights[weights.len() / 2],
        }
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
