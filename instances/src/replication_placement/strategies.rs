//! Strategies for property tests over placement: random instances and decisions that shrink.
//!
//! Numbers are small on purpose: capacities that just bind, ties, nodes that nobody may use and
//! domains that everybody shares are frequent only among small numbers.

use std::collections::BTreeMap;

use placewright_models::replication_placement::instance::{
    Domain, Instance, Level, ModeByName, ModeKind, MoveLimits, Node, Placement, Policies, Policy,
    Shard, SpreadRule, Store, Timing,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;

/// Valid instances with all rules, feasible or not.
pub fn instances() -> BoxedStrategy<Instance> {
    instances_up_to(3, 4)
}

/// Valid instances with all rules and at most so many shards and nodes, feasible or not.
pub fn instances_up_to(shards: usize, nodes: usize) -> BoxedStrategy<Instance> {
    let parts = (
        vec(node(), 1..=nodes),
        vec(store(), 1..=2),
        vec(shard(), 1..=shards),
        vec(level(), 1..=2),
        (policy(1), policy(1_000_000), policy(1_000)),
        (option::weighted(0.2, 0_u64..3), option::weighted(0.1, 0_u64..4_000)),
    );
    let instance = parts.prop_map(|(nodes, stores, shards, levels, policies, limits)| {
        let (capacity, spread, availability) = policies;
        let mut instance = Instance {
            levels,
            nodes,
            stores,
            shards,
            checkpoint_intervals_ms: vec![60_000, 600_000],
            push_periods_ms: vec![120_000],
            timing: Timing {
                detection_ms: 5_000,
                restart_ms: 30_000,
                takeover_ms: 1_000,
                cold_restart_ms: 3_600_000,
            },
            policies: Policies { capacity, spread, availability },
            move_limits: MoveLimits { copies: limits.0, mib: limits.1, ..MoveLimits::default() },
        };
        give_names(&mut instance);
        instance
    });
    instance.boxed()
}

fn policy(price: u64) -> impl Strategy<Value = Policy> {
    prop_oneof![
        4 => Just(Policy::Hard),
        1 => Just(Policy::Soft { price }),
        1 => Just(Policy::Default { price: 3 * price }),
    ]
}

fn level() -> impl Strategy<Value = Level> {
    let domain = (0_u64..20_000, option::weighted(0.3, 1_u64..60_000));
    (prop_oneof![Just(0_u64), 50_u64..2_000], vec(domain, 1..=3)).prop_map(|(latency_us, all)| {
        let domain = |(shocks_micro_per_day, trunk_kib_per_s)| Domain {
            name: String::new(),
            shocks_micro_per_day,
            trunk_kib_per_s,
        };
        let domains = all.into_iter().map(domain).collect();
        Level { name: String::new(), latency_us, domains }
    })
}

/// Places in domains, by number, still without names.
fn places() -> impl Strategy<Value = BTreeMap<String, String>> {
    (0_u32..3, 0_u32..3).prop_map(|(a, b)| {
        BTreeMap::from([("l0".to_owned(), a.to_string()), ("l1".to_owned(), b.to_string())])
    })
}

fn node() -> impl Strategy<Value = Node> {
    let size = (500_u64..5_000, option::weighted(0.2, 1_000_u64..8_000));
    let network = (prop_oneof![Just(1_000_000_u64), 2_000_u64..100_000], 5_000_u64..1_000_000);
    let rates = (1_000_u64..300_000, 60_000_u64..7_200_000, 0_u64..3_000_000);
    (size, network, rates, places(), 0_u8..4).prop_map(|(size, network, rates, domains, label)| {
        let kind = if label == 0 { "small" } else { "large" };
        Node {
            name: String::new(),
            memory_mib: size.0,
            memory_during_mib: size.1,
            nic_out_kib_per_s: network.0,
            nic_in_kib_per_s: network.1,
            failures_micro_per_day: rates.0,
            repair_ms: rates.1,
            price_per_gib: rates.2,
            labels: BTreeMap::from([("kind".to_owned(), kind.to_owned())]),
            domains,
        }
    })
}

fn store() -> impl Strategy<Value = Store> {
    let size = (200_u64..8_000, 3_000_u64..500_000, 20_000_u64..500_000);
    let rates = (0_u64..5_000, 0_u64..600_000, vec(0_u64..5_000, 0..=2), 0_u64..1_000_000);
    (size, rates, option::of(places())).prop_map(|(size, rates, domains)| Store {
        name: String::new(),
        capacity_mib: size.0,
        ingest_kib_per_s: size.1,
        restore_kib_per_s: size.2,
        failures_micro_per_day: rates.0,
        repair_ms: rates.1,
        losses_micro_per_day: rates.2,
        price_per_gib: rates.3,
        domains: domains.unwrap_or_default(),
    })
}

fn shard() -> impl Strategy<Value = Shard> {
    let size = (100_u64..2_000, 0_u64..5, 0_u64..5_000, 0_u64..2_000);
    let pace = (60_000_u64..3_000_000, 0_u64..5_000, 1_000_u64..100_000, 0_u64..=1_000_000);
    let rules = (
        subsequence(ModeKind::ALL.to_vec(), 1..=4),
        subsequence(vec![2_u8, 3], 1..=2),
        subsequence(vec![1_u8, 2], 1..=2),
        option::weighted(0.3, 1_u64..2_000_000),
        option::weighted(0.5, (0_u8..2, 1_u8..=2)),
    );
    let places = (
        option::weighted(0.15, Just(())),
        option::weighted(0.15, 0_u8..4),
        option::weighted(0.15, 0_u8..4),
        option::weighted(0.4, (0_u8..4, 0_u8..3, option::of(0_u8..4))),
        option::weighted(0.1, 0_u8..4),
        0_u64..50_000_000,
    );
    (size, pace, rules, places).prop_map(|(size, pace, rules, places)| {
        let spread = rules
            .4
            .map(|(level, max_copies)| SpreadRule { level: format!("l{level}"), max_copies });
        let label = |()| ("kind".to_owned(), "large".to_owned());
        let current = places.3.map(|(primary, mode, replica)| {
            let replica = replica.filter(|&replica| replica != primary && mode == 1);
            Placement {
                mode: match mode {
                    0 => ModeByName::Checkpoint { store: "j0".into(), interval_ms: 60_000 },
                    1 => ModeByName::RelaxedChain { period_ms: 120_000 },
                    _ => ModeByName::Stateless { store: "j0".into(), copies: 1 },
                },
                primary: primary.to_string(),
                replicas: replica.map(|replica| replica.to_string()).into_iter().collect(),
            }
        });
        Shard {
            name: String::new(),
            state_mib: size.0,
            value: size.1,
            write_kib_per_s: size.2,
            updates_milli_per_s: size.3,
            batch_ms: pace.0,
            backlog_kib_per_s: pace.1,
            blocking_ppm: pace.2,
            stale_progress_ppm: pace.3,
            modes: rules.0,
            chain_copies: rules.1,
            stateless_copies: rules.2,
            max_unavailability_ppb: rules.3,
            spread: spread.into_iter().collect(),
            requires: places.0.map(label).into_iter().collect(),
            pinned_primary: places.1.map(|node| node.to_string()),
            excluded_nodes: places.2.map(|node| node.to_string()).into_iter().collect(),
            current,
            moves_in_flight: places.4.map(|node| node.to_string()).into_iter().collect(),
            move_cost: places.5,
        }
    })
}

/// Gives everything a name, and lets numbers name what there is.
fn give_names(instance: &mut Instance) {
    for (l, level) in instance.levels.iter_mut().enumerate() {
        level.name = format!("l{l}");
        for (d, domain) in level.domains.iter_mut().enumerate() {
            domain.name = format!("d{d}");
        }
    }
    let sizes: Vec<usize> = instance.levels.iter().map(|level| level.domains.len()).collect();
    let settle = |domains: &mut BTreeMap<String, String>| {
        domains.retain(|level, _| level != "l1" || sizes.len() > 1);
        for (level, domain) in domains.iter_mut() {
            let size = sizes[usize::from(level == "l1")];
            *domain = format!("d{}", domain.parse::<usize>().unwrap_or(0) % size);
        }
    };
    for (n, node) in instance.nodes.iter_mut().enumerate() {
        node.name = format!("n{n}");
        settle(&mut node.domains);
    }
    for (j, store) in instance.stores.iter_mut().enumerate() {
        store.name = format!("j{j}");
        settle(&mut store.domains);
    }
    let nodes = instance.nodes.len();
    let node = |name: &mut String| {
        *name = format!("n{}", name.parse::<usize>().unwrap_or(0) % nodes);
    };
    let levels = instance.levels.len();
    for (s, shard) in instance.shards.iter_mut().enumerate() {
        shard.name = format!("s{s}");
        shard.spread.retain(|rule| rule.level == "l0" || levels > 1);
        shard.pinned_primary.iter_mut().for_each(node);
        shard.excluded_nodes.iter_mut().for_each(node);
        shard.moves_in_flight.iter_mut().for_each(node);
        if let Some(current) = &mut shard.current {
            node(&mut current.primary);
            current.replicas.iter_mut().for_each(node);
            let primary = current.primary.clone();
            current.replicas.retain(|name| *name != primary);
        }
    }
}

#[cfg(test)]
mod tests {
    use placewright_models::replication_placement::ReplicationPlacement;
    use placewright_solver::problem::Problem;

    use super::*;

    proptest! {
        #[test]
        fn instances_are_valid(instance in instances()) {
            prop_assert_eq!(ReplicationPlacement::validate(&instance), []);
        }
    }
}
