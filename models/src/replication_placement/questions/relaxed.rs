//! What would have to give where there is no plan.
//!
//! With every shared rule soft and nothing else that costs, the cheapest plan is the one with the
//! least excess, and a bound on its cost says how much must give at least. Rules of single shards
//! (labels, pins, modes, times) stay as they are.

use crate::replication_placement::instance::{
    DomainId, Index, Instance, Layout, Loads, MoveMemory, Node, NodeId, Policies, Policy,
};
use crate::replication_placement::plan::Plan;

/// What a unit of excess weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// A MiB, or a KiB per second.
    pub capacity: u64,
    /// A copy too many in a domain.
    pub spread: u64,
    /// 1/1024 of a halving of the unavailability.
    pub availability: u64,
}

/// The instance in which nothing costs but excess. Limits on moves stay. Memory that is short while
/// copies move counts once, not again for what is left of them afterwards.
#[must_use]
pub fn relaxed(instance: &Instance, weights: Weights) -> Instance {
    let mut elastic = instance.clone();
    let all_mib: u64 = instance.shards.iter().map(|shard| shard.state_mib).sum();
    for (node, own) in elastic.nodes.iter_mut().zip(&instance.nodes) {
        if moves_need_more(instance, own) {
            node.memory_during_mib = Some(during_mib(own));
            node.memory_mib = own.memory_mib.max(all_mib);
        }
    }
    let soft = |price| Policy::Soft { price };
    elastic.policies = Policies {
        capacity: soft(weights.capacity),
        spread: soft(weights.spread),
        availability: soft(weights.availability),
    };
    elastic.nodes.iter_mut().for_each(|node| node.price_per_gib = 0);
    elastic.stores.iter_mut().for_each(|store| store.price_per_gib = 0);
    for shard in &mut elastic.shards {
        shard.value = 0;
        shard.move_cost = 0;
    }
    elastic
}

/// What a node holds at most while copies move.
fn during_mib(node: &Node) -> u64 {
    node.memory_during_mib.unwrap_or(node.memory_mib)
}

/// Whether a plan that keeps a node's memory while copies move also keeps it afterwards: a node never
/// holds more then.
fn moves_need_more(instance: &Instance, node: &Node) -> bool {
    instance.move_limits.memory == MoveMemory::AtOnce && during_mib(node) <= node.memory_mib
}

/// A rule that a plan exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// A shared capacity, by row of [`Layout`], in its unit.
    Row {
        /// The row.
        row: u32,
        /// By how much.
        over: u128,
    },
    /// Copies of a shard in a domain.
    Spread {
        /// The shard.
        shard: usize,
        /// The domain.
        domain: DomainId,
        /// How many too many.
        over: usize,
    },
    /// The availability of a shard.
    Availability {
        /// The shard.
        shard: usize,
        /// What is missing, in 1/1024 of a halving of the unavailability.
        missing: u64,
    },
}

/// Everything that a plan exceeds, whatever policies say, as [`relaxed`] counts it. Time O(shards · copies² · levels + nodes).
#[must_use]
pub fn excesses(index: &Index, plan: &Plan) -> Vec<Excess> {
    let layout = Layout::of(index);
    let loads = Loads::of(index, plan.shards.iter().map(Some));
    let instance = index.instance;
    let mut found = Vec::new();
    let mut row = |row: u32, load: u128, limit: u64| {
        let over = load.saturating_sub(limit.into());
        if over > 0 {
            found.push(Excess::Row { row, over });
        }
    };
    let at_once = instance.move_limits.memory == MoveMemory::AtOnce;
    for (node, data) in index.nodes().zip(&instance.nodes) {
        let n = node.index();
        let (memory, during) = (loads.memory[n], loads.during[n]);
        if moves_need_more(instance, data) {
            // Named after the moves only where these make a difference.
            let own = if memory == during { layout.memory(node) } else { layout.during(node) };
            row(own, during, during_mib(data));
        } else {
            row(layout.memory(node), memory, data.memory_mib);
            if at_once {
                row(layout.during(node), during, during_mib(data));
            }
        }
        row(layout.sent(node), loads.sent[n], data.nic_out_kib_per_s);
        row(layout.received(node), loads.received[n], data.nic_in_kib_per_s);
    }
    for (store, data) in index.stores().zip(&instance.stores) {
        row(layout.stored(store), loads.stored[store.index()], data.capacity_mib);
        row(layout.taken(store), loads.taken[store.index()], data.ingest_kib_per_s);
    }
    for (number, &(_, trunk)) in (0..).zip(index.trunks()) {
        row(layout.trunk(number), loads.crossing[number as usize], trunk);
    }
    for (shard, decision) in plan.shards.iter().enumerate() {
        for &(level, most) in index.spread(shard) {
            let domain = |&node: &NodeId| index.domain_of_node(level, node);
            let mut domains: Vec<DomainId> = decision.nodes.iter().map(domain).collect();
            domains.sort_unstable();
            for own in domains.chunk_by(|one, other| one == other) {
                let over = own.len().saturating_sub(most.into());
                if over > 0 {
                    found.push(Excess::Spread { shard, domain: own[0], over });
                }
            }
        }
        let weights = decision.nodes.iter().map(|&node| index.node_weight(node));
        let reached = weights.sum::<u64>() + index.store_weight(decision.mode);
        let missing = index.wanted_weight(shard).unwrap_or(0).saturating_sub(reached);
        if missing > 0 {
            found.push(Excess::Availability { shard, missing });
        }
    }
    found
}
