//! Random states of clusters for the benchmarks of circuit allocation.

use placewright_models::circuit_allocation::kernel::links::FreeLinks;
use placewright_models::circuit_allocation::kernel::rewire::{Circuit, Ports, Wiring};
use placewright_models::circuit_allocation::kernel::shapes::{Shape, shapes};

/// Numbers below a limit, the same ones for the same seed.
pub struct Dice(u64);

impl Dice {
    /// Dice with a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1))
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((self.0 >> 33) % u64::from(limit)) as u32
    }

    fn choose<T>(&mut self, items: &mut Vec<T>, number: usize) {
        for at in 0..number {
            let other = at + self.below((items.len() - at) as u32) as usize;
            items.swap(at, other);
        }
        items.truncate(number);
    }
}

/// One placement question: which leaves and spines for one shape.
pub struct PlacementState {
    /// Free GPUs by leaf, in whole servers of four.
    pub free_gpus: Vec<u32>,
    /// Free links.
    pub links: FreeLinks,
    /// The shape that is asked for.
    pub shape: Shape,
    /// The free GPUs again: best fit.
    pub cost: Vec<u64>,
}

/// Which jobs ask for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobSizes {
    /// 8 to 256 GPUs, in powers of two: the sizes of the published job mixes.
    PowersOfTwo,
    /// Any number of whole servers, up to four leaves' worth of GPUs and beyond: the hard ones.
    Any,
}

/// A cluster fragmented by jobs that came and went: random shapes on random leaves and spines until
/// 50 to 95 % of the GPUs are taken, then removals and new jobs in turns. The question is a random
/// shape of several leaves that the cluster has enough free GPUs for.
#[must_use]
pub fn fragmented(
    leaves: u32,
    gpus_per_leaf: u32,
    sizes: JobSizes,
    dice: &mut Dice,
) -> PlacementState {
    loop {
        let (free_gpus, links) = history(leaves, gpus_per_leaf, dice);
        let free: u32 = free_gpus.iter().sum();
        let gpus = match sizes {
            JobSizes::PowersOfTwo => 8 << dice.below(6),
            JobSizes::Any => {
                4 * (2 + dice.below((leaves * gpus_per_leaf / 16).min(4 * gpus_per_leaf)))
            }
        };
        let mut all = shapes(gpus, 4, gpus_per_leaf, leaves);
        all.retain(|shape| shape.leaves > 1);
        if all.is_empty() || gpus > free {
            continue;
        }
        let shape = all[dice.below(all.len() as u32) as usize];
        let cost = free_gpus.iter().map(|&gpus| u64::from(gpus)).collect();
        return PlacementState { free_gpus, links, shape, cost };
    }
}

fn history(leaves: u32, gpus_per_leaf: u32, dice: &mut Dice) -> (Vec<u32>, FreeLinks) {
    let spines = gpus_per_leaf;
    let mut links = FreeLinks::all(leaves, spines);
    let mut free = vec![gpus_per_leaf; leaves as usize];
    let target = (50 + dice.below(45)) * (leaves * gpus_per_leaf) / 100;
    let mut jobs: Vec<(Vec<u32>, Vec<u32>, u32)> = Vec::new();
    let (mut used, mut failures) = (0, 0);
    while failures < 200 {
        if used >= target {
            if dice.below(3) == 0 {
                break;
            }
            let (on, through, share) = jobs.swap_remove(dice.below(jobs.len() as u32) as usize);
            for &leaf in &on {
                free[leaf as usize] += share;
                used -= share;
                through.iter().for_each(|&spine| links.set(leaf, spine));
            }
            continue;
        }
        let gpus = [4, 8, 8, 16, 16, 32, 64, 128, 256][dice.below(9) as usize];
        let all = shapes(gpus, 4, gpus_per_leaf, leaves);
        if all.is_empty() || gpus > leaves * gpus_per_leaf / 2 {
            continue;
        }
        let shape = all[dice.below(all.len().min(4) as u32) as usize];
        let mut on: Vec<u32> =
            (0..leaves).filter(|&leaf| free[leaf as usize] >= shape.share).collect();
        if on.len() < shape.leaves as usize {
            failures += 1;
            continue;
        }
        dice.choose(&mut on, shape.leaves as usize);
        let mut through = Vec::new();
        if shape.leaves > 1 {
            through = (0..spines)
                .filter(|&spine| on.iter().all(|&leaf| links.is_free(leaf, spine)))
                .collect();
            if through.len() < shape.share as usize {
                failures += 1;
                continue;
            }
            dice.choose(&mut through, shape.share as usize);
        }
        for &leaf in &on {
            free[leaf as usize] -= shape.share;
            used += shape.share;
            through.iter().for_each(|&spine| links.clear(leaf, spine));
        }
        jobs.push((on, through, shape.share));
    }
    (free, links)
}

/// One rewiring question: as many leaves as spines, one port each on every switch.
pub struct RewiringState {
    /// The ports.
    pub ports: Ports,
    /// The live circuits.
    pub live: Wiring,
    /// All circuits wanted: the live ones and new ones within the port sums.
    pub demand: Vec<(u32, u32)>,
}

/// Random circuits through random switches until `fill_percent` of all ports are taken, then `new`
/// random pairs that still have ports on some switch each.
#[must_use]
pub fn filled(
    size: u32,
    switches: u32,
    fill_percent: u32,
    new: u32,
    dice: &mut Dice,
) -> RewiringState {
    let ports = Ports::equal(size, size, switches, 1, 1);
    loop {
        let mut leaf_free = vec![true; (size * switches) as usize];
        let mut spine_free = leaf_free.clone();
        let mut circuits = Vec::new();
        let (wanted, mut tries) = (size * switches * fill_percent / 100, 0);
        while (circuits.len() as u32) < wanted && tries < 100_000 {
            tries += 1;
            let (leaf, spine) = (dice.below(size), dice.below(size));
            let open = |switch: &u32| {
                leaf_free[(leaf * switches + switch) as usize]
                    && spine_free[(spine * switches + switch) as usize]
            };
            let open: Vec<u32> = (0..switches).filter(open).collect();
            if open.is_empty() {
                continue;
            }
            let switch = open[dice.below(open.len() as u32) as usize];
            leaf_free[(leaf * switches + switch) as usize] = false;
            spine_free[(spine * switches + switch) as usize] = false;
            circuits.push(Circuit { leaf, spine, switch });
        }
        let free = |ports: &[bool], node: u32| {
            let start = (node * switches) as usize;
            ports[start..start + switches as usize].iter().filter(|&&free| free).count()
        };
        let mut leaf_room: Vec<usize> = (0..size).map(|leaf| free(&leaf_free, leaf)).collect();
        let mut spine_room: Vec<usize> = (0..size).map(|spine| free(&spine_free, spine)).collect();
        let live = Wiring::new(circuits);
        let mut demand = live.pairs();
        let goal = demand.len() + new as usize;
        for _ in 0..100_000 {
            let (leaf, spine) = (dice.below(size), dice.below(size));
            if demand.len() < goal && leaf_room[leaf as usize] > 0 && spine_room[spine as usize] > 0
            {
                leaf_room[leaf as usize] -= 1;
                spine_room[spine as usize] -= 1;
                demand.push((leaf, spine));
            }
        }
        if demand.len() == goal {
            return RewiringState { ports, live, demand };
        }
    }
}
