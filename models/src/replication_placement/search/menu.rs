//! What a shard may choose, with what each choice costs in terms of how often nodes go down and what
//! memory on them costs: enough to rank choices without looking at nodes.

use std::collections::HashMap;

use crate::replication_placement::certificate::{Choice, choices, weight_of_nodes};
use crate::replication_placement::instance::{Index, NodeId, limits};

/// A choice and what it costs beside nodes.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The choice.
    pub choice: Choice,
    /// What all nodes cost alike, and what the store costs.
    pub fixed: f64,
    /// MiB in the store.
    pub stored: f64,
    /// KiB per second into the store.
    pub taken: f64,
    /// Weight that its nodes must have together.
    pub wanted: u64,
    /// What a failure more a day (in millionths) costs at the positions.
    pub steep: [f64; limits::COPIES as usize],
}

/// Builds the entries of shards.
pub struct Menu<'a> {
    index: &'a Index<'a>,
    /// A node of the most frequent speeds.
    typical: NodeId,
    entries: Vec<Entry>,
}

impl<'a> Menu<'a> {
    /// Looks at all nodes once.
    #[must_use]
    pub fn new(index: &'a Index<'a>) -> Self {
        let mut speeds: HashMap<[u64; 2], (usize, NodeId)> = HashMap::new();
        for (id, node) in index.nodes().zip(&index.instance.nodes) {
            let key = [node.nic_out_kib_per_s, node.nic_in_kib_per_s];
            speeds.entry(key).or_insert((0, id)).0 += 1;
        }
        let typical = speeds.values().max_by_key(|(count, id)| (*count, std::cmp::Reverse(*id)));
        let typical = typical.map_or(NodeId(0), |most| most.1);
        Self { index, typical, entries: Vec::new() }
    }

    /// The choices that a node of typical speed allows.
    pub fn of(&mut self, shard: usize) -> &[Entry] {
        let (index, typical) = (self.index, self.typical);
        self.entries.clear();
        let data = &index.instance.shards[shard];
        let rate = index.rate_micro_per_day(typical) as f64;
        let paid = data.state_mib as f64
            * index.instance.nodes[typical.index()].price_per_gib as f64
            / 1024.0;
        let moved = if index.is_move(shard, typical) { data.move_cost as f64 } else { 0.0 };
        for choice in choices(index, shard) {
            let mode = choice.mode;
            let paces = |position| index.keeps_pace(shard, mode, position, typical);
            if !(0..choice.copies).all(paces) {
                continue;
            }
            let mut entry = Entry {
                choice,
                fixed: index.store_cost(shard, mode) as f64,
                stored: index.store_mib(shard, mode) as f64,
                taken: index.store_ingest_kib_per_s(shard, mode) as f64,
                wanted: weight_of_nodes(index, shard, choice),
                steep: [0.0; limits::COPIES as usize],
            };
            for position in 0..choice.copies {
                let [twice_ms, share] = index.at_failure(shard, mode, position, typical);
                let steep = data.value as f64 * twice_ms as f64 * share as f64
                    / (2000.0 * limits::PPM as f64);
                let cost = index.node_cost(shard, mode, choice.copies, position, typical) as f64;
                entry.fixed += cost - steep * rate - paid - moved;
                entry.steep[position] = steep;
                if position > 0 {
                    let hop = |rule: &(_, u8)| {
                        (rule.1 == 1)
                            .then(|| index.crossing_cost(shard, mode, position - 1, rule.0) as f64)
                    };
                    entry.fixed += index.spread(shard).iter().filter_map(hop).sum::<f64>();
                }
            }
            self.entries.push(entry);
        }
        &self.entries
    }
}
