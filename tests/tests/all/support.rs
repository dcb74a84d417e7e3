//! Shorthands the cross-checks share.

use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::methods::methods;
use placewright_models::memory_sizing::plan::Plan;
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::Problem;
use proptest::test_runner::Config;

/// A number of cases, so many times as `PLACEWRIGHT_CASES` says, without files of past failures: a
/// failure becomes a test of its own.
pub(crate) fn cases(cases: u32) -> Config {
    let times = std::env::var("PLACEWRIGHT_CASES").map_or(1, |times| {
        times.parse::<u32>().expect("PLACEWRIGHT_CASES is how many times as many cases to try")
    });
    let cases = cases.saturating_mul(times);
    Config { failure_persistence: None, max_shrink_iters: 4_000, ..Config::with_cases(cases) }
}

/// All default methods without the exact one.
pub(crate) fn heuristics() -> Methods<MemorySizing> {
    Methods { exact: Vec::new(), ..methods() }
}

/// The default methods, to the end.
pub(crate) fn solved(instance: &Instance) -> Outcome<Plan> {
    run(instance, &methods(), None, 1)
}

/// The heuristics, to the end.
pub(crate) fn guessed(instance: &Instance) -> Outcome<Plan> {
    run(instance, &heuristics(), None, 1)
}

/// A run under a work limit.
pub(crate) fn run(
    instance: &Instance,
    methods: &Methods<MemorySizing>,
    work: Option<u64>,
    threads: usize,
) -> Outcome<Plan> {
    let budget = Budget::new(None, work, CancelToken::new());
    let options = Options { seed: 7, threads, gap: 0.0 };
    let outcome = solve(instance, methods, &options, &budget, None, &Silent);
    outcome.unwrap_or_else(|error| panic!("{error}: {instance:#?}"))
}

/// The referee's cost of a plan it accepts.
pub(crate) fn cost(instance: &Instance, plan: &Plan) -> Option<i128> {
    MemorySizing::judge(instance, plan).objective().map(|objective| objective.first())
}

/// The first level of an outcome's cost.
pub(crate) fn value(outcome: &Outcome<Plan>) -> Option<i128> {
    outcome.objective.as_ref().map(|objective| objective.first())
}

/// The first level of an outcome's bound.
pub(crate) fn bound(outcome: &Outcome<Plan>) -> Option<i128> {
    outcome.bound().map(|bound| bound.first())
}
