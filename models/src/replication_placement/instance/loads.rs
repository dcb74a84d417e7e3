//! What decisions use together, added up in the plainest way.

use super::{DomainId, Index, ModeKind, NodeId, StoreId, is_between};
use crate::replication_placement::plan::ShardPlan;

/// What decisions use together.
pub struct Loads {
    /// MiB on nodes once all moves are done.
    pub memory: Vec<u128>,
    /// MiB on nodes while copies move: where they are and where they go.
    pub during: Vec<u128>,
    /// KiB per second that nodes send.
    pub sent: Vec<u128>,
    /// KiB per second that nodes receive.
    pub received: Vec<u128>,
    /// MiB in stores.
    pub stored: Vec<u128>,
    /// KiB per second into stores.
    pub taken: Vec<u128>,
    /// KiB per second over the borders of domains with trunks, see [`Index::trunks`].
    pub crossing: Vec<u128>,
}

impl Loads {
    /// The loads of a decision for every shard that has one.
    pub fn of<'d>(index: &Index, decisions: impl Iterator<Item = Option<&'d ShardPlan>>) -> Self {
        let (nodes, stores) = (index.instance.nodes.len(), index.instance.stores.len());
        let none = |count| vec![0; count];
        let mut loads = Self {
            memory: none(nodes),
            during: none(nodes),
            sent: none(nodes),
            received: none(nodes),
            stored: none(stores),
            taken: none(stores),
            crossing: none(index.trunks().len()),
        };
        for (shard, decision) in decisions.enumerate() {
            let size = u128::from(index.instance.shards[shard].state_mib);
            for node in index.holders(shard) {
                loads.during[node.index()] += size;
            }
            if let Some(decision) = decision {
                loads.add(index, shard, decision, size);
            }
        }
        loads
    }

    fn add(&mut self, index: &Index, shard: usize, decision: &ShardPlan, size: u128) {
        let (mode, nodes) = (decision.mode, &decision.nodes);
        for node in nodes {
            self.memory[node.index()] += size;
            if !index.holders(shard).contains(node) {
                self.during[node.index()] += size;
            }
        }
        let traffic = u128::from(index.traffic_kib_per_s(shard, mode));
        if let Some(store) = mode.store() {
            self.stored[store.index()] += u128::from(index.store_mib(shard, mode));
            self.taken[store.index()] += u128::from(index.store_ingest_kib_per_s(shard, mode));
            self.sent[nodes[0].index()] += traffic;
            let both_ways = mode.kind() == ModeKind::Stateless;
            if both_ways {
                self.received[nodes[0].index()] += traffic;
            }
            let crossing = if both_ways { 2 * traffic } else { traffic };
            self.cross(index, crossing, |domain| side(index, domain, nodes[0], store));
        } else {
            for hop in nodes.windows(2) {
                self.sent[hop[0].index()] += traffic;
                self.received[hop[1].index()] += traffic;
                let ends = |domain| [0, 1].map(|end| index.has_node(domain, hop[end]));
                self.cross(index, traffic, ends);
            }
        }
    }

    fn cross(&mut self, index: &Index, traffic: u128, sides: impl Fn(DomainId) -> [bool; 2]) {
        for (load, &(domain, _)) in self.crossing.iter_mut().zip(index.trunks()) {
            if is_between(sides(domain)) {
                *load += traffic;
            }
        }
    }
}

fn side(index: &Index, domain: DomainId, node: NodeId, store: StoreId) -> [bool; 2] {
    [index.has_node(domain, node), index.has_store(domain, store)]
}
