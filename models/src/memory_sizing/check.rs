//! The referee: cost and feasibility of a plan, in exact integers, sample by sample.
//!
//! It imports the instance and the plan and nothing else, and it is written to be read: no
//! sorting, no prefix sums, no tricks shared with the solvers it judges.

use std::collections::{BTreeSet, HashSet};

use placewright_solver::objective::Objective;
use placewright_solver::problem::{Verdict, Violation};

use super::instance::{Instance, TaskType};
use super::plan::{Ladder, Placement, Plan};

/// What a ladder does to one task type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LadderCost {
    /// Memory held but not used, in MiB·ms: surplus of successful attempts and everything that
    /// failed attempts held. Prices of failures not included.
    pub wastage_mib_ms: i128,
    /// Failed attempts, each counted with its sample's weight.
    pub failures: i128,
}

/// Judges a plan: `wastage + failure price · failures` in MiB·ms, or every broken rule.
///
/// Time O(samples · attempts + placements), memory O(distinct sizes + nodes).
#[must_use]
pub fn judge(instance: &Instance, plan: &Plan) -> Verdict {
    let mut violations = Vec::new();
    if plan.ladders.len() != instance.types.len() {
        let (found, wanted) = (plan.ladders.len(), instance.types.len());
        violations.push(Violation::new("MS101", format!("{found} ladders for {wanted} types")));
        return Verdict::Refused(violations);
    }
    for (task_type, ladder) in instance.types.iter().zip(&plan.ladders) {
        check_ladder(instance, task_type, ladder, &mut violations);
    }
    check_menu(instance, plan, &mut violations);
    check_placements(instance, plan, &mut violations);
    if !violations.is_empty() {
        return Verdict::Refused(violations);
    }
    let mut total = LadderCost::default();
    for (task_type, ladder) in instance.types.iter().zip(&plan.ladders) {
        let cost = ladder_cost(instance, task_type, ladder);
        total.wastage_mib_ms += cost.wastage_mib_ms;
        total.failures += cost.failures;
    }
    if let Some(budget) = instance.max_failures
        && total.failures > i128::from(budget)
    {
        let failures = total.failures;
        let cause = format!("{failures} failed attempts, {budget} are allowed");
        return Verdict::Refused(vec![Violation::new("MS107", cause)]);
    }
    let price = i128::from(instance.failure_price_mib_ms);
    Verdict::Feasible(Objective::single(total.wastage_mib_ms + price * total.failures))
}

/// Whether a plan keeps the menu and the failure budget, whatever its placements.
#[must_use]
pub fn keeps_shared_limits(instance: &Instance, plan: &Plan) -> bool {
    let mut violations = Vec::new();
    check_menu(instance, plan, &mut violations);
    let failures = || -> i128 {
        let types = instance.types.iter().zip(&plan.ladders);
        types.map(|(task_type, ladder)| ladder_cost(instance, task_type, ladder).failures).sum()
    };
    violations.is_empty()
        && instance.max_failures.is_none_or(|budget| failures() <= i128::from(budget))
}

/// Wastage and failures of a ladder that admits every sample of the type.
///
/// Samples that no rung admits are counted as failing on every rung.
#[must_use]
pub fn ladder_cost(instance: &Instance, task_type: &TaskType, ladder: &Ladder) -> LadderCost {
    let samples = &task_type.samples;
    let mut cost = LadderCost::default();
    for i in 0..samples.len() {
        let weight = i128::from(samples.weight(i));
        let run_time_ms = i128::from(samples.run_time_ms[i]);
        let failed_ms = i128::from(instance.failed_ms(samples.run_time_ms[i]));
        let needed_mib = samples.needed_mib(i);
        for &allocation_mib in &ladder.0 {
            if allocation_mib >= needed_mib {
                let surplus_mib = i128::from(allocation_mib - needed_mib);
                cost.wastage_mib_ms += weight * surplus_mib * run_time_ms;
                break;
            }
            cost.wastage_mib_ms += weight * i128::from(allocation_mib) * failed_ms;
            cost.failures += weight;
        }
    }
    cost
}

