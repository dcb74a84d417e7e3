//! Shorthands the family's cross-checks share.

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::certificate::{Choice, choices};
use placewright_models::replication_placement::formulation::Compact;
use placewright_models::replication_placement::instance::{Index, Instance, NodeId};
use placewright_models::replication_placement::methods::{bounding, methods};
use placewright_models::replication_placement::plan::{Plan, ShardPlan};
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::exact::{Exact, Formulation};
use placewright_solver::mip::{self, MipLimits, MipStart, MipStatus, default_backend};
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::{Problem, Verdict};

pub(super) fn run(
    instance: &Instance,
    methods: &Methods<ReplicationPlacement>,
    work: Option<u64>,
    threads: usize,
) -> Outcome<Plan> {
    let options = Options { seed: 7, threads, gap: 0.0 };
    let budget = Budget::new(None, work, CancelToken::new());
    let outcome = solve(instance, methods, &options, &budget, None, &Silent);
    outcome.unwrap_or_else(|error| panic!("{error}: {instance:#?}"))
}

/// The opening and the exact model, to the end.
pub(super) fn solved(instance: &Instance) -> Outcome<Plan> {
    let exact = Methods { improving: Vec::new(), ..methods() };
    run(instance, &exact, None, 1)
}

/// The exact model alone.
pub(super) fn modelled(instance: &Instance) -> Outcome<Plan> {
    let exact = Methods {
        opening: Vec::new(),
        improving: Vec::new(),
        exact: vec![Box::new(Exact { formulation: Compact })],
    };
    run(instance, &exact, None, 1)
}

/// The optimum of the relaxed compact model of an instance that has plans.
pub(super) fn compact_relaxation(instance: &Instance) -> f64 {
    let relaxed = Compact.build(instance).relaxed();
    let solved =
        default_backend().solve(&relaxed, &MipLimits::default(), MipStart::None, &mut mip::Silent);
    let solved = solved.unwrap();
    assert_eq!(solved.status, MipStatus::Optimal);
    solved.dual_bound
}

/// Everything but the exact model, within so much work.
pub(super) fn guessed(instance: &Instance, work: u64) -> Outcome<Plan> {
    run(instance, &Methods { exact: Vec::new(), ..methods() }, Some(work), 1)
}

/// Bounds and the first plan.
pub(super) fn bounded(instance: &Instance) -> Outcome<Plan> {
    run(instance, &bounding(), Some(60_000), 1)
}

/// The referee's cost of a plan it accepts.
pub(super) fn cost(instance: &Instance, plan: &Plan) -> Option<i128> {
    ReplicationPlacement::judge(instance, plan).objective().map(|objective| objective.first())
}

/// The codes that a plan is refused with.
pub(super) fn codes(instance: &Instance, plan: &Plan) -> Vec<&'static str> {
    match ReplicationPlacement::judge(instance, plan) {
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

/// All decisions of a shard, whether they keep rules or not.
pub(super) fn decisions(index: &Index, shard: usize) -> Vec<ShardPlan> {
    let mut found = Vec::new();
    for Choice { mode, copies } in choices(index, shard) {
        for nodes in tuples(index.instance.nodes.len() as u32, copies) {
            found.push(ShardPlan { mode, nodes });
        }
    }
    found
}

/// Ordered tuples of distinct nodes.
fn tuples(nodes: u32, copies: usize) -> Vec<Vec<NodeId>> {
    let mut tuples = vec![Vec::new()];
    for _ in 0..copies {
        tuples = tuples
            .into_iter()
            .flat_map(|tuple: Vec<NodeId>| {
                let rest: Vec<NodeId> =
                    (0..nodes).map(NodeId).filter(|node| !tuple.contains(node)).collect();
                rest.into_iter().map(move |node| [tuple.clone(), vec![node]].concat())
            })
            .collect();
    }
    tuples
}
