//! The bound `pooled`: jobs in blocks that share all they may use, each served shortest first.
//!
//! The rule and its proof stand in `certificate`. Three partitions are tried: all jobs in one
//! block, every job alone, and blocks grown from the groups of jobs that may use the same classes
//! by merging, each time, the two blocks whose union bounds best, for as long as that helps.
//! Complexity: O(groups³) evaluations at most. Exact where all jobs form one group of equal weight
//! and latencies are absent; otherwise no guarantee.

use std::collections::BTreeMap;

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::certificate::{POOLED_BLOCKS, block_bound, pooled_bound};
use super::instance::Instance;
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
        let tries = [
            (vec![0; count as usize], "all jobs share everything, shortest first"),
            ((0..count).collect(), "every job on its own"),
            (merged_groups(instance), "groups of jobs share, shortest first"),
        ];
        context.budget.spend(count + 1);
        let bounds = tries.into_iter().filter_map(|(blocks, note)| {
            // A block whose supply ends is left to the proof of infeasibility.
            pooled_bound(instance, &blocks).ok().map(|bound| (bound, blocks, note))
        });
        for (bound, blocks, note) in bounds {
            let claim = Claim::AtLeast(Objective::single(bound));
            let rule = POOLED_BLOCKS.to_owned();
            let proof = Proof::Combinatorial { rule, witness: blocks };
            context.raise(Certificate { claim, proof }, note)?;
        }
        Ok(())
    }
}

/// The number of every job's block.
fn merged_groups(instance: &Instance) -> Vec<u64> {
    let mut groups: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for (job, eligible) in instance.eligibility().into_iter().enumerate() {
        groups.entry(eligible).or_default().push(job);
    }
    let value = |jobs: &[usize]| block_bound(instance, jobs).unwrap_or(0);
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
