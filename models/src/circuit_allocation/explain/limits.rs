//! Which limit keeps a job out, with a witness.

use serde::Serialize;

use super::super::instance::{Demand, Free, Instance, Job, Live, Rewire, Split};
use super::super::methods::leaf_search::Rule;
use super::super::methods::place_one::place_one;
use super::super::methods::state::State;

/// What keeps a job out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Nothing: it could be placed as things are.
    Nothing,
    /// Too few free GPUs.
    Gpus,
    /// Too few wholly free servers, or no server with enough.
    WholeServers,
    /// No leaves with equal shares.
    EqualSplit,
    /// No common free circuits of a static fabric.
    Links,
    /// No free ports of optical switches.
    Ports,
}

/// Nodes visited per number of leaves.
pub(super) const NODES: u64 = 20_000;

/// The first limit that a job runs into in a state.
pub(super) fn binding(state: &State, job: &Job) -> (Limit, String) {
    let size = state.instance.cluster.gpus_per_server;
    let free: u64 = state.gpus.iter().map(|&gpus| u64::from(gpus)).sum();
    let wanted = job.gpus;
    if free < u64::from(wanted) {
        return (Limit::Gpus, format!("{wanted} GPUs wanted, {free} are free"));
    }
    if wanted <= size {
        let most = state.free.gpus.iter().copied().max().unwrap_or(0);
        if most < wanted {
            let why = format!("{free} GPUs are free, but no server has more than {most} of them");
            return (Limit::WholeServers, why);
        }
        return (Limit::Nothing, "a server has room for it".to_owned());
    }
    let servers: u64 = state.servers.iter().map(|&servers| u64::from(servers)).sum();
    let needed = wanted / size;
    if servers < u64::from(needed) {
        let partly = state.free.gpus.iter().filter(|&&gpus| gpus > 0 && gpus < size).count();
        let why = format!(
            "{needed} whole servers wanted, {servers} are free; {free} GPUs are free, \
             some of them in {partly} servers that are partly used"
        );
        return (Limit::WholeServers, why);
    }
    let Some(fewest) = fewest_leaves(state, job) else {
        let mut most = state.servers.clone();
        most.sort_unstable_by(|a, b| b.cmp(a));
        let most: Vec<String> = most.iter().take(8).map(ToString::to_string).collect();
        let why = format!(
            "{servers} whole servers are free, but no number of leaves has an equal share of \
             {needed} each; the fullest have {}",
            most.join(", ")
        );
        return (Limit::EqualSplit, why);
    };
    if place_one(state, job, Rule::BestFit, NODES, |_| false).placement.is_some() {
        return (Limit::Nothing, "there is room for it".to_owned());
    }
    let (limit, what) = if state.is_switched() {
        (Limit::Ports, "ports of optical switches are not free together")
    } else {
        (Limit::Links, "no spines have free circuits to all of them")
    };
    let witness = witness(state, job, fewest);
    (limit, format!("{fewest} leaves have the servers, but {what}{witness}"))
}

/// What the leaves with the most servers have in common.
fn witness(state: &State, job: &Job, leaves: u32) -> String {
    let mut order: Vec<u32> = (0..state.instance.cluster.leaves).collect();
    order.sort_by_key(|&leaf| u32::MAX - state.servers[leaf as usize]);
    order.truncate(leaves as usize);
    let named: Vec<String> = order.iter().take(8).map(ToString::to_string).collect();
    let more = if order.len() > 8 { ", …" } else { "" };
    let named = format!("{}{more}", named.join(", "));
    if state.is_switched() {
        let ports: u32 = order.iter().map(|&leaf| state.uplinks[leaf as usize]).sum();
        let widest = state.downlinks.iter().copied().max().unwrap_or(0);
        return format!(
            ": leaves {named} have {ports} ports free, no spine has more than {widest}, \
             {} circuits are wanted",
            job.gpus
        );
    }
    let spines = 0..state.instance.cluster.spines as usize;
    let common: u32 = spines
        .map(|spine| order.iter().map(|&leaf| state.circuits_of(leaf)[spine]).min().unwrap_or(0))
        .sum();
    format!(": leaves {named} share {common} circuits")
}

/// The fewest leaves whose free servers would do.
pub(super) fn fewest_leaves(state: &State, job: &Job) -> Option<u32> {
    let size = state.instance.cluster.gpus_per_server;
    if job.gpus <= size {
        return state.free.gpus.iter().any(|&gpus| gpus >= job.gpus).then_some(1);
    }
    let wanted = job.gpus / size;
    let mut most = state.servers.clone();
    most.sort_unstable_by(|a, b| b.cmp(a));
    let fits = |leaves: &u32| {
        let first = &most[..*leaves as usize];
        match job.split {
            Split::Any => first.iter().map(|&own| u64::from(own)).sum::<u64>() >= wanted.into(),
            Split::Equal => {
                wanted.is_multiple_of(*leaves) && first.iter().all(|&own| own >= wanted / leaves)
            }
        }
    };
    (1..=wanted.min(state.instance.cluster.leaves)).find(fits)
}

/// The first leaf or spine of which a demand wants more circuits than it has ports.
pub(super) fn short_of_ports(instance: &Instance, rewire: &Rewire) -> Option<String> {
    let free = Free::of(instance, Live::Loose);
    let switches = (instance.fabric.switches() as usize).max(1);
    let wanted = |of_node: &dyn Fn(&Demand) -> bool| -> u64 {
        let demand = rewire.demand.iter().filter(|demand| of_node(demand));
        demand.map(|demand| u64::from(demand.circuits)).sum()
    };
    let ports = |own: &[u32]| own.iter().map(|&ports| u64::from(ports)).sum::<u64>();
    let short = |word, node: u32, ports: u64, wanted: u64| {
        (wanted > ports).then(|| format!("{word} {node} has {ports} ports for {wanted} circuits"))
    };
    let leaves = (0..).zip(free.leaf_ports.chunks(switches));
    let mut leaves = leaves.filter_map(|(leaf, own)| {
        short("leaf", leaf, ports(own), wanted(&|each| each.leaf == leaf))
    });
    let spines = (0..).zip(free.spine_ports.chunks(switches));
    let mut spines = spines.filter_map(|(spine, own)| {
        short("spine", spine, ports(own), wanted(&|each| each.spine == spine))
    });
    leaves.next().or_else(|| spines.next())
}
