//! Plans and vectors of the exact model: there and back, row by row.

use std::collections::BTreeSet;

use placewright_instances::memory_sizing::strategies::{coupled_instances, plans_for};
use placewright_models::memory_sizing::formulation::ArcFlow;
use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::Plan;
use placewright_solver::exact::Formulation;
use placewright_solver::mip::Place;
use proptest::prelude::*;

use crate::support::{cases, cost};

fn instance_and_plan() -> impl Strategy<Value = (Instance, Plan)> {
    coupled_instances().prop_flat_map(|instance| {
        let plans = plans_for(&instance);
        (Just(instance), plans)
    })
}

/// Every rung lowered to the next size in use: the type's own or, with a menu, anybody's.
fn lowered(instance: &Instance, plan: &Plan) -> Plan {
    let own: Vec<BTreeSet<u64>> = instance
        .types
        .iter()
        .map(|each| {
            let samples = &each.samples;
            (0..samples.len()).map(|i| instance.round_up_mib(samples.needed_mib(i))).collect()
        })
        .collect();
    let all: BTreeSet<u64> = own.iter().flatten().copied().collect();
    let mut lowered = plan.clone();
    for (ladder, own) in lowered.ladders.iter_mut().zip(&own) {
        let sizes = if instance.max_distinct_sizes.is_some() { &all } else { own };
        for rung in &mut ladder.0 {
            *rung = *sizes.range(..=*rung).next_back().unwrap();
        }
    }
    lowered
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn a_plan_survives_encoding_up_to_lowering((instance, plan) in instance_and_plan()) {
        let formulation = ArcFlow::default();
        let values = formulation.encode(&instance, &plan);
        let lowered = lowered(&instance, &plan);
        if cost(&instance, &plan).is_none() {
            return Ok(());
        }
        prop_assert_eq!(&formulation.decode(&instance, &values), &lowered);
        prop_assert!(cost(&instance, &lowered) <= cost(&instance, &plan));
        prop_assert_eq!(formulation.encode(&instance, &lowered), values);
    }

    #[test]
    fn the_model_accepts_and_prices_what_the_referee_accepts((instance, plan) in instance_and_plan()) {
        let formulation = ArcFlow::default();
        let model = formulation.build(&instance);
        prop_assert!(model.validate().is_ok());
        prop_assert!(model.num_nonzeros() <= formulation.nonzeros(&instance));
        let lowered = lowered(&instance, &plan);
        let values = formulation.encode(&instance, &lowered);
        let violations = model.violations(&values, 0.0);
        match cost(&instance, &lowered) {
            Some(cost) => {
                prop_assert_eq!(&violations, &[]);
                prop_assert_eq!(model.objective(&values), cost as f64);
            }
            None => prop_assert!(!violations.is_empty()),
        }
        prop_assert!(violations.iter().all(|each| each.place != Place::Length));
    }
}
