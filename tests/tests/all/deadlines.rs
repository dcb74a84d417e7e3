//! Whatever the budget, the answer is checked and the status is true.

use std::time::Duration;

use placewright_instances::memory_sizing::strategies::{coupled_instances, instances};
use placewright_models::memory_sizing::methods::methods;
use placewright_solver::budget::{Budget, CancelToken, Stop};
use placewright_solver::driver::{Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::outcome::Status;
use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::support::{bound, cases, cost, run, solved, value};

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_plan_comes_first_even_without_any_budget(instance in instances()) {
        let outcome = run(&instance, &methods(), Some(0), 1);
        prop_assert_eq!(cost(&instance, &outcome.plan.unwrap()), outcome.objective.map(|o| o.first()));
    }

    #[test]
    fn status_never_lies(
        instance in coupled_instances(),
        work in prop::sample::select(vec![0_u64, 1, 10, 100, 1_000, 10_000]),
    ) {
        let truth = solved(&instance);
        let outcome = run(&instance, &methods(), Some(work), 1);
        if let Some(plan) = &outcome.plan {
            prop_assert_eq!(cost(&instance, plan), value(&outcome));
        }
        match outcome.status {
            Status::Optimal => prop_assert_eq!(value(&outcome), value(&truth)),
            Status::Infeasible => prop_assert_eq!(truth.status, Status::Infeasible),
            Status::WithinGap => prop_assert!(false, "nobody asked for a gap"),
            Status::Feasible => {
                prop_assert!(value(&outcome) >= value(&truth));
                prop_assert!(outcome.plan.is_some() && value(&truth).is_some());
            }
            Status::Unknown => prop_assert!(outcome.plan.is_none()),
        }
        if truth.status == Status::Optimal {
            prop_assert!(bound(&outcome) <= value(&truth));
        }
        let open = matches!(outcome.status, Status::Feasible | Status::Unknown);
        prop_assert_eq!(outcome.stop, open.then_some(Stop::WorkLimit));
    }

    #[test]
    fn the_answer_is_never_worse_than_the_start(instance in coupled_instances()) {
        if let Some(start) = solved(&instance).plan {
            let budget = Budget::new(None, Some(0), CancelToken::new());
            let options = Options::default();
            let outcome =
                solve(&instance, &methods(), &options, &budget, Some(start.clone()), &Silent).unwrap();
            prop_assert_eq!(value(&outcome), cost(&instance, &start));
        }
    }

    #[test]
    fn a_gap_that_is_asked_for_is_kept(instance in coupled_instances(), gap in 0.0..0.5_f64) {
        let options = Options { gap, ..Options::default() };
        let budget = Budget::unlimited();
        let outcome = solve(&instance, &methods(), &options, &budget, None, &Silent).unwrap();
        let truth = solved(&instance);
        prop_assert_eq!(outcome.plan.is_some(), truth.plan.is_some());
        match outcome.status {
            Status::Optimal => prop_assert_eq!(value(&outcome), value(&truth)),
            Status::WithinGap => prop_assert!(outcome.gap().unwrap() <= gap),
            status => prop_assert_eq!(status, Status::Infeasible),
        }
    }
}

#[test]
fn a_deadline_in_the_past_still_gives_a_plan() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..50 {
        let instance = instances().new_tree(&mut runner).unwrap().current();
        let budget = Budget::new(Some(Duration::ZERO), None, CancelToken::new());
        let options = Options::default();
        let outcome = solve(&instance, &methods(), &options, &budget, None, &Silent).unwrap();
        assert!(outcome.plan.is_some());
    }
}
