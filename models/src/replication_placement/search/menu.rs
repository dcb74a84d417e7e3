//! What a shard may choose, with what each choice costs in terms of how often nodes go down and what
//! memory on them costs: enough to rank choices without looking at nodes.

use std::collections::HashMap;

use crate::replication_placement::certificate::{
    AtLevel, Choice, SharedLeast, choices, slowest_level,
};
use crate::replication_placement::instance::{Index, LevelId, NodeId, StoreId, limits};

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
    /// Weight that its nodes should have together, whatever the policy.
    pub wanted: u64,
    /// What the way costs from one domain to the next of the level that takes longest to cross.
    pub crossing: f64,
    /// What a shock a day (in millionths) costs that takes all of a chain within such a domain;
    /// infinite where a chain may not or need not stay within one.
    pub cold: f64,
    /// The part of `fixed` that a chain pays at least at all other levels.
    pub beside: f64,
    /// What a failure more a day (in millionths) costs at the positions.
    pub steep: [f64; limits::COPIES as usize],
}

/// Builds the entries of shards.
pub struct Menu<'a> {
    index: &'a Index<'a>,
    /// A node of the most frequent speeds, by store one that shares no domain with it if there is one,
    /// and any.
    typical: Vec<NodeId>,
    shared: SharedLeast,
    home: Option<LevelId>,
    entries: Vec<Entry>,
}

impl<'a> Menu<'a> {
    /// Looks at all nodes once.
    #[must_use]
    pub fn new(index: &'a Index<'a>) -> Self {
        let mut speeds: HashMap<[u64; 2], (usize, NodeId)> = HashMap::new();
        let speed = |node: NodeId| {
            let data = &index.instance.nodes[node.index()];
            [data.nic_out_kib_per_s, data.nic_in_kib_per_s]
        };
        for node in index.nodes() {
            speeds.entry(speed(node)).or_insert((0, node)).0 += 1;
        }
        let any = speeds.values().max_by_key(|(count, node)| (*count, std::cmp::Reverse(*node)));
        let any = any.map_or(NodeId(0), |most| most.1);
        let far_from = |store: StoreId| {
            let mut alike = index.nodes().filter(|&node| speed(node) == speed(any));
            alike.find(|&node| !shares_domain(index, node, store)).unwrap_or(any)
        };
        let typical = index.stores().map(far_from).chain([any]).collect();
        Self {
            index,
            typical,
            shared: SharedLeast::new(index),
            home: slowest_level(index),
            entries: Vec::new(),
        }
    }

    /// The choices that a node of typical speed allows.
    pub fn of(&mut self, shard: usize) -> &[Entry] {
        let index = self.index;
        self.entries.clear();
        let data = &index.instance.shards[shard];
        for choice in choices(index, shard) {
            let mode = choice.mode;
            let typical = mode.store().map_or(self.typical.len() - 1, StoreId::index);
            let typical = self.typical[typical];
            let paces = |position| index.keeps_pace(shard, mode, position, typical);
            if !(0..choice.copies).all(paces) {
                continue;
            }
            let at_home = self.home.map_or(AtLevel { crossing: 0, may_stay: false }, |level| {
                self.shared.at(index, shard, choice, level)
            });
            let cold = index.cold_cost(shard, 1_000_000) as f64 / 1e6;
            let shared = self.shared.but(index, shard, choice, self.home);
            let mut entry = Entry {
                choice,
                fixed: (index.store_cost(shard, mode) + shared) as f64,
                stored: index.store_mib(shard, mode) as f64,
                taken: index.store_ingest_kib_per_s(shard, mode) as f64,
                wanted: index
                    .wanted_weight(shard)
                    .map_or(0, |all| all.saturating_sub(index.store_weight(mode))),
                crossing: at_home.crossing as f64,
                cold: if at_home.may_stay { cold } else { f64::INFINITY },
                beside: shared as f64,
                steep: [0.0; limits::COPIES as usize],
            };
            let rate = index.rate_micro_per_day(typical) as f64;
            let per_gib = index.instance.nodes[typical.index()].price_per_gib as f64;
            let paid = data.state_mib as f64 * per_gib / 1024.0;
            let moved = if index.is_move(shard, typical) { data.move_cost as f64 } else { 0.0 };
            for position in 0..choice.copies {
                let [twice_ms, share] = index.at_failure(shard, mode, position, typical);
                let steep = data.value as f64 * twice_ms as f64 * share as f64
                    / (2000.0 * limits::PPM as f64);
                let cost = index.node_cost(shard, mode, choice.copies, position, typical) as f64;
                entry.fixed += cost - steep * rate - paid - moved;
                entry.steep[position] = steep;
            }
            self.entries.push(entry);
        }
        &self.entries
    }
}

/// Whether a node and a store share shocks.
#[must_use]
pub fn shares_domain(index: &Index, node: NodeId, store: StoreId) -> bool {
    index
        .levels()
        .any(|level| index.domain_of_store(level, store) == Some(index.domain_of_node(level, node)))
}
