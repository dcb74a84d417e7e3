//! Shorthands the family's cross-checks share.

use placewright_models::irs_matching::IrsMatching;
use placewright_models::irs_matching::instance::Instance;
use placewright_models::irs_matching::methods::{bounding, methods};
use placewright_models::irs_matching::plan::Plan;
use placewright_solver::budget::Budget;
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::{Problem, Verdict};

fn run(instance: &Instance, methods: &Methods<IrsMatching>) -> Outcome<Plan> {
    let options = Options { seed: 7, threads: 1, gap: 0.0 };
    let outcome = solve(instance, methods, &options, &Budget::unlimited(), None, &Silent);
    outcome.unwrap_or_else(|error| panic!("{error}: {instance:#?}"))
}

/// All methods, to the end.
pub(super) fn solved(instance: &Instance) -> Outcome<Plan> {
    run(instance, &methods())
}

/// Everything but the exact model.
pub(super) fn guessed(instance: &Instance) -> Outcome<Plan> {
    run(instance, &bounding())
}

/// The referee's cost of a plan it accepts.
pub(super) fn cost(instance: &Instance, plan: &Plan) -> Option<i128> {
    IrsMatching::judge(instance, plan).objective().map(|objective| objective.first())
}

/// The codes that a plan is refused with.
pub(super) fn codes(instance: &Instance, plan: &Plan) -> Vec<&'static str> {
    match IrsMatching::judge(instance, plan) {
        Verdict::Feasible(_) => Vec::new(),
        Verdict::Refused(violations) => violations.iter().map(|each| each.code).collect(),
    }
}

/// The first level of an outcome's cost.
pub(super) fn value(outcome: &Outcome<Plan>) -> Option<i128> {
    outcome.objective.as_ref().map(|objective| objective.first())
}

/// The first level of an outcome's bound.
pub(super) fn bound(outcome: &Outcome<Plan>) -> Option<i128> {
    outcome.bound().map(|bound| bound.first())
}
