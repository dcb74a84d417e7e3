//! The least weight that a batch leaves out, the fewest leaves of the others, and how many leaves are
//! partly used all the same.
//!
//! Jobs that have no room even alone are out. The others share the free GPUs, and those larger than a
//! server the wholly free servers: two knapsacks, each bounded by taking the most weight per GPU
//! first and a part of the one that no longer fits (Dantzig 1957). Where nobody may overtake, the
//! longest beginning of the queue that fits counts. If nothing is left out, every job takes its
//! fewest leaves.
//!
//! A leaf that is partly used now stays so unless jobs take all that is free on it. Jobs on so many
//! leaves in sum fill at most as many, and no more than their GPUs are enough for, fewest free first;
//! each whole leaf is a partly used one more, or full as well.

use std::collections::HashMap;

use placewright_solver::objective::Objective;

use super::super::instance::{Batch, Free, Instance, Job, Live, Order};
use super::leaves::Room;

/// Least weight left out; where that leaves no choice of jobs, their fewest leaves in sum, and the
/// fewest leaves partly used.
pub(super) fn least(instance: &Instance, batch: &Batch) -> Objective {
    let room = Room::of(instance);
    // Equal jobs have equal answers.
    let mut known = HashMap::new();
    let fewest: Vec<Option<u32>> = batch
        .jobs
        .iter()
        .map(|job| *known.entry((job.gpus, job.split)).or_insert_with(|| room.fewest_leaves(job)))
        .collect();
    let total: i128 = batch.jobs.iter().map(|job| i128::from(job.weight)).sum();
    let (weight, all_placed) = match batch.order {
        Order::Fifo => {
            let first = beginning(instance, batch, &room, &fewest);
            (weight(&batch.jobs[..first]), Some(first))
        }
        Order::Any => {
            let weight = most_weight(instance, batch, &room, &fewest);
            (weight, (weight == total).then_some(batch.jobs.len()))
        }
    };
    let Some(placed) = all_placed else { return Objective(vec![total - weight, 0, 0, 0]) };
    let leaves = fewest[..placed].iter().flatten().map(|&leaves| u64::from(leaves)).sum();
    let gpus = batch.jobs[..placed].iter().map(|job| u64::from(job.gpus)).sum();
    let partly_used = partly_used(instance, leaves, gpus);
    Objective(vec![total - weight, leaves.into(), partly_used, 0])
}

fn weight(jobs: &[Job]) -> i128 {
    jobs.iter().map(|job| i128::from(job.weight)).sum()
}

/// How many jobs from the first one on have room together.
fn beginning(instance: &Instance, batch: &Batch, room: &Room<'_>, fewest: &[Option<u32>]) -> usize {
    let size = instance.cluster.gpus_per_server;
    let (mut gpus, mut servers) = (room.gpus(), room.servers());
    let fits = |(job, fewest): &(&Job, &Option<u32>)| {
        let whole = if job.gpus > size { u64::from(job.gpus / size) } else { 0 };
        let left = gpus.checked_sub(job.gpus.into()).zip(servers.checked_sub(whole));
        fewest.is_some() && left.inspect(|&left| (gpus, servers) = left).is_some()
    };
    batch.jobs.iter().zip(fewest).take_while(fits).count()
}

/// The most weight that may have room where anybody may overtake.
fn most_weight(
    instance: &Instance,
    batch: &Batch,
    room: &Room<'_>,
    fewest: &[Option<u32>],
) -> i128 {
    let size = instance.cluster.gpus_per_server;
    let possible = batch.jobs.iter().zip(fewest).filter(|(_, fewest)| fewest.is_some());
    let possible: Vec<&Job> = possible.map(|(job, _)| job).collect();
    let (large, small): (Vec<&Job>, Vec<&Job>) = possible.iter().partition(|job| job.gpus > size);
    let small: i128 = small.iter().map(|job| i128::from(job.weight)).sum();
    let whole = knapsack(large, room.servers() * u64::from(size));
    knapsack(possible, room.gpus()).min(small + whole)
}

/// The fewest leaves partly used once jobs have so many GPUs on so many leaves in sum.
fn partly_used(instance: &Instance, leaves: u64, gpus: u64) -> i128 {
    let mut free = partly_free(instance);
    free.sort_unstable();
    let mut left = gpus;
    let fits = |own: &&u64| left.checked_sub(**own).inspect(|&less| left = less).is_some();
    let full = free.iter().take_while(fits).count().min(leaves as usize);
    (free.len() - full) as i128
}

/// Free GPUs of the leaves that have some, but not all that are not broken.
fn partly_free(instance: &Instance) -> Vec<u64> {
    let cluster = &instance.cluster;
    let mut whole = vec![cluster.gpus_per_leaf(); cluster.leaves as usize];
    for share in &instance.failures.gpus {
        whole[share.leaf as usize] -= share.gpus;
    }
    let free = Free::of(instance, Live::Keep).gpus_per_leaf(cluster);
    let partly = free.into_iter().zip(whole).filter(|&(own, whole)| own > 0 && own < whole);
    partly.map(|(own, _)| own.into()).collect()
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
