//! Our default on a static network.

use crate::circuit_allocation::instance::Traffic;
use crate::circuit_allocation::kernel::shapes::shapes;
use crate::circuit_allocation::online::bits::ones;
use crate::circuit_allocation::online::circuits::Circuits;
use crate::circuit_allocation::online::equal_split::{cause, has_leaves, placement};
use crate::circuit_allocation::online::leaves::{Local, local, whole_servers};
use crate::circuit_allocation::online::placement::{Ask, Cause, Circuit, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::rearrange::flows;
use crate::circuit_allocation::online::state::State;
use crate::circuit_allocation::online::static_search::StaticSearch;

/// The exact search over equal splits, fewest leaves first, and where no equal split has a place, an
/// uneven one.
///
/// By the rule of colours (see the [essay](crate::circuit_allocation) of the family) leaves with
/// different shares need `K` common spines, `K` the most flows that any of them sends out: 28 + 4 GPUs
/// need 4. Shares below `K` leave circuits idle, so that uneven splits cost links; but links are rarely
/// what blocks a job, and equal splits mostly are. Of uneven splits, the one with the fewest common
/// spines that a greedy choice of leaves finds; no guarantee there. Jobs whose traffic is a ring need
/// one spine per local rank whatever their shares, by the same rule.
#[derive(Clone, Debug, Default)]
pub struct DefaultStatic {
    search: StaticSearch,
}

impl Policy for DefaultStatic {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        match local(state, ask) {
            Local::Found(placement) => return Ok(placement),
            Local::Blocked(cause) => return Err(cause),
            Local::Spread => (),
        }
        let cluster = state.cluster();
        self.search.read(state).ok_or(Cause::Links)?;
        let by_leaf = state.gpus().by_leaf();
        let per_server = cluster.gpus_per_server;
        let shapes = shapes(ask.gpus, per_server, cluster.gpus_per_leaf(), cluster.leaves);
        for &shape in shapes.iter().filter(|shape| shape.leaves > 1) {
            if !has_leaves(self.search.free(), shape) {
                continue;
            }
            let left = |leaf: u32| u64::from(by_leaf[leaf as usize].saturating_sub(shape.share));
            if let Some((leaves, spines)) = self.search.best(shape, left) {
                return Ok(placement(state, shape.share, &leaves, &spines));
            }
        }
        if let Some(placement) = uneven(state, ask) {
            return Ok(placement);
        }
        Err(cause(state, self.search.free(), &shapes))
    }

    fn needs(&self) -> Needs {
        Needs::Static
    }
}

/// Unequal shares on leaves with common spines, as few spines as possible.
fn uneven(state: &State, ask: &Ask) -> Option<Placement> {
    let cluster = state.cluster();
    let per_server = cluster.gpus_per_server;
    let most = cluster.gpus_per_leaf().min(cluster.spines);
    (1..=most / per_server).find_map(|servers| with_spines(state, ask, servers))
}

/// The same with at most `servers` servers' worth of flows out of every leaf.
fn with_spines(state: &State, ask: &Ask, servers: u32) -> Option<Placement> {
    let Circuits::Static(links) = state.circuits() else { return None };
    let cluster = state.cluster();
    let (per_server, whole) = (cluster.gpus_per_server, state.gpus().whole_by_leaf());
    let wanted = ask.gpus / per_server;
    let spines = servers * per_server;
    let mut order: Vec<u32> = (0..whole.len() as u32).filter(|&l| whole[l as usize] > 0).collect();
    order.sort_by_key(|&leaf| (std::cmp::Reverse(whole[leaf as usize]), leaf));
    let first = whole[*order.first()? as usize];
    // A ring's flows do not grow with shares, and a leaf with most of the job sends to the others only.
    let cap = |place: usize| match ask.traffic {
        Traffic::Ring => wanted,
        _ if place == 0 && wanted - first.min(wanted) <= servers => first,
        _ => servers,
    };
    let mut common = vec![u64::MAX; (cluster.spines as usize).div_ceil(64)];
    let (mut counts, mut left): (Vec<(u32, u32)>, u32) = (Vec::new(), wanted);
    for leaf in order {
        let row = links.row(leaf);
        let shared: u32 = common.iter().zip(row).map(|(a, b)| (a & b).count_ones()).sum();
        let count = whole[leaf as usize].min(left).min(cap(counts.len()));
        if shared >= spines && count > 0 {
            common.iter_mut().zip(row).for_each(|(common, row)| *common &= row);
            counts.push((leaf, count));
            left -= count;
        }
    }
    if left > 0 || counts.len() < 2 {
        return None;
    }
    let servers = whole_servers(state, &counts);
    let needed = flows(state, &servers, ask.traffic).iter().map(|of| of.1).max()?;
    let spines: Vec<u32> = ones(&common).take(needed as usize).collect();
    if spines.len() < needed as usize {
        return None;
    }
    let to = |leaf: u32| {
        spines.iter().map(move |&spine| Circuit { leaf, spine, switch: None, count: 1 })
    };
    let circuits = counts.iter().flat_map(|&(leaf, _)| to(leaf)).collect();
    Some(Placement { servers, circuits, moved: Vec::new() })
}
