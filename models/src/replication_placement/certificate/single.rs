//! Why a shard, or all of them, cannot be placed at all.

use std::collections::BTreeMap;

use super::choices::{Choice, choices};
use super::priced::will_do;
use crate::replication_placement::instance::{Index, NodeId, Policy};

/// Why a shard has no plan even alone: the furthest that any of its choices gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// No node is permitted, large and fast enough.
    NoNode,
    /// There is no such node for the primary.
    NoPrimary,
    /// There are such nodes, but spread rules leave fewer than the shortest chain needs.
    TooFewDomains,
    /// The nodes and store that fail least do not reach the availability target.
    Unavailable,
}

/// Why the shard has no plan even alone; `None` where nothing is in the way that a count of nodes
/// and domains, rule by rule, would show. Time O(nodes · choices · rules).
#[must_use]
pub fn obstacle(index: &Index, shard: usize) -> Option<Obstacle> {
    let mut furthest = Obstacle::NoNode;
    for choice in choices(index, shard) {
        match obstacle_of(index, shard, choice) {
            None => return None,
            Some(found) => furthest = furthest.max(found),
        }
    }
    Some(furthest)
}

fn obstacle_of(index: &Index, shard: usize, choice: Choice) -> Option<Obstacle> {
    let primary = index.nodes().any(|node| will_do(index, shard, choice, 0, node));
    let usable: Vec<NodeId> = index
        .nodes()
        .filter(|&node| {
            (0..choice.copies.min(2)).any(|position| will_do(index, shard, choice, position, node))
        })
        .collect();
    if usable.is_empty() {
        return Some(Obstacle::NoNode);
    }
    if !primary {
        return Some(Obstacle::NoPrimary);
    }
    if usable.len() < choice.copies {
        return Some(Obstacle::TooFewDomains);
    }
    if index.instance.policies.spread == Policy::Hard {
        for &(level, most) in index.spread(shard) {
            let mut room: BTreeMap<_, usize> = BTreeMap::new();
            for &node in &usable {
                *room.entry(index.domain_of_node(level, node)).or_default() += 1;
            }
            let copies: usize = room.values().map(|&nodes| nodes.min(most.into())).sum();
            if copies < choice.copies {
                return Some(Obstacle::TooFewDomains);
            }
        }
    }
    let hard = index.instance.policies.availability == Policy::Hard;
    let wanted = index.wanted_weight(shard).filter(|_| hard)?;
    let mut weights: Vec<u64> = usable.iter().map(|&node| index.node_weight(node)).collect();
    weights.sort_unstable_by(|a, b| b.cmp(a));
    let reached = weights[..choice.copies].iter().sum::<u64>() + index.store_weight(choice.mode);
    (reached < wanted).then_some(Obstacle::Unavailable)
}

/// By how many MiB all nodes together are too small for the fewest copies that shards can do with;
/// `None` where they are not, or capacities may be exceeded.
#[must_use]
pub fn memory_shortage_mib(index: &Index) -> Option<u128> {
    if index.instance.policies.capacity != Policy::Hard {
        return None;
    }
    let there: u128 = index.instance.nodes.iter().map(|node| u128::from(node.memory_mib)).sum();
    let shards = index.instance.shards.iter().enumerate();
    let needed: u128 = shards
        .map(|(shard, data)| {
            let fewest = choices(index, shard).iter().map(|choice| choice.copies).min();
            u128::from(data.state_mib) * fewest.unwrap_or(1) as u128
        })
        .sum();
    needed.checked_sub(there).filter(|&short| short > 0)
}
