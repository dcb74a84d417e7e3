//! Our default on a static network.

use crate::circuit_allocation::instance::Traffic;
use crate::circuit_allocation::kernel::shapes::{Shape, shapes};
use crate::circuit_allocation::online::bits::ones;
use crate::circuit_allocation::online::circuits::Circuits;
use crate::circuit_allocation::online::equal_split::{cause, has_leaves, placement};
use crate::circuit_allocation::online::leaves::{Local, fewest_leaves, local, whole_servers};
use crate::circuit_allocation::online::placement::{Ask, Cause, Circuit, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::state::State;
use crate::circuit_allocation::online::static_search::StaticSearch;

/// The exact search over all equal splits, and of the best place of each the one that leaves most
/// larger jobs placeable; ties go to fewer leaves.
///
/// What stays placeable is counted in leaves: for every share of a power of two servers, the shapes of
/// that share that still have leaves with as many whole servers, GPUs by GPUs. A job whose traffic is a
/// ring needs one common spine per local rank, whatever the shares of its leaves, and so is not bound to
/// equal splits.
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
        let mut best: Option<(u64, Placement)> = None;
        for &shape in shapes.iter().filter(|shape| shape.leaves > 1) {
            if !has_leaves(self.search.free(), shape) {
                continue;
            }
            let left = |leaf: u32| u64::from(by_leaf[leaf as usize].saturating_sub(shape.share));
            let Some((leaves, spines)) = self.search.best(shape, left) else { continue };
            let after = prospects(state.gpus().whole_by_leaf(), &leaves, shape, per_server);
            if best.as_ref().is_none_or(|(prospects, _)| after > *prospects) {
                best = Some((after, placement(state, shape.share, &leaves, &spines)));
            }
        }
        if let Some((_, placement)) = best {
            return Ok(placement);
        }
        if ask.traffic == Traffic::Ring
            && let Some(placement) = ring(state, ask.gpus)
        {
            return Ok(placement);
        }
        Err(cause(state, self.search.free(), &shapes))
    }

    fn needs(&self) -> Needs {
        Needs::Static
    }
}

/// Sum over shares of 1, 2, 4 … servers up to a leaf of the GPUs that leaves could hold in such shares.
fn prospects(whole: &[u32], leaves: &[u32], shape: Shape, per_server: u32) -> u64 {
    let most = whole.iter().copied().max().unwrap_or(0);
    let taken = shape.share / per_server;
    let shares = (0..32).map(|power| 1_u32 << power).take_while(|&share| share <= most);
    let after = |(leaf, &whole): (usize, &u32)| {
        whole - if leaves.binary_search(&(leaf as u32)).is_ok() { taken } else { 0 }
    };
    let of_share = |share: u32| {
        let parts = whole.iter().enumerate().map(|leaf| u64::from(after(leaf) / share));
        parts.sum::<u64>() * u64::from(share)
    };
    shares.map(of_share).sum()
}

/// A ring over the fewest leaves, with a common spine per local rank: leaves with most whole servers
/// first, those left out that would leave too few spines.
fn ring(state: &State, gpus: u32) -> Option<Placement> {
    let Circuits::Static(links) = state.circuits() else { return None };
    let cluster = state.cluster();
    let (per_server, whole) = (cluster.gpus_per_server, state.gpus().whole_by_leaf());
    let mut order: Vec<usize> = (0..whole.len()).filter(|&leaf| whole[leaf] > 0).collect();
    order.sort_by_key(|&leaf| (std::cmp::Reverse(whole[leaf]), leaf));
    let mut common = vec![u64::MAX; (cluster.spines as usize).div_ceil(64)];
    let (mut usable, mut left) = (vec![0; whole.len()], gpus / per_server);
    for leaf in order {
        let row = links.row(leaf as u32);
        let shared: u32 = common.iter().zip(row).map(|(a, b)| (a & b).count_ones()).sum();
        if shared >= per_server && left > 0 {
            common.iter_mut().zip(row).for_each(|(common, row)| *common &= row);
            usable[leaf] = whole[leaf];
            left = left.saturating_sub(whole[leaf]);
        }
    }
    if left > 0 {
        return None;
    }
    let counts = fewest_leaves(&usable, gpus / per_server);
    let spines: Vec<u32> = ones(&common).take(per_server as usize).collect();
    let circuit = |&(leaf, _): &(u32, u32)| {
        let to = |&spine: &u32| Circuit { leaf, spine, switch: None, count: 1 };
        spines.iter().map(to).collect::<Vec<_>>()
    };
    let circuits = counts.iter().flat_map(circuit).collect();
    Some(Placement { servers: whole_servers(state, &counts), circuits, moved: Vec::new() })
}
