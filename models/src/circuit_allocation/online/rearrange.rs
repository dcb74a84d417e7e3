//! Circuits for a job behind optical switches, moving live ones where nothing else helps.

use std::collections::BTreeMap;

use super::circuits::{Circuits, Ports};
use super::placement::{Ask, Circuit, JobId, Placement, ServerShare};
use super::rewiring::{Wanted, rewire};
use super::spread::{Flows, spread};
use super::state::State;
use super::wire::wire;
use crate::circuit_allocation::instance::{Moves, Traffic, cross_flows};

/// Circuits for a job on these servers:
///
/// 1. from free ports, on every single spine that has room, the fullest first, then on several;
/// 2. if moves are allowed, the same with live circuits moved to other switches;
/// 3. the same with the circuits of another live job moved to other spines, then with those of the
///    2, 4, 8 … jobs with fewest circuits, and last with all.
///
/// None where nothing helps. O(live jobs) rewirings at worst.
#[must_use]
pub fn connect(
    state: &State,
    ask: &Ask,
    servers: Vec<ServerShare>,
    moves: Moves,
) -> Option<Placement> {
    let Circuits::Switched(ports) = state.circuits() else { return None };
    let flows = flows(state, &servers, ask.traffic);
    if let Some(circuits) = wire_fixed(&flows, ports, state.cluster().switches()) {
        return Some(Placement { servers, circuits, moved: Vec::new() });
    }
    if moves == Moves::Forbidden {
        return None;
    }
    let (circuits, moved) = with_moves(state, ports, &flows)?;
    Some(Placement { servers, circuits, moved })
}

/// Flows out of each leaf of a job on these servers.
#[must_use]
pub fn flows(state: &State, servers: &[ServerShare], traffic: Traffic) -> Vec<(u32, u32)> {
    let by_leaf = state.by_leaf(servers);
    let shares: Vec<u32> = by_leaf.iter().map(|&(_, share)| share).collect();
    let flows = cross_flows(traffic, &shares, state.cluster().gpus_per_server);
    by_leaf.iter().map(|&(leaf, _)| leaf).zip(flows).collect()
}

/// Circuits for these flows from free ports: to every single spine that has the ports, the fullest
/// first, then to several.
#[must_use]
pub fn wire_fixed(flows: &Flows, ports: &Ports, switches: u32) -> Option<Vec<Circuit>> {
    let free = ports.spines.free_by_row();
    let total: u32 = flows.iter().map(|&(_, count)| count).sum();
    let mut spines: Vec<u32> =
        (0..free.len() as u32).filter(|&spine| free[spine as usize] >= total).collect();
    spines.sort_by_key(|&spine| (free[spine as usize], spine));
    for spine in spines {
        let of = |&(leaf, count): &(u32, u32)| Circuit { leaf, spine, switch: None, count };
        let wanted: Vec<Circuit> = flows.iter().map(of).collect();
        if let Some(circuits) = wire(&wanted, ports, switches) {
            return Some(circuits);
        }
    }
    // As if no spine had room for all.
    let capped: Vec<u32> = free.iter().map(|&of| of.min(total.saturating_sub(1))).collect();
    let several = spread(flows, ports.leaves.free_by_row(), &capped)?;
    wire(&several, ports, switches)
}

type Moved = (Vec<Circuit>, Vec<(JobId, Vec<Circuit>)>);

fn with_moves(state: &State, ports: &Ports, flows: &Flows) -> Option<Moved> {
    let (leaf_free, spine_free) = (ports.leaves.free_by_row(), ports.spines.free_by_row());
    if let Some(circuits) = spread(flows, leaf_free, spine_free) {
        let wanted = Wanted { new: circuits, respread: BTreeMap::new() };
        if let Some(moved) = rewire(state, &wanted) {
            return Some(moved);
        }
    }
    let count = |circuits: &[Circuit]| circuits.iter().map(|of| of.count).sum::<u32>();
    let connected = state.live().iter().filter(|(_, live)| !live.circuits.is_empty());
    let mut jobs: Vec<(u32, JobId)> =
        connected.map(|(&job, live)| (count(&live.circuits), job)).collect();
    jobs.sort_unstable();
    let singles = (0..jobs.len()).map(|job| job..job + 1);
    let doubled = (1..).map(|power| 1_usize << power).take_while(|&size| size < 2 * jobs.len());
    let several = doubled.map(|size| 0..size.min(jobs.len()));
    singles.chain(several).find_map(|range| {
        let evicted: Vec<JobId> = jobs[range].iter().map(|&(_, job)| job).collect();
        let wanted = respread(state, ports, flows, &evicted)?;
        rewire(state, &wanted)
    })
}

/// A live job, or the new one, and its flows.
type Wants = (Option<JobId>, Vec<(u32, u32)>);

/// New spines for the job and for live ones whose circuits are given back, large units first.
fn respread(state: &State, ports: &Ports, new: &Flows, evicted: &[JobId]) -> Option<Wanted> {
    let mut leaf_free = ports.leaves.free_by_row().to_vec();
    let mut spine_free = ports.spines.free_by_row().to_vec();
    let mut all: Vec<Wants> = vec![(None, new.to_vec())];
    for job in evicted {
        let live = state.live().get(job)?;
        for circuit in &live.circuits {
            leaf_free[circuit.leaf as usize] += circuit.count;
            spine_free[circuit.spine as usize] += circuit.count;
        }
        all.push((Some(*job), flows(state, &live.servers, live.traffic)));
    }
    let total = |flows: &Flows| flows.iter().map(|&(_, count)| count).sum::<u32>();
    all.sort_by_key(|(job, flows)| (std::cmp::Reverse(total(flows)), *job));
    let mut wanted = Wanted { new: Vec::new(), respread: BTreeMap::new() };
    for (job, flows) in all {
        let circuits = spread(&flows, &leaf_free, &spine_free)?;
        for circuit in &circuits {
            leaf_free[circuit.leaf as usize] -= circuit.count;
            spine_free[circuit.spine as usize] -= circuit.count;
        }
        match job {
            Some(job) => drop(wanted.respread.insert(job, circuits)),
            None => wanted.new = circuits,
        }
    }
    Some(wanted)
}
