//! Shorthands the family's cross-checks share.

use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::instance::Instance;
use placewright_models::site_assignment::methods::{bounding, methods};
use placewright_models::site_assignment::plan::Plan;
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::{Problem, Verdict};

pub(super) fn run(
    instance: &Instance,
    methods: &Methods<SiteAssignment>,
    work: Option<u64>,
    threads: usize,
) -> Outcome<Plan> {
    let options = Options { seed: 7, threads, gap: 0.0 };
    let budget = Budget::new(None, work, CancelToken::new());
    let outcome = solve(instance, methods, &options, &budget, None, &Silent);
    outcome.unwrap_or_else(|error| panic!("{error}: {instance:#?}"))
}

/// Opening and exact models, to the end.
pub(super) fn solved(instance: &Instance) -> Outcome<Plan> {
    run(instance, &Methods { improving: Vec::new(), ..methods() }, None, 1)
}

/// Everything but exact models, within so much work.
pub(super) fn guessed(instance: &Instance, work: u64) -> Outcome<Plan> {
    run(instance, &Methods { exact: Vec::new(), ..methods() }, Some(work), 1)
}

/// Bounds and the first plan.
pub(super) fn bounded(instance: &Instance) -> Outcome<Plan> {
    run(instance, &bounding(), Some(60_000), 1)
}

/// The referee's cost of a plan it accepts.
pub(super) fn cost(instance: &Instance, plan: &Plan) -> Option<i128> {
    SiteAssignment::judge(instance, plan).objective().map(|objective| objective.first())
}

/// The codes that a plan is refused with.
pub(super) fn codes(instance: &Instance, plan: &Plan) -> Vec<&'static str> {
    match SiteAssignment::judge(instance, plan) {
        Verdict::Feasible(_) => Vec::new(),
        Verdict::Refused(violations) => violations.iter().map(|each| each.code).collect(),
    }
}

pub(super) fn value(outcome: &Outcome<Plan>) -> Option<i128> {
    outcome.objective.as_ref().map(|objective| objective.first())
}

pub(super) fn bound(outcome: &Outcome<Plan>) -> Option<i128> {
    outcome.bound().map(|bound| bound.first())
}
