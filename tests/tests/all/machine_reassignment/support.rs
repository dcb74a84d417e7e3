//! Shorthands the family's cross-checks share.

use placewright_models::machine_reassignment::MachineReassignment;
use placewright_models::machine_reassignment::aggregate::Aggregate;
use placewright_models::machine_reassignment::formulation::Compact;
use placewright_models::machine_reassignment::instance::{Instance, MachineId};
use placewright_models::machine_reassignment::methods::methods;
use placewright_models::machine_reassignment::plan::Plan;
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::exact::Exact;
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::{Problem, Verdict};

fn run(
    instance: &Instance,
    methods: &Methods<MachineReassignment>,
    work: Option<u64>,
    threads: usize,
    start: Option<Plan>,
) -> Outcome<Plan> {
    let options = Options { seed: 7, threads, gap: 0.0 };
    let budget = Budget::new(None, work, CancelToken::new());
    let outcome = solve(instance, methods, &options, &budget, start, &Silent);
    outcome.unwrap_or_else(|error| panic!("{error}: {instance:#?}"))
}

/// The exact model, to the end; the aggregate bound helps where the optimum is zero.
pub(super) fn modelled(instance: &Instance) -> Outcome<Plan> {
    let exact = Methods {
        opening: vec![Box::new(Aggregate)],
        improving: Vec::new(),
        exact: vec![Box::new(Exact { formulation: Compact })],
    };
    run(instance, &exact, None, 1, None)
}

/// Everything but the exact model, within so much work.
pub(super) fn guessed(instance: &Instance, work: u64, threads: usize) -> Outcome<Plan> {
    run(instance, &Methods { exact: Vec::new(), ..methods() }, Some(work), threads, None)
}

/// The same from a plan on.
pub(super) fn improved(instance: &Instance, start: Plan, work: u64) -> Outcome<Plan> {
    let heuristics = Methods { exact: Vec::new(), ..methods() };
    run(instance, &heuristics, Some(work), 1, Some(start))
}

/// The referee's cost of a plan it accepts.
pub(super) fn cost(instance: &Instance, plan: &Plan) -> Option<i128> {
    MachineReassignment::judge(instance, plan).objective().map(|objective| objective.first())
}

/// The codes that a plan is refused with.
pub(super) fn codes(instance: &Instance, plan: &Plan) -> Vec<&'static str> {
    match MachineReassignment::judge(instance, plan) {
        Verdict::Feasible(_) => Vec::new(),
        Verdict::Refused(violations) => violations.iter().map(|each| each.code).collect(),
    }
}

pub(super) fn value(outcome: &Outcome<Plan>) -> Option<i128> {
    outcome.objective.as_ref().map(|objective| objective.first())
}

pub(super) fn plan(machines: &[u32]) -> Plan {
    Plan { machines: machines.iter().copied().map(MachineId).collect() }
}

/// Every plan of a small instance, whether it keeps rules or not.
pub(super) fn all_plans(instance: &Instance) -> impl Iterator<Item = Plan> {
    let (processes, machines) = (instance.processes.len() as u32, instance.machines.len());
    let digits = move |number: usize| {
        let digit = |p| MachineId((number / machines.pow(p) % machines) as u32);
        Plan { machines: (0..processes).map(digit).collect() }
    };
    (0..machines.pow(processes)).map(digits)
}
