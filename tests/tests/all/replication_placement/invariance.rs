//! What must not change the optimum, and in which direction the rest may change it.

use placewright_instances::replication_placement::strategies::instances_up_to;
use placewright_models::replication_placement::instance::{Instance, Policy};
use placewright_models::replication_placement::plan::Plan;
use proptest::prelude::*;

use super::support::{codes, cost, guessed, solved, value};
use crate::support::cases;

/// Infeasible counts as dearer than everything.
fn optimum(instance: &Instance) -> i128 {
    value(&solved(instance)).unwrap_or(i128::MAX)
}

/// Without the rule that looks at what is there now: changing data changes what that is.
fn without_default(mut instance: Instance) -> Instance {
    let policies = &mut instance.policies;
    for policy in [&mut policies.capacity, &mut policies.spread, &mut policies.availability] {
        if let Policy::Default { .. } = policy {
            *policy = Policy::Hard;
        }
    }
    instance
}

proptest! {
    #![proptest_config(cases(25))]

    /// More memory, faster networks, fewer failures never make plans dearer; stricter spread never
    /// cheaper.
    #[test]
    fn the_optimum_is_monotone(instance in instances_up_to(3, 3), pick in 0_usize..6) {
        let instance = without_default(instance);
        let before = optimum(&instance);
        let mut better = instance;
        match pick {
            0 => better.nodes.iter_mut().for_each(|node| {
                node.memory_mib += 700;
                node.memory_during_mib = node.memory_during_mib.map(|memory| memory + 700);
            }),
            1 => better.nodes.iter_mut().for_each(|node| node.failures_micro_per_day /= 2),
            2 => better.stores.iter_mut().for_each(|store| store.capacity_mib += 500),
            3 => {
                let domains = better.levels.iter_mut().flat_map(|level| &mut level.domains);
                domains.for_each(|domain| domain.shocks_micro_per_day /= 3);
            }
            4 => better.nodes.iter_mut().for_each(|node| {
                node.nic_out_kib_per_s *= 2;
                node.nic_in_kib_per_s *= 2;
            }),
            _ => better.shards.iter_mut().for_each(|shard| shard.spread.clear()),
        }
        prop_assert!(optimum(&better) <= before, "{pick}");
    }

    /// The same cluster with everything in the opposite order costs the same, plan by plan.
    #[test]
    fn order_and_names_do_not_matter(instance in instances_up_to(3, 4)) {
        let mut turned = instance.clone();
        turned.shards.reverse();
        turned.nodes.reverse();
        turned.stores.reverse();
        turned.levels.iter_mut().for_each(|level| level.domains.reverse());
        turned.levels.reverse();
        prop_assert_eq!(optimum(&turned), optimum(&instance));
    }

    /// Twice the value and twice every price is twice the cost.
    #[test]
    fn the_unit_of_value_does_not_matter(instance in instances_up_to(2, 3)) {
        let Some(plan) = guessed(&instance, 10_000).plan else { return Ok(()) };
        let mut scaled = instance.clone();
        scaled.shards.iter_mut().for_each(|shard| {
            shard.value *= 1024;
            shard.move_cost *= 1024;
        });
        // Prices per GiB are rounded up to whole units per copy.
        scaled.nodes.iter_mut().for_each(|node| node.price_per_gib = 0);
        scaled.stores.iter_mut().for_each(|store| store.price_per_gib = 0);
        let mut plain = scaled.clone();
        plain.shards.clone_from(&instance.shards);
        for policies in [&mut scaled.policies, &mut plain.policies] {
            policies.capacity = Policy::Hard;
            policies.spread = Policy::Hard;
            policies.availability = Policy::Hard;
        }
        if let Some(cost_before) = cost(&plain, &plan) {
            prop_assert_eq!(cost(&scaled, &plan), Some(1024 * cost_before));
        }
    }

    /// Where capacities are broken now, staying is allowed by default, and no hard rule.
    #[test]
    fn staying_is_allowed_by_default(instance in instances_up_to(3, 4)) {
        let mut instance = instance;
        let policy = Policy::Default { price: 5 };
        instance.policies.capacity = policy;
        instance.policies.spread = policy;
        instance.policies.availability = policy;
        let index = placewright_models::replication_placement::instance::Index::new(&instance);
        let now: Option<Vec<_>> =
            (0..instance.shards.len()).map(|shard| index.current(shard).cloned()).collect();
        if let Some(shards) = now {
            let shared = ["RP108", "RP109", "RP110", "RP111", "RP112", "RP113", "RP114", "RP115"];
            let found = codes(&instance, &Plan { shards });
            prop_assert!(!found.iter().any(|code| shared.contains(code)), "{found:?}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_plan(instance in instances_up_to(3, 4)) {
        let (one, other) = (guessed(&instance, 20_000), guessed(&instance, 20_000));
        prop_assert_eq!(one.plan, other.plan);
        prop_assert_eq!(one.certificate, other.certificate);
    }
}
