//! Switches for all circuits, live and new, moving few live ones.

use std::collections::BTreeMap;

use super::circuits::{Circuits, Ports};
use super::placement::{Circuit, JobId};
use super::state::State;
use super::wire::merged;
use crate::circuit_allocation::kernel::rewire::{self as kernel, Circuit as Wire, Effort, Wiring};

/// Any will do: the same question gets the same answer.
const SEED: u64 = 1;
/// A decision may take milliseconds; a quarter of the effort moves up to half as many again.
const EFFORT: Effort = Effort(15);

/// Circuits wanted, without switches.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those of a new job.
    pub new: Vec<Circuit>,
    /// All of some live jobs, instead of what they have. Everybody else keeps leaves and spines.
    pub respread: BTreeMap<JobId, Vec<Circuit>>,
}

type Moved = (Vec<Circuit>, Vec<(JobId, Vec<Circuit>)>);
type Pool = BTreeMap<(u32, u32), BTreeMap<u32, u32>>;

/// Circuits with switches for the new job, and all circuits of live jobs that get others. None if the
/// switches cannot join all.
#[must_use]
pub fn rewire(state: &State, wanted: &Wanted) -> Option<Moved> {
    let mut pool = rewired(state, wanted)?;
    // First everybody keeps what is still there, then the rest is dealt out.
    let mut kept: Vec<(JobId, Vec<Circuit>)> = Vec::new();
    for (&job, live) in state.live().iter().filter(|(_, live)| !live.circuits.is_empty()) {
        let wants = pairs(wanted.respread.get(&job).unwrap_or(&live.circuits));
        let mut own = Vec::new();
        let mut got: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        for circuit in &live.circuits {
            let pair = (circuit.leaf, circuit.spine);
            let got = got.entry(pair).or_default();
            let open = wants.get(&pair).copied().unwrap_or(0) - *got;
            let count = take(&mut pool, pair, circuit.switch?, circuit.count.min(open));
            if count > 0 {
                *got += count;
                own.push(Circuit { count, ..*circuit });
            }
        }
        kept.push((job, own));
    }
    let mut moved = Vec::new();
    for (job, mut own) in kept {
        let before = &state.live().get(&job)?.circuits;
        let wants = pairs(wanted.respread.get(&job).unwrap_or(before));
        let got = pairs(&own);
        let open = wants
            .iter()
            .map(|(&pair, &count)| (pair, count - got.get(&pair).copied().unwrap_or(0)));
        for (pair, count) in open {
            deal(&mut pool, pair, count, &mut own)?;
        }
        let own = merged(own);
        if own != *before {
            moved.push((job, own));
        }
    }
    let mut new = Vec::new();
    for (pair, count) in pairs(&wanted.new) {
        deal(&mut pool, pair, count, &mut new)?;
    }
    Some((merged(new), moved))
}

fn pairs(circuits: &[Circuit]) -> BTreeMap<(u32, u32), u32> {
    let mut pairs = BTreeMap::new();
    for circuit in circuits {
        *pairs.entry((circuit.leaf, circuit.spine)).or_default() += circuit.count;
    }
    pairs
}

/// Takes up to `most` circuits of a switch out of the pool.
fn take(pool: &mut Pool, pair: (u32, u32), switch: u32, most: u32) -> u32 {
    let there = pool.get_mut(&pair).and_then(|of| of.get_mut(&switch));
    there.map_or(0, |there| {
        let count = most.min(*there);
        *there -= count;
        count
    })
}

/// Takes `count` circuits of a pair out of the pool, of any switch.
fn deal(pool: &mut Pool, pair: (u32, u32), count: u32, to: &mut Vec<Circuit>) -> Option<()> {
    let mut left = count;
    if left > 0 {
        for (&switch, there) in pool.get_mut(&pair)? {
            let count = left.min(*there);
            if count > 0 {
                *there -= count;
                left -= count;
                to.push(Circuit { leaf: pair.0, spine: pair.1, switch: Some(switch), count });
            }
        }
    }
    (left == 0).then_some(())
}

fn rewired(state: &State, wanted: &Wanted) -> Option<Pool> {
    let mut demand = pairs(&wanted.new);
    for (job, live) in state.live() {
        for (pair, count) in pairs(wanted.respread.get(job).unwrap_or(&live.circuits)) {
            *demand.entry(pair).or_default() += count;
        }
    }
    let current = state.live().values().flat_map(|live| &live.circuits).flat_map(|of| {
        let one = of.switch.map(|switch| Wire { leaf: of.leaf, spine: of.spine, switch });
        one.into_iter().flat_map(|one| std::iter::repeat_n(one, of.count as usize))
    });
    let current = Wiring::new(current.collect());
    let wanted: Vec<(u32, u32)> = demand
        .iter()
        .flat_map(|(&pair, &count)| std::iter::repeat_n(pair, count as usize))
        .collect();
    let rewired = kernel::rewire(&sound_ports(state)?, &current, &wanted, SEED, EFFORT).ok()?;
    let mut pool = Pool::new();
    for of in rewired.wiring.circuits() {
        *pool.entry((of.leaf, of.spine)).or_default().entry(of.switch).or_default() += 1;
    }
    Some(pool)
}

/// The ports that have not failed.
fn sound_ports(state: &State) -> Option<kernel::Ports> {
    let Circuits::Switched(Ports { leaves, spines }) = state.circuits() else { return None };
    let cluster = state.cluster();
    let switches = cluster.switches();
    let mut ports = kernel::Ports::equal(cluster.leaves, cluster.spines, switches, 0, 0);
    for switch in 0..switches {
        for leaf in 0..cluster.leaves {
            let sound = leaves.capacity(switch).saturating_sub(leaves.failed(leaf, switch));
            ports.set_leaf_ports(switch, leaf, sound);
        }
        for spine in 0..cluster.spines {
            let sound = spines.capacity(switch).saturating_sub(spines.failed(spine, switch));
            ports.set_spine_ports(switch, spine, sound);
        }
    }
    Some(ports)
}
