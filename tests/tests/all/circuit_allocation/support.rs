//! Shorthands the family's cross-checks share.

use placewright_models::circuit_allocation::CircuitAllocation;
use placewright_models::circuit_allocation::instance::Instance;
use placewright_models::circuit_allocation::methods::{bounding, methods};
use placewright_models::circuit_allocation::plan::Plan;
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::{Problem, Verdict};

fn run(instance: &Instance, methods: &Methods<CircuitAllocation>) -> Outcome<Plan> {
    let options = Options { seed: 7, threads: 1, gap: 0.0 };
    let budget = Budget::new(None, Some(2_000_000), CancelToken::new());
    let outcome = solve(instance, methods, &options, &budget, None, &Silent);
    outcome.unwrap_or_else(|error| panic!("{error}: {instance:#?}"))
}

/// All methods, to the end.
pub(super) fn solved(instance: &Instance) -> Outcome<Plan> {
    run(instance, &methods())
}

/// Everything but search and the exact model.
pub(super) fn guessed(instance: &Instance) -> Outcome<Plan> {
    run(instance, &bounding())
}

/// The referee's cost of a plan it accepts.
pub(super) fn cost(instance: &Instance, plan: &Plan) -> Option<Objective> {
    CircuitAllocation::judge(instance, plan).objective().cloned()
}

/// The codes that a plan is refused with.
pub(super) fn codes(instance: &Instance, plan: &Plan) -> Vec<&'static str> {
    match CircuitAllocation::judge(instance, plan) {
        Verdict::Feasible(_) => Vec::new(),
        Verdict::Refused(violations) => violations.iter().map(|each| each.code).collect(),
    }
}
