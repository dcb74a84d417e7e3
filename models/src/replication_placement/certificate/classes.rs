//! Nodes that differ, for a bound, only in how often they go down and in what a MiB on them costs.

use std::collections::{BTreeMap, BTreeSet};

use crate::replication_placement::instance::{Index, Instance};

/// Most pairs of speeds that are told apart.
const MOST_SPEEDS: usize = 16;

/// The classes of nodes of alike speed.
pub struct Classes {
    /// By node.
    pub of_node: Vec<u32>,
    /// The instance with one node for every class: as fast as its fastest, never down, for nothing;
    /// without domains, and with shards that are nowhere and may be everywhere.
    pub ideal: Instance,
}

impl Classes {
    /// Nodes of the same speeds or, where those are many, of the same powers of two of speeds, then
    /// of sixteen, and so on. Time O(nodes · log nodes + shards).
    #[must_use]
    pub fn of(index: &Index) -> Self {
        let nodes = &index.instance.nodes;
        let speeds = |at: usize| [nodes[at].nic_out_kib_per_s, nodes[at].nic_in_kib_per_s];
        let mut coarseness = 0;
        let key = |at: usize, coarseness: u32| match coarseness {
            0 => speeds(at),
            // Speeds are at least 1.
            _ => speeds(at).map(|speed| u64::from(speed.ilog2() / coarseness)),
        };
        let distinct = |coarseness| {
            (0..nodes.len()).map(|at| key(at, coarseness)).collect::<BTreeSet<_>>().len()
        };
        while distinct(coarseness) > MOST_SPEEDS {
            coarseness = (4 * coarseness).max(1);
        }
        let mut classes: BTreeMap<[u64; 2], u32> = BTreeMap::new();
        let (mut of_node, mut fastest) = (Vec::with_capacity(nodes.len()), Vec::new());
        for at in 0..nodes.len() {
            let next = classes.len() as u32;
            let class = *classes.entry(key(at, coarseness)).or_insert(next);
            of_node.push(class);
            if class == next {
                fastest.push((at, speeds(at)));
            }
            let best = &mut fastest[class as usize].1;
            *best = [best[0].max(speeds(at)[0]), best[1].max(speeds(at)[1])];
        }
        let ideal_node = |&(at, [out, into]): &(usize, [u64; 2])| {
            let mut node = nodes[at].clone();
            (node.nic_out_kib_per_s, node.nic_in_kib_per_s) = (out, into);
            (node.failures_micro_per_day, node.price_per_gib) = (0, 0);
            node.domains.clear();
            node
        };
        let nodes = fastest.iter().map(ideal_node).collect();
        Self { of_node, ideal: without_places(index.instance, nodes) }
    }
}

/// The instance with other nodes, for which no rule names a place.
fn without_places(
    instance: &Instance,
    nodes: Vec<crate::replication_placement::instance::Node>,
) -> Instance {
    let mut ideal = Instance {
        levels: Vec::new(),
        nodes,
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
    ideal
}
