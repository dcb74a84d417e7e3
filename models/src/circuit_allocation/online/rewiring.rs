//! Switches for all circuits, live and new, moving few live ones.

use std::collections::BTreeMap;

use placewright_solver::graph::edge_colouring::edge_colouring;

use super::placement::{Circuit, JobId};
use super::state::State;
use super::wire::merged;

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
        let open = wants.iter().map(|(&pair, &count)| {
            (pair, count - got.get(&pair).copied().unwrap_or(0))
        });
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
    // TEMPORARY König with u = 1, d = 2
    let mut edges = Vec::new();
    let switches = state.cluster().switches();
    let mut seen = vec![0; state.cluster().spines as usize];
    for (&(leaf, spine), &count) in &demand {
        for _ in 0..count {
            edges.push((leaf, 2 * spine + seen[spine as usize] / switches));
            seen[spine as usize] += 1;
        }
    }
    let colours = edge_colouring(
        state.cluster().leaves as usize,
        2 * state.cluster().spines as usize,
        &edges,
    );
    let mut pool = Pool::new();
    for ((leaf, spine), switch) in edges.into_iter().zip(colours) {
        if switch >= switches {
            return None;
        }
        *pool.entry((leaf, spine / 2)).or_default().entry(switch).or_default() += 1;
    }
    Some(pool)
}
