//! The fewest live circuits that a new demand moves, as far as ports go.
//!
//! Every leaf and spine needs as many ports as circuits, otherwise nothing can be done. Take away the
//! live circuits that no longer are wanted. A pair with `n` circuits to be set up finds room for at
//! most `a = Σ_k min(free ports to the leaf, free ports to the spine)` of them without a move; each
//! of the others uses a port that a moved circuit left, and a moved circuit leaves two:
//!
//! ```text
//! moved ≥ ⌈ Σ_lp max(0, n_lp − a_lp) / 2 ⌉
//! ```
//!
//! Which circuits of a pair go where fewer are wanted is the plan's choice, so their ports all count
//! as free here. O(pairs with new circuits · switches).

use std::collections::BTreeMap;

use super::super::instance::{Free, Instance, Live, Rewire};

/// `None` where a leaf or spine has too few ports.
pub(super) fn least_moved(instance: &Instance, rewire: &Rewire) -> Option<i128> {
    let switches = instance.fabric.switches() as usize;
    let whole = Free::of(instance, Live::Loose);
    let mut per_leaf = vec![0_u64; instance.cluster.leaves as usize];
    let mut per_spine = vec![0_u64; instance.cluster.spines as usize];
    for demand in &rewire.demand {
        per_leaf[demand.leaf as usize] += u64::from(demand.circuits);
        per_spine[demand.spine as usize] += u64::from(demand.circuits);
    }
    let too_many = |wanted: &[u64], ports: &[u32]| {
        let mut sides = wanted.iter().zip(ports.chunks(switches.max(1)));
        sides.any(|(&wanted, own)| wanted > own.iter().map(|&own| u64::from(own)).sum())
    };
    if too_many(&per_leaf, &whole.leaf_ports) || too_many(&per_spine, &whole.spine_ports) {
        return None;
    }
    let mut free = Free::of(instance, Live::Keep);
    let mut live: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for each in instance.live.iter().flat_map(|job| &job.circuits) {
        *live.entry((each.leaf, each.spine)).or_default() += u64::from(each.count);
    }
    let wanted: BTreeMap<(u32, u32), u64> = rewire
        .demand
        .iter()
        .map(|demand| ((demand.leaf, demand.spine), u64::from(demand.circuits)))
        .collect();
    for each in instance.live.iter().flat_map(|job| &job.circuits) {
        let pair = (each.leaf, each.spine);
        let Some(switch) = each.switch else { continue };
        if wanted.get(&pair).copied().unwrap_or(0) < live[&pair] {
            free.leaf_ports[each.leaf as usize * switches + switch as usize] += each.count;
            free.spine_ports[each.spine as usize * switches + switch as usize] += each.count;
        }
    }
    let mut short = 0_u64;
    for (&(leaf, spine), &wanted) in &wanted {
        let new = wanted.saturating_sub(live.get(&(leaf, spine)).copied().unwrap_or(0));
        if new == 0 {
            continue;
        }
        let first = |node: u32| node as usize * switches;
        let up = &free.leaf_ports[first(leaf)..first(leaf) + switches];
        let down = &free.spine_ports[first(spine)..first(spine) + switches];
        let room: u64 = up.iter().zip(down).map(|(up, down)| u64::from(*up.min(down))).sum();
        short += new.saturating_sub(room);
    }
    Some(i128::from(short.div_ceil(2)))
}
