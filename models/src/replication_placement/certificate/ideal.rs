//! A bound for instances with too many shards times nodes to look at every pair.

use super::choices::choices;
use crate::replication_placement::instance::{Index, Instance, NodeId};

/// What all shards would cost together if every node failed as seldom, were as fast and as cheap as
/// the best node is in each of these, and nothing were shared, moved or kept apart; `None` where
/// even then some shard has no mode. Every term of a cost grows with failures, transfer times and
/// prices, so no plan costs less. Time O(shards · choices).
#[must_use]
pub fn ideal_bound(index: &Index) -> Option<i128> {
    let ideal = ideal_instance(index)?;
    let index = Index::new(&ideal);
    let of_shard = |shard: usize| {
        let of_choice = |choice: super::Choice| {
            let mut cost = index.store_cost(shard, choice.mode);
            for position in 0..choice.copies {
                if !index.keeps_pace(shard, choice.mode, position, NodeId(0)) {
                    return None;
                }
                cost += index.node_cost(shard, choice.mode, choice.copies, position, NodeId(0));
            }
            Some(cost)
        };
        choices(&index, shard).into_iter().filter_map(of_choice).min()
    };
    (0..ideal.shards.len()).map(of_shard).sum()
}

/// The instance with one node that is the best of all in every respect, and without domains.
fn ideal_instance(index: &Index) -> Option<Instance> {
    let instance = index.instance;
    let mut node = instance.nodes.first()?.clone();
    for (each, other) in index.nodes().zip(&instance.nodes) {
        node.nic_out_kib_per_s = node.nic_out_kib_per_s.max(other.nic_out_kib_per_s);
        node.nic_in_kib_per_s = node.nic_in_kib_per_s.max(other.nic_in_kib_per_s);
        node.price_per_gib = node.price_per_gib.min(other.price_per_gib);
        let rate = index.rate_micro_per_day(each);
        node.failures_micro_per_day =
            if each.0 == 0 { rate } else { node.failures_micro_per_day.min(rate) };
    }
    node.domains.clear();
    let mut ideal = Instance {
        levels: Vec::new(),
        nodes: vec![node],
        stores: instance.stores.clone(),
        shards: instance.shards.clone(),
        checkpoint_intervals_ms: instance.checkpoint_intervals_ms.clone(),
        push_periods_ms: instance.push_periods_ms.clone(),
        ..*instance
    };
    for shard in &mut ideal.shards {
        shard.spread.clear();
        shard.requires.clear();
        shard.pinned_primary = None;
        shard.excluded_nodes.clear();
        shard.current = None;
        shard.moves_in_flight.clear();
    }
    ideal.stores.iter_mut().for_each(|store| store.domains.clear());
    Some(ideal)
}
