//! Which nodes a scout looks at: all of a small cluster, a sample of a large one.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::Board;
use crate::replication_placement::instance::{Index, NodeId};

/// Clusters up to this size are looked at in full.
const ALL: usize = 48;
/// Nodes in a sample; and where there are so many nodes that samples must be quick to look at.
const SAMPLE: usize = 10;
const SMALL_SAMPLE: usize = 5;
const MANY: usize = 2_000;
/// Draws after which a sample stays short.
const DRAWS: usize = 40;

/// Draws candidates.
pub struct Candidates {
    /// The nodes, those that go down least often first.
    by_rate: Vec<NodeId>,
    drawn: Vec<NodeId>,
}

impl Candidates {
    /// Sorts the nodes once.
    #[must_use]
    pub fn new(index: &Index) -> Self {
        let mut by_rate: Vec<NodeId> = index.nodes().collect();
        by_rate.sort_by_key(|&node| (index.rate_micro_per_day(node), node));
        Self { by_rate, drawn: Vec::new() }
    }

    /// Whether candidates are a sample of the nodes.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.by_rate.len() > ALL
    }

    /// Candidates for a shard: with room, half of them among the better half; and where it is.
    pub fn draw(
        &mut self,
        board: &Board,
        shard: usize,
        random: &mut Xoshiro256PlusPlus,
    ) -> &[NodeId] {
        if !self.is_sample() {
            return &self.by_rate;
        }
        let index = board.index;
        let size = index.instance.shards[shard].state_mib as i64;
        self.drawn.clear();
        self.drawn.extend(index.holders(shard));
        self.drawn.extend(board.decision(shard).iter().flat_map(|old| &old.nodes));
        self.drawn.extend(index.pinned(shard));
        let most = if self.by_rate.len() > MANY { SMALL_SAMPLE } else { SAMPLE };
        for draw in 0..DRAWS {
            if self.drawn.len() >= most {
                break;
            }
            let within = if draw % 2 == 0 { self.by_rate.len() / 2 } else { self.by_rate.len() };
            let node = self.by_rate[random.random_range(0..within)];
            let row = board.layout.memory(node);
            let room = board.rows().load(row) + size <= board.rows().limit(row).most;
            if room && index.is_eligible(shard, node) {
                self.drawn.push(node);
            }
        }
        self.drawn.sort_unstable();
        self.drawn.dedup();
        &self.drawn
    }

    /// A node, each as likely as the others.
    pub fn any(&self, random: &mut Xoshiro256PlusPlus) -> NodeId {
        self.by_rate[random.random_range(0..self.by_rate.len())]
    }
}
