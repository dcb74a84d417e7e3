//! The bound `pooled`: jobs in blocks that share all they may use, each served shortest first.
//!
//! The rule and its proof stand in `certificate`. Three partitions are tried: all jobs in one
//! block, every job alone, and blocks grown from the groups of jobs that may use the same classes
//! by merging, each time, the two blocks whose union bounds best, for as long as that helps.
//! Complexity: O(groups³) evaluations at most. Exact where all jobs form one group of equal weight
//! and latencies are absent; otherwise no guarantee.

use std::collections::{BTreeMap, BTreeSet};

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::certificate::{Blocks, POOLED_BLOCKS, pooled_bound};
use super::instance::{Instance, Supply};
use super::problem::IrsMatching;

/// The bound `pooled`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pooled;

/// More groups than this are not merged pair by pair.
const MOST_GROUPS: usize = 24;

impl Method<IrsMatching> for Pooled {
    fn name(&self) -> &'static str {
        "pooled"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        let instance = context.instance;
        let count = instance.jobs.len() as u64;
        let simple: [(Vec<u64>, &str); 2] = [
            (vec![0; count as usize], "all jobs share everything, shortest first"),
            ((0..count).collect(), "every job on its own"),
        ];
        let merged = || (merged_groups(context), "groups of jobs share, shortest first");
        let tries = simple.into_iter().chain(std::iter::once_with(merged));
        for (blocks, note) in tries {
            if context.should_stop() {
                break;
            }
            context.budget.spend(work(instance, instance.jobs.len()));
            // A block whose supply ends is left to the proof of infeasibility.
            let Ok(bound) = pooled_bound(instance, &blocks) else { continue };
            let claim = Claim::AtLeast(Objective::single(bound));
            let rule = POOLED_BLOCKS.to_owned();
            let proof = Proof::Combinatorial { rule, witness: blocks };
            context.raise(Certificate { claim, proof }, note)?;
        }
        Ok(())
    }
}

/// Work units of bounding a block of so many jobs: some 20 ns per device and level of weights, or
/// some microseconds per job and class.
fn work(instance: &Instance, jobs: usize) -> u64 {
    let weights: BTreeSet<u64> = instance.jobs.iter().map(|job| job.weight).collect();
    let looked_at = match &instance.supply {
        Supply::Devices(arrivals) => arrivals.time_ms.len() / 50,
        Supply::Rates(_) => jobs * instance.classes.len(),
    };
    (weights.len().min(jobs) * looked_at) as u64 + 1
}

/// The number of every job's block; groups are merged for as long as the budget lasts.
fn merged_groups(context: &Context<'_, IrsMatching>) -> Vec<u64> {
    let instance = context.instance;
    let all = Blocks::new(instance);
    let mut groups: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for (job, eligible) in instance.eligibility().into_iter().enumerate() {
        groups.entry(eligible).or_default().push(job);
    }
    let value = |jobs: &[usize]| {
        if context.should_stop() {
            return 0;
        }
        context.budget.spend(work(instance, jobs.len()));
        all.bound(jobs).unwrap_or(0)
    };
    let mut blocks: Vec<(Vec<usize>, i128)> =
        groups.into_values().map(|jobs| (jobs.clone(), value(&jobs))).collect();
    while blocks.len() > 1 && blocks.len() <= MOST_GROUPS {
        let pairs = (0..blocks.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        let gain = |(a, b): (usize, usize)| {
            let union: Vec<usize> = blocks[a].0.iter().chain(&blocks[b].0).copied().collect();
            let value = value(&union);
            (value - blocks[a].1 - blocks[b].1, value, union, a, b)
        };
        let best = pairs.map(gain).max_by_key(|each| each.0);
        let Some((1.., value, union, a, b)) = best else { break };
        blocks[a] = (union, value);
        blocks.remove(b);
    }
    let mut numbers = vec![0; instance.jobs.len()];
    for (number, (jobs, _)) in (0..).zip(&blocks) {
        jobs.iter().for_each(|&job| numbers[job] = number);
    }
    numbers
}
