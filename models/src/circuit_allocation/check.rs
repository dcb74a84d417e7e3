//! The referee: cost and feasibility of a plan, in exact integers.
//!
//! It imports the instance and the plan and nothing else, and it is written to be read.

mod colouring;
mod entries;
mod isolation;
mod resources;
mod rounds;
mod wiring;

use placewright_solver::objective::Objective;
use placewright_solver::problem::{Verdict, Violation};

use super::instance::{Cluster, Free, Instance, Job, Live, Order, Question, Split, server_shares};
use super::plan::{Placement, Plan};

/// Judges a plan: the cost, or every broken rule.
///
/// Costs: to place, (leaves used, GPUs left free on them, live circuits moved); for a batch, (weight
/// left out, leaves used by each job in sum, partly used leaves, live circuits moved); to rewire,
/// (live circuits moved).
///
/// Time O(servers + pairs + entries), and for isolation what `check/isolation.rs` says.
#[must_use]
pub fn judge(instance: &Instance, plan: &Plan) -> Verdict {
    let mut violations = Vec::new();
    entries::entries_exist(instance, plan, &mut violations);
    // Entries that name what there is not cannot be counted.
    if !violations.is_empty() {
        return Verdict::Refused(violations);
    }
    let jobs = instance.question.jobs();
    resources::gpus_are_free(instance, plan, &mut violations);
    resources::circuits_are_free(instance, plan, &mut violations);
    wiring::everybody_keeps_circuits(instance, plan, &mut violations);
    for (job, placement) in jobs.iter().zip(&plan.placed) {
        let Some(placement) = placement else { continue };
        check_servers(&instance.cluster, job, placement, &mut violations);
    }
    check_order(instance, plan, &mut violations);
    // Whoever has the wrong GPUs has no rounds to be routed.
    if violations.is_empty() {
        let placed = plan.placed.iter().flatten().count();
        for (job, placement) in jobs.iter().zip(&plan.placed) {
            let Some(placement) = placement else { continue };
            isolation::flows_are_alone(&instance.cluster, job, placement, placed, &mut violations);
        }
    }
    if violations.is_empty() {
        Verdict::Feasible(cost(instance, plan))
    } else {
        Verdict::Refused(violations)
    }
}

/// A job has all its GPUs, in one server or in whole servers, and as balanced as it asks.
fn check_servers(
    cluster: &Cluster,
    job: &Job,
    placement: &Placement,
    violations: &mut Vec<Violation>,
) {
    let mut refuse = |code, cause: String| violations.push(Violation::new(code, cause));
    let name = &job.name;
    let got: u64 = placement.servers.iter().map(|share| u64::from(share.gpus)).sum();
    if got != u64::from(job.gpus) {
        refuse("CA103", format!("{name} gets {got} GPUs, {} wanted", job.gpus));
        return;
    }
    let servers = placement.servers.len();
    if job.gpus <= cluster.gpus_per_server && servers > 1 {
        refuse("CA104", format!("{name} fits in a server, but is spread over {servers}"));
    }
    let parted = placement.servers.iter().find(|share| share.gpus < cluster.gpus_per_server);
    if let Some(share) = parted.filter(|_| job.gpus > cluster.gpus_per_server) {
        let (server, leaf, gpus) = (share.server, share.leaf, share.gpus);
        let cause = format!(
            "{name} needs whole servers, but gets {gpus} GPUs of server {server} on leaf {leaf}"
        );
        refuse("CA104", cause);
    }
    let shares = server_shares(&placement.servers);
    let least = shares.iter().min_by_key(|share| share.1);
    let most = shares.iter().max_by_key(|share| share.1);
    if let (Split::Equal, Some(least), Some(most)) = (job.split, least, most)
        && least.1 != most.1
    {
        let cause = format!(
            "{name} asks for an equal split, but has {} GPUs on leaf {} and {} on leaf {}",
            least.1, least.0, most.1, most.0
        );
        refuse("CA105", cause);
    }
}

/// The job to be placed is placed, and nobody overtakes where nobody may.
fn check_order(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let jobs = instance.question.jobs();
    let left_out = plan.placed.iter().position(Option::is_none);
    match (&instance.question, left_out) {
        (Question::Place(place), Some(_)) => {
            let cause = format!("{} has no place", place.job.name);
            violations.push(Violation::new("CA110", cause));
        }
        (Question::Batch(batch), Some(first)) if batch.order == Order::Fifo => {
            let behind = (first..plan.placed.len()).filter(|&job| plan.placed[job].is_some());
            for job in behind {
                let (job, first) = (&jobs[job].name, &jobs[first].name);
                let cause = format!("{job} overtakes {first}, which is left out");
                violations.push(Violation::new("CA111", cause));
            }
        }
        _ => {}
    }
}

/// The cost of a plan that breaks no rule.
fn cost(instance: &Instance, plan: &Plan) -> Objective {
    let jobs = instance.question.jobs();
    let moved = i128::from(wiring::moved(instance, plan));
    let free = Free::of(instance, Live::Keep);
    let mut left = free.gpus_per_leaf(&instance.cluster);
    let placements = || plan.placed.iter().flatten();
    for share in placements().flat_map(|placement| &placement.servers) {
        left[share.leaf as usize] -= share.gpus;
    }
    let leaves = |placement: &Placement| server_shares(&placement.servers).len() as i128;
    let used: i128 = placements().map(leaves).sum();
    match &instance.question {
        Question::Place(_) => {
            let shares = placements().flat_map(|placement| server_shares(&placement.servers));
            let left_free = shares.map(|(leaf, _)| i128::from(left[leaf as usize])).sum();
            Objective(vec![used, left_free, moved])
        }
        Question::Batch(_) => {
            let out = jobs.iter().zip(&plan.placed).filter(|(_, placed)| placed.is_none());
            let weight = out.map(|(job, _)| i128::from(job.weight)).sum();
            let whole = whole_leaves(instance);
            let partly = |(left, whole): (&u32, &u32)| *left > 0 && left < whole;
            let partly_used = left.iter().zip(&whole).filter(|&leaf| partly(leaf)).count();
            Objective(vec![weight, used, partly_used as i128, moved])
        }
        Question::Rewire(_) => Objective::single(moved),
    }
}

/// GPUs per leaf that are not broken, whoever holds them.
fn whole_leaves(instance: &Instance) -> Vec<u32> {
    let mut whole = vec![instance.cluster.gpus_per_leaf(); instance.cluster.leaves as usize];
    for share in &instance.failures.gpus {
        whole[share.leaf as usize] -= share.gpus;
    }
    whole
}
