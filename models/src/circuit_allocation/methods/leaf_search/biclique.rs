//! Equal shares over single circuits.

use super::super::super::kernel::links::FreeLinks;
use super::super::super::kernel::place::{Placer, Placing};
use super::super::super::kernel::shapes::Shape;
use super::super::super::plan::Placement;
use super::super::circuits::lay;
use super::super::state::State;
use super::{Found, Task};

/// The cheapest biclique, by the kernel [`Placer`].
pub(super) fn biclique(state: &State, task: Task, limit: u64) -> Found {
    let cluster = &state.instance.cluster;
    let size = cluster.gpus_per_server;
    let mut links = FreeLinks::none(cluster.leaves, cluster.spines);
    for leaf in 0..cluster.leaves {
        for (spine, _) in (0..).zip(state.circuits_of(leaf)).filter(|(_, free)| **free > 0) {
            links.set(leaf, spine);
        }
    }
    let gpus: Vec<u32> = state.servers.iter().map(|servers| servers * size).collect();
    let cost: Vec<u64> = state.gpus.iter().map(|&gpus| gpus.into()).collect();
    let shape = Shape { leaves: task.leaves, share: task.job.gpus / task.leaves };
    let mut placer = Placer::new();
    let (leaves, exhausted) = match placer.place(&gpus, &links, shape, &cost, limit) {
        Placing::Placed(found) => (found.leaves.to_vec(), true),
        Placing::Infeasible => (Vec::new(), true),
        Placing::LimitReached(best) => {
            (best.map_or(Vec::new(), |found| found.leaves.to_vec()), false)
        }
    };
    let nodes = placer.nodes();
    let shares: Vec<(u32, u32)> = leaves.iter().map(|&leaf| (leaf, shape.share / size)).collect();
    let circuits = if shares.is_empty() { None } else { lay(state, task.job, &shares) };
    let placement = circuits.map(|circuits| {
        let servers = shares.iter().flat_map(|&(leaf, count)| state.first_servers(leaf, count));
        Placement { servers: servers.collect(), circuits }
    });
    Found { placement, exhausted, nodes }
}
