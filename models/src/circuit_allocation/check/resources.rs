//! GPUs, circuits and ports are held once.

use placewright_solver::problem::Violation;

use super::super::instance::{Circuits, Fabric, Free, Instance, Live};
use super::super::plan::Plan;

/// Nobody gets a GPU that is broken or that somebody else holds.
pub(super) fn gpus_are_free(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let cluster = &instance.cluster;
    let free = Free::of(instance, Live::Keep);
    let mut taken = vec![0_u64; free.gpus.len()];
    for share in plan.placed.iter().flatten().flat_map(|placement| &placement.servers) {
        taken[cluster.server_index(share.leaf, share.server)] += u64::from(share.gpus);
    }
    for (at, (&taken, &free)) in taken.iter().zip(&free.gpus).enumerate() {
        if taken > u64::from(free) {
            let servers = cluster.servers_per_leaf as usize;
            let (leaf, server) = (at / servers, at % servers);
            let cause = format!("{taken} GPUs of server {server} on leaf {leaf}, {free} are free");
            violations.push(Violation::new("CA106", cause));
        }
    }
}

/// Nobody gets a circuit or a switch's port that is broken or that somebody else holds.
pub(super) fn circuits_are_free(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let live = if plan.wiring.is_some() { Live::Loose } else { Live::Keep };
    let free = Free::of(instance, live);
    let placed = plan.placed.iter().flatten().flat_map(|placement| &placement.circuits);
    let all = || placed.clone().chain(plan.wiring.iter().flatten());
    let spines = instance.cluster.spines as usize;
    match &instance.fabric {
        Fabric::Static(_) => {
            let at = |each: &Circuits| Some(instance.cluster.pair_index(each.leaf, each.spine));
            over(&free.circuits, all(), at, |at, taken, free| {
                let (leaf, spine) = (at / spines, at % spines);
                let cause = format!(
                    "{taken} circuits between leaf {leaf} and spine {spine}, {free} are free"
                );
                violations.push(Violation::new("CA107", cause));
            });
        }
        Fabric::Switched(_) => {
            let switches = instance.fabric.switches() as usize;
            let at = |each: &Circuits| Some(each.leaf as usize * switches + each.switch? as usize);
            over(&free.leaf_ports, all(), at, |at, taken, free| {
                let (leaf, switch) = (at / switches, at % switches);
                let cause =
                    format!("{taken} ports of switch {switch} to leaf {leaf}, {free} are free");
                violations.push(Violation::new("CA108", cause));
            });
            let at = |each: &Circuits| Some(each.spine as usize * switches + each.switch? as usize);
            over(&free.spine_ports, all(), at, |at, taken, free| {
                let (spine, switch) = (at / switches, at % switches);
                let cause =
                    format!("{taken} ports of switch {switch} to spine {spine}, {free} are free");
                violations.push(Violation::new("CA108", cause));
            });
        }
    }
}

/// Calls `refuse` wherever more is taken than is free.
fn over<'a>(
    free: &[u32],
    circuits: impl Iterator<Item = &'a Circuits>,
    at: impl Fn(&Circuits) -> Option<usize>,
    mut refuse: impl FnMut(usize, u64, u32),
) {
    let mut taken = vec![0_u64; free.len()];
    for each in circuits {
        if let Some(at) = at(each) {
            taken[at] += u64::from(each.count);
        }
    }
    for (at, (&taken, &free)) in taken.iter().zip(free).enumerate() {
        if taken > u64::from(free) {
            refuse(at, taken, free);
        }
    }
}
