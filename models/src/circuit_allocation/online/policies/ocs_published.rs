//! Optical switches in the published order.

use crate::circuit_allocation::online::circuits::Circuits;
use crate::circuit_allocation::online::leaves::{Local, leftovers, local, whole_servers};
use crate::circuit_allocation::online::placement::{Ask, Cause, Circuit, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::rearrange::wire_fixed;
use crate::circuit_allocation::online::spread::spread;
use crate::circuit_allocation::online::state::State;
use crate::circuit_allocation::online::wire::wire;

/// OCS-vClos (Han et al., arXiv 2308.05692) in the order of its public code:
///
/// 1. one leaf, the fullest that fits;
/// 2. one spine whose free ports, rounded down to a power of two, suffice: any servers, the leaves
///    with the fewest free servers first; if live circuits stand in the way, the job is *refused at
///    once*, as published;
/// 3. a multiple of a leaf's GPUs: empty leaves and several spines;
/// 4. `m` virtual leaves of `n / m` GPUs for `m` = max(odd part of `n`, `n` / leaf), doubled while it
///    fails; a leaf may hold several virtual leaves.
///
/// Live circuits stay. Other than in the public code every circuit is reserved. Left out: two leaves
/// wired to each other without a spine, which leaf-spine networks do not have. Where the code asks an
/// ILP, leaves are found exactly (all that matters is the sum of free servers on them, fullest first)
/// and circuits by maximum flow, spine by spine: exact for one spine, a heuristic for several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OcsPublished;

impl Policy for OcsPublished {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        match local(state, ask) {
            Local::Found(placement) => return Ok(placement),
            Local::Blocked(cause) => return Err(cause),
            Local::Spread => (),
        }
        let Circuits::Switched(ports) = state.circuits() else { return Err(Cause::Ports) };
        let cluster = state.cluster();
        let (per_server, per_leaf) = (cluster.gpus_per_server, cluster.gpus_per_leaf());
        let whole = state.gpus().whole_by_leaf();
        let free = ports.spines.free_by_row();
        let finish = |counts: &[(u32, u32)], circuits: Vec<Circuit>| Placement {
            servers: whole_servers(state, counts),
            circuits,
            moved: Vec::new(),
        };
        let flows = |counts: &[(u32, u32)]| -> Vec<(u32, u32)> {
            counts.iter().map(|&(leaf, servers)| (leaf, servers * per_server)).collect()
        };
        // A group of free ports is a power of two.
        let group = |&&of: &&u32| of > 0 && (1 << of.ilog2()) >= ask.gpus;
        if let Some(spine) =
            free.iter().enumerate().filter(|(_, of)| group(of)).min_by_key(|of| of.1)
        {
            let spine = spine.0 as u32;
            let counts = leftovers(whole, ask.gpus / per_server);
            let of = |&(leaf, count): &(u32, u32)| Circuit { leaf, spine, switch: None, count };
            let wanted: Vec<Circuit> = flows(&counts).iter().map(of).collect();
            let circuits = wire(&wanted, ports, cluster.switches()).ok_or(Cause::Ports)?;
            return Ok(finish(&counts, circuits));
        }
        let empty = whole.iter().enumerate().filter(|&(_, &of)| of == cluster.servers_per_leaf);
        let empty: Vec<(u32, u32)> = empty.map(|(leaf, &of)| (leaf as u32, of)).collect();
        let wanted = (ask.gpus / per_leaf) as usize;
        if ask.gpus.is_multiple_of(per_leaf) && empty.len() >= wanted {
            let counts = &empty[..wanted];
            let circuits = spread(&flows(counts), ports.leaves.free_by_row(), free);
            if let Some(circuits) = circuits.and_then(|of| wire(&of, ports, cluster.switches())) {
                return Ok(finish(counts, circuits));
            }
        }
        let odd = ask.gpus >> ask.gpus.trailing_zeros();
        let mut virtual_leaves = odd.max(ask.gpus.div_ceil(per_leaf));
        let mut cause = Cause::EqualSplit;
        while ask.gpus.is_multiple_of(virtual_leaves)
            && (ask.gpus / virtual_leaves).is_multiple_of(per_server)
        {
            let servers = ask.gpus / virtual_leaves / per_server;
            if let Some(counts) = virtual_counts(whole, virtual_leaves, servers) {
                if let Some(circuits) = wire_fixed(&flows(&counts), ports, cluster.switches()) {
                    return Ok(finish(&counts, circuits));
                }
                cause = Cause::Ports;
            }
            virtual_leaves *= 2;
        }
        Err(cause)
    }

    fn needs(&self) -> Needs {
        Needs::Switched
    }
}

/// So many virtual leaves of `servers` servers each, the leaves with the fewest free servers first.
fn virtual_counts(whole: &[u32], virtual_leaves: u32, servers: u32) -> Option<Vec<(u32, u32)>> {
    let parts: Vec<u32> = whole.iter().map(|&of| of / servers.max(1)).collect();
    if parts.iter().sum::<u32>() < virtual_leaves {
        return None;
    }
    let mut order: Vec<u32> = (0..whole.len() as u32).filter(|&l| parts[l as usize] > 0).collect();
    order.sort_by_key(|&leaf| (whole[leaf as usize], leaf));
    let (mut counts, mut left) = (Vec::new(), virtual_leaves);
    for leaf in order {
        let of = parts[leaf as usize].min(left);
        if of > 0 {
            counts.push((leaf, of * servers));
            left -= of;
        }
    }
    Some(counts)
}