fn check_ladder(
    instance: &Instance,
    task_type: &TaskType,
    ladder: &Ladder,
    violations: &mut Vec<Violation>,
) {
    let name = &task_type.name;
    let mut refuse = |code, cause: String| violations.push(Violation::new(code, cause));
    let rungs = &ladder.0;
    let attempts = instance.max_attempts(task_type);
    if rungs.is_empty() || rungs.len() > attempts {
        refuse("MS102", format!("{name}: {} attempts, 1 to {attempts} are allowed", rungs.len()));
    }
    if rungs.windows(2).any(|pair| pair[0] >= pair[1]) {
        refuse("MS103", format!("{name}: the ladder {rungs:?} does not increase"));
    }
    check_usefulness(task_type, rungs, &mut refuse);
    let limit_mib = instance.allocation_limit_mib(task_type);
    for &rung in rungs {
        if rung == 0 || rung % instance.granularity_mib != 0 {
            let step = instance.granularity_mib;
            refuse("MS104", format!("{name}: {rung} MiB is not a positive multiple of {step} MiB"));
        }
        if rung > limit_mib {
            refuse("MS105", format!("{name}: {rung} MiB exceeds the limit of {limit_mib} MiB"));
        }
    }
    let needed_mib = (0..task_type.samples.len()).map(|i| task_type.samples.needed_mib(i)).max();
    if let (Some(&last), Some(needed)) = (rungs.last(), needed_mib)
        && last < needed
    {
        refuse(
            "MS106",
            format!("{name}: the last rung, {last} MiB, is below the peak {needed} MiB"),
        );
    }
}

/// An attempt that no sample survives better than the attempt before it is no attempt.
fn check_usefulness(
    task_type: &TaskType,
    rungs: &[u64],
    refuse: &mut impl FnMut(&'static str, String),
) {
    let mut admitted = vec![false; rungs.len()];
    for i in 0..task_type.samples.len() {
        let needed_mib = task_type.samples.needed_mib(i);
        if let Some(rung) = rungs.iter().position(|&rung| rung >= needed_mib) {
            admitted[rung] = true;
        }
    }
    for (&rung, _) in rungs.iter().zip(&admitted).filter(|&(_, &admitted)| !admitted) {
        let name = &task_type.name;
        refuse(
            "MS114",
            format!("{name}: no sample succeeds with {rung} MiB, the attempt is useless"),
        );
    }
}

fn check_menu(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let Some(menu) = instance.max_distinct_sizes else { return };
    let sizes: BTreeSet<u64> = plan.ladders.iter().flat_map(|ladder| &ladder.0).copied().collect();
    if sizes.len() > menu as usize {
        let cause = format!("{} distinct sizes, {menu} are allowed", sizes.len());
        violations.push(Violation::new("MS108", cause));
    }
}

fn check_placements(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let mut refuse = |code, cause: String| violations.push(Violation::new(code, cause));
    if instance.nodes.is_empty() {
        if !plan.placements.is_empty() {
            refuse("MS109", "placements, but the instance has no nodes".into());
        }
        return;
    }
    let mut placed = vec![0_u64; instance.types.len()];
    let mut cores = vec![0_u64; instance.nodes.len()];
    let mut memory_mib = vec![0_u128; instance.nodes.len()];
    let mut seen = HashSet::new();
    for placement in &plan.placements {
        let &Placement { task_type, node, slots } = placement;
        let known = task_type.index() < placed.len() && node.index() < cores.len();
        if !known || slots == 0 || !seen.insert((task_type, node)) {
            let pair = (task_type.0, node.0);
            refuse("MS110", format!("placement of {slots} slots at (type, node) {pair:?}"));
            continue;
        }
        let first = plan.ladders[task_type.index()].0.first().copied().unwrap_or(0);
        placed[task_type.index()] += u64::from(slots);
        cores[node.index()] +=
            u64::from(slots) * u64::from(instance.types[task_type.index()].cores);
        memory_mib[node.index()] += u128::from(slots) * u128::from(first);
    }
    for (task_type, &placed) in instance.types.iter().zip(&placed) {
        if placed != u64::from(task_type.slots) {
            let (name, slots) = (&task_type.name, task_type.slots);
            refuse("MS111", format!("{name}: {placed} of {slots} slots are placed"));
        }
    }
    for (index, node) in instance.nodes.iter().enumerate() {
        let (name, used) = (&node.name, cores[index]);
        if used > u64::from(node.cores) {
            refuse("MS112", format!("{name}: {used} cores used, {} present", node.cores));
        }
        let used = memory_mib[index];
        if used > u128::from(node.memory_mib) {
            refuse("MS113", format!("{name}: {used} MiB used, {} MiB present", node.memory_mib));
        }
    }
}
