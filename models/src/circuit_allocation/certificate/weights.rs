//! The least weight that a batch leaves out, and the fewest leaves of the others.
//!
//! Jobs that have no room even alone are out. The others share the free GPUs, and those larger than a
//! server the wholly free servers: two knapsacks, each bounded by taking the most weight per GPU
//! first and a part of the one that no longer fits (Dantzig 1957). Where nobody may overtake, the
//! longest beginning of the queue that fits counts. If nothing is left out, every job takes its
//! fewest leaves.

use super::super::instance::{Batch, Instance, Job, Order};
use super::leaves::Room;

/// Least weight left out, and fewest leaves in sum.
pub(super) fn least(instance: &Instance, batch: &Batch) -> (i128, i128) {
    let room = Room::of(instance);
    let size = instance.cluster.gpus_per_server;
    let large = |job: &&Job| job.gpus > size;
    // Equal jobs have equal answers.
    let mut known = std::collections::HashMap::new();
    let fewest: Vec<Option<u32>> = batch
        .jobs
        .iter()
        .map(|job| *known.entry((job.gpus, job.split)).or_insert_with(|| room.fewest_leaves(job)))
        .collect();
    let total: i128 = batch.jobs.iter().map(|job| i128::from(job.weight)).sum();
    let (gpus, whole) = (room.gpus(), room.servers() * u64::from(size));
    let placed = if batch.order == Order::Fifo {
        let (mut used, mut used_whole, mut weight) = (0, 0, 0);
        for (job, fewest) in batch.jobs.iter().zip(&fewest) {
            used += u64::from(job.gpus);
            used_whole += if large(&job) { u64::from(job.gpus) } else { 0 };
            if fewest.is_none() || used > gpus || used_whole > whole {
                break;
            }
            weight += i128::from(job.weight);
        }
        weight
    } else {
        let possible = || {
            let jobs = batch.jobs.iter().zip(&fewest);
            jobs.filter(|(_, fewest)| fewest.is_some()).map(|(job, _)| job)
        };
        let small: i128 =
            possible().filter(|job| !large(job)).map(|job| i128::from(job.weight)).sum();
        let all = knapsack(possible().collect(), gpus);
        all.min(small + knapsack(possible().filter(large).collect(), whole))
    };
    let out = total - placed;
    let leaves = fewest.iter().flatten().map(|&leaves| i128::from(leaves)).sum();
    (out, if out == 0 { leaves } else { 0 })
}

/// The most weight of jobs with so many GPUs together, one of them in part, rounded down.
fn knapsack(mut jobs: Vec<&Job>, gpus: u64) -> i128 {
    let cross = |a: &Job, b: &Job| u128::from(a.weight) * u128::from(b.gpus);
    jobs.sort_by(|a, b| cross(b, a).cmp(&cross(a, b)));
    let (mut left, mut weight) = (gpus, 0);
    for job in jobs {
        if u64::from(job.gpus) > left {
            return weight + i128::from(job.weight) * i128::from(left) / i128::from(job.gpus);
        }
        left -= u64::from(job.gpus);
        weight += i128::from(job.weight);
    }
    weight
}
