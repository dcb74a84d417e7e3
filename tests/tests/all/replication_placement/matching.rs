//! Chains of two on nodes with room for one copy each: the nodes are paired, and the best pairs are a
//! perfect matching of least weight, here by dynamic programming over sets of nodes.

use placewright_models::replication_placement::check::shard_cost;
use placewright_models::replication_placement::instance::{Index, Instance, NodeId};
use placewright_models::replication_placement::plan::{Mode, ShardPlan};
use proptest::prelude::*;

use super::flow;
use super::support::{modelled, solved, value};
use crate::support::cases;

/// Equal shards, half as many as nodes, which fail at different rates and share the shocks of racks.
fn mirrors(nodes: &[(u64, u32)], shocks: &[u64], value: u64) -> Instance {
    let shards = vec![(0, 0); nodes.len() / 2];
    let mut instance = flow::instance(&vec![(1, 0); nodes.len()], &shards, 2);
    for (node, &(failures, rack)) in instance.nodes.iter_mut().zip(nodes) {
        node.failures_micro_per_day = failures;
        node.domains = [("rack".to_owned(), format!("r{rack}"))].into();
    }
    for (domain, &shocks) in instance.levels[0].domains.iter_mut().zip(shocks) {
        domain.shocks_micro_per_day = shocks;
    }
    instance.timing.cold_restart_ms = 3_600_000;
    for shard in &mut instance.shards {
        shard.value = value;
        shard.current = None;
        shard.spread.clear();
    }
    instance
}

/// The cheaper order of a pair.
fn weight(index: &Index, one: usize, other: usize) -> i128 {
    let cost = |first: usize, second: usize| {
        let nodes = vec![NodeId(first as u32), NodeId(second as u32)];
        shard_cost(index, 0, &ShardPlan { mode: Mode::StrictChain, nodes })
    };
    cost(one, other).min(cost(other, one))
}

/// The least weight of a perfect matching. Time O(nodes · 2^nodes).
fn least_matching(index: &Index) -> Option<i128> {
    let nodes = index.instance.nodes.len();
    let mut least = vec![None; 1 << nodes];
    least[0] = Some(0);
    for set in 1_usize..1 << nodes {
        let first = set.trailing_zeros() as usize;
        let rest = set & (set - 1);
        let partners = (first + 1..nodes).filter(|&other| rest >> other & 1 == 1);
        let with = |other: usize| Some(least[rest & !(1 << other)]? + weight(index, first, other));
        least[set] = partners.filter_map(with).min();
    }
    least[(1 << nodes) - 1]
}

proptest! {
    #![proptest_config(cases(30))]

    #[test]
    fn mutual_mirrors_are_a_matching(
        pairs in prop::collection::vec([(0_u64..2_000_000, 0_u32..3), (0_u64..2_000_000, 0_u32..3)], 1..=3),
        shocks in prop::collection::vec(0_u64..1_000_000, 3),
        price in 1_u64..50,
    ) {
        let instance = mirrors(pairs.as_flattened(), &shocks, price);
        let least = least_matching(&Index::new(&instance));
        prop_assert!(least.is_some());
        prop_assert_eq!(value(&modelled(&instance)), least);
        prop_assert_eq!(value(&solved(&instance)), least);
    }
}
