//! Every plan of small instances, judged one by one, against the compact model and the driver.

use placewright_instances::replication_placement::strategies::instances_up_to;
use placewright_models::replication_placement::formulation::Compact;
use placewright_models::replication_placement::instance::{Index, Instance};
use placewright_models::replication_placement::plan::{Plan, ShardPlan};
use placewright_solver::exact::Formulation;
use placewright_solver::outcome::Status;
use proptest::prelude::*;

use super::support::{codes, cost, decisions, modelled, solved, value};
use crate::support::cases;

/// Codes of what a decision breaks by itself; the others depend on other shards.
const OWN: [&str; 8] = ["RP101", "RP102", "RP103", "RP104", "RP105", "RP106", "RP107", "RP109"];

/// Decisions of each shard that break nothing by themselves.
fn sensible(instance: &Instance) -> Vec<Vec<ShardPlan>> {
    let index = Index::new(instance);
    let mut alone = instance.clone();
    let mut found = Vec::new();
    for shard in 0..instance.shards.len() {
        alone.shards = vec![instance.shards[shard].clone()];
        let mut own = decisions(&index, shard);
        own.retain(|decision| {
            let plan = Plan { shards: vec![decision.clone()] };
            !codes(&alone, &plan).iter().any(|code| OWN.contains(code) || *code == "RP108")
        });
        found.push(own);
    }
    found
}

fn least_cost(instance: &Instance, all: &[Vec<ShardPlan>]) -> Option<i128> {
    fn extend(
        instance: &Instance,
        all: &[Vec<ShardPlan>],
        chosen: &mut Vec<ShardPlan>,
        best: &mut Option<i128>,
    ) {
        let Some(own) = all.get(chosen.len()) else {
            let found = cost(instance, &Plan { shards: chosen.clone() });
            *best = best.iter().copied().chain(found).min();
            return;
        };
        for decision in own {
            chosen.push(decision.clone());
            extend(instance, all, chosen, best);
            chosen.pop();
        }
    }
    let mut best = None;
    extend(instance, all, &mut Vec::new(), &mut best);
    best
}

fn model_is_exact(instance: &Instance, most_plans: usize) -> Result<(), TestCaseError> {
    let all = sensible(instance);
    if all.iter().map(Vec::len).product::<usize>() > most_plans {
        return Ok(());
    }
    let best = least_cost(instance, &all);
    let outcome = modelled(instance);
    prop_assert_eq!(value(&outcome), best);
    let expected = if best.is_some() { Status::Optimal } else { Status::Infeasible };
    prop_assert_eq!(outcome.status, expected);
    let outcome = solved(instance);
    prop_assert_eq!((value(&outcome), outcome.status), (best, expected));
    Ok(())
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn the_compact_model_finds_the_best_plan(instance in instances_up_to(2, 4)) {
        model_is_exact(&instance, 4_000)?;
    }

    #[test]
    fn also_of_one_shard_on_more_nodes(instance in instances_up_to(1, 6)) {
        model_is_exact(&instance, 4_000)?;
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn also_of_more_shards(instance in instances_up_to(4, 3)) {
        model_is_exact(&instance, 20_000)?;
    }

    /// Every decision of a shard alone that the referee accepts is a vector that keeps all rows and
    /// costs the same; and the vector reads back as the decision.
    #[test]
    fn encoded_plans_keep_the_model(instance in instances_up_to(1, 4)) {
        let index = Index::new(&instance);
        let model = Compact.build(&instance);
        for decision in decisions(&index, 0) {
            let plan = Plan { shards: vec![decision] };
            let Some(cost) = cost(&instance, &plan) else { continue };
            let values = Compact.encode(&instance, &plan);
            prop_assert_eq!(model.violations(&values, 1e-6), vec![]);
            let priced = model.objective(&values);
            prop_assert!((priced - cost as f64).abs() <= 1e-6 * (1.0 + cost as f64), "{} {}", priced, cost);
            prop_assert_eq!(Compact.decode(&instance, &values), plan);
        }
    }
}
