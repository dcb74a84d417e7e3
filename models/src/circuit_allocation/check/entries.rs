//! What a plan names must exist.

use std::collections::HashSet;

use placewright_solver::problem::Violation;

use super::super::instance::{Circuits, Fabric, Instance, Moves, Question};
use super::super::plan::Plan;

/// One decision per job, known servers and circuits, and a wiring only where circuits may move.
pub(super) fn entries_exist(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let mut refuse = |code, cause: String| violations.push(Violation::new(code, cause));
    let jobs = instance.question.jobs();
    let (found, wanted) = (plan.placed.len(), jobs.len());
    if found != wanted {
        refuse("CA101", format!("{found} decisions for {wanted} jobs"));
        return;
    }
    let switched = matches!(instance.fabric, Fabric::Switched(_));
    match (&plan.wiring, instance.question.moves()) {
        (Some(_), Moves::Forbidden) => {
            refuse("CA112", "the plan moves live circuits, which the question forbids".into());
        }
        (Some(_), Moves::Allowed) if !switched => {
            refuse("CA112", "the plan moves circuits that are cables".into());
        }
        (None, _) if matches!(instance.question, Question::Rewire(_)) => {
            refuse("CA101", "the plan has no wiring".into());
        }
        _ => {}
    }
    let cluster = &instance.cluster;
    for (job, placement) in jobs.iter().zip(&plan.placed) {
        let Some(placement) = placement else { continue };
        let name = &job.name;
        let mut seen = HashSet::new();
        let mut leaves = HashSet::new();
        for share in &placement.servers {
            let (leaf, server, gpus) = (share.leaf, share.server, share.gpus);
            let known = leaf < cluster.leaves && server < cluster.servers_per_leaf;
            let some = (1..=cluster.gpus_per_server).contains(&gpus);
            if !known || !some || !seen.insert((leaf, server)) {
                let cause = format!("{name}: {gpus} GPUs of server {server} on leaf {leaf}");
                refuse("CA102", cause);
            }
            leaves.insert(leaf);
        }
        for each in &placement.circuits {
            let text = describe(each);
            if !exists(instance, each) {
                refuse("CA102", format!("{name}: {text}"));
            } else if !leaves.contains(&each.leaf) {
                refuse("CA102", format!("{name} has no GPU on the leaf of {text}"));
            }
        }
    }
    for each in plan.wiring.iter().flatten() {
        if !exists(instance, each) {
            refuse("CA102", format!("wiring: {}", describe(each)));
        }
    }
}

/// Most circuits in one entry, so that sums stay exact.
const MOST_CIRCUITS: u32 = 1 << 16;

fn exists(instance: &Instance, each: &Circuits) -> bool {
    let switches = instance.fabric.switches();
    let known = each.leaf < instance.cluster.leaves && each.spine < instance.cluster.spines;
    let switch = match (&instance.fabric, each.switch) {
        (Fabric::Static(_), None) => true,
        (Fabric::Switched(_), Some(switch)) => u64::from(switch) < switches,
        _ => false,
    };
    known && switch && (1..=MOST_CIRCUITS).contains(&each.count)
}

fn describe(each: &Circuits) -> String {
    let Circuits { leaf, spine, switch, count } = each;
    let switch = switch.map_or(String::new(), |switch| format!(" through switch {switch}"));
    format!("{count} circuits between leaf {leaf} and spine {spine}{switch}")
}
