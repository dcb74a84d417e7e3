//! The instance with fewer or more nodes of a kind, to ask how many are needed.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::lost::{Lost, without};
use crate::replication_placement::instance::{Index, Instance, NodeId, Policy, limits};

/// What every size is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Memory and network of nodes that may be used, in percent.
    pub utilisation_percent: u64,
    /// How likely all places that hold a state may be away at once, for every shard, in parts per
    /// 10⁹; shards that ask for less keep what they ask for.
    pub unavailability_ppb: Option<u64>,
}

/// The instance that a demand is about: every rule is hard, and where shards are now does not
/// matter, so that more nodes are never worse.
#[must_use]
pub fn demanding(instance: &Instance, demand: Demand) -> Instance {
    let mut asked = instance.clone();
    let part = |size: u64| (u128::from(size) * u128::from(demand.utilisation_percent) / 100) as u64;
    for node in &mut asked.nodes {
        node.memory_mib = part(node.memory_mib);
        node.memory_during_mib = None;
        node.nic_out_kib_per_s = part(node.nic_out_kib_per_s).max(1);
        node.nic_in_kib_per_s = part(node.nic_in_kib_per_s).max(1);
    }
    for shard in &mut asked.shards {
        shard.current = None;
        shard.moves_in_flight.clear();
        let own = shard.max_unavailability_ppb;
        shard.max_unavailability_ppb = match demand.unavailability_ppb {
            Some(target) => Some(own.map_or(target, |own| own.min(target))),
            None => own,
        };
    }
    asked.move_limits.copies = None;
    asked.move_limits.mib = None;
    asked.policies.capacity = Policy::Hard;
    asked.policies.spread = Policy::Hard;
    asked.policies.availability = Policy::Hard;
    asked
}

/// The instance with so many nodes more, or fewer where negative: copies of the kind's nodes in turn,
/// in their domains; or without those that fail most. `None` where there are not so many to remove,
/// none would be left, none are of the kind, or there would be more than an instance may have.
#[must_use]
pub fn resized(instance: &Instance, kind: &[NodeId], change: i64) -> Option<Instance> {
    let count = usize::try_from(change.unsigned_abs()).ok()?;
    if change < 0 {
        let mut worst = kind.to_vec();
        let rate = |node: &NodeId| instance.nodes[node.index()].failures_micro_per_day;
        worst.sort_by_key(|node| (Reverse(rate(node)), Reverse(*node)));
        let nodes = worst.get(..count)?.to_vec();
        return without(&Index::new(instance), None, &Lost { nodes, stores: Vec::new() });
    }
    if kind.is_empty() && count > 0 || instance.nodes.len() + count > limits::NODES {
        return None;
    }
    let mut larger = instance.clone();
    let mut names: HashSet<String> = instance.nodes.iter().map(|node| node.name.clone()).collect();
    for (number, like) in kind.iter().cycle().take(count).enumerate() {
        let mut node = instance.nodes[like.index()].clone();
        node.name = format!("{}+{}", node.name, number / kind.len() + 1);
        while !names.insert(node.name.clone()) {
            node.name.push('+');
        }
        larger.nodes.push(node);
    }
    Some(larger)
}
