//! Coupled instances small enough to try every plan: optimum and feasibility must be exactly those.

use placewright_instances::memory_sizing::strategies::tiny_instances;
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::formulation::ArcFlow;
use placewright_models::memory_sizing::instance::Instance;
use placewright_solver::exact::Formulation;
use placewright_solver::mip::{MicrolpBackend, MipBackend, MipLimits, MipStart, MipStatus, Silent};
use placewright_solver::outcome::Status;
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use crate::enumeration::cheapest_plan;
use crate::support::{bound, cases, cost, guessed, solved, value};

/// Which of menu, failure budget and nodes stay.
fn restricted(mut instance: Instance, kept: [bool; 3]) -> Instance {
    instance.max_distinct_sizes = instance.max_distinct_sizes.filter(|_| kept[0]);
    instance.max_failures = instance.max_failures.filter(|_| kept[1]);
    if !kept[2] {
        instance.nodes.clear();
    }
    instance
}

fn agrees(instance: &Instance) -> Result<(), TestCaseError> {
    let outcome = solved(instance);
    match cheapest_plan(instance) {
        Some((optimum, _)) => {
            prop_assert_eq!(outcome.status, Status::Optimal);
            prop_assert_eq!((value(&outcome), bound(&outcome)), (Some(optimum), Some(optimum)));
        }
        None => prop_assert_eq!(outcome.status, Status::Infeasible),
    }
    Ok(())
}

macro_rules! each_coupling {
    ($($name:ident: $kept:expr;)*) => {
        proptest! {
            #![proptest_config(cases(300))]
            $(#[test]
            fn $name(instance in tiny_instances()) {
                agrees(&restricted(instance, $kept))?;
            })*
        }
    };
}

each_coupling! {
    nothing_shared: [false, false, false];
    menu: [true, false, false];
    failures: [false, true, false];
    nodes: [false, false, true];
    menu_and_failures: [true, true, false];
    menu_and_nodes: [true, false, true];
    failures_and_nodes: [false, true, true];
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn everything_shared(instance in tiny_instances()) {
        agrees(&instance)?;
    }

    #[test]
    fn heuristics_and_bounds_enclose_the_optimum(instance in tiny_instances()) {
        let outcome = guessed(&instance);
        let optimum = cheapest_plan(&instance).map(|(optimum, _)| optimum);
        if let Some(certificate) = &outcome.certificate {
            prop_assert_eq!(MemorySizing::verify(&instance, certificate), Ok(()));
        }
        match optimum {
            None => prop_assert!(matches!(outcome.status, Status::Infeasible | Status::Unknown)),
            Some(optimum) => {
                prop_assert!(outcome.status != Status::Infeasible);
                prop_assert!(bound(&outcome).is_some_and(|bound| bound <= optimum));
                prop_assert!(value(&outcome).is_none_or(|value| value >= optimum));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn the_other_engine_agrees(instance in tiny_instances()) {
        let formulation = ArcFlow::default();
        let model = formulation.build(&instance);
        let limits = MipLimits::default();
        let outcome = MicrolpBackend.solve(&model, &limits, MipStart::None, &mut Silent).unwrap();
        match cheapest_plan(&instance) {
            Some((optimum, _)) => {
                let plan = formulation.decode(&instance, &outcome.values.unwrap());
                prop_assert_eq!(cost(&instance, &plan), Some(optimum));
            }
            None => prop_assert_eq!(outcome.status, MipStatus::Infeasible),
        }
    }
}
