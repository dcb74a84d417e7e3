//! The best partition of the groups into classes, each pooled by itself.
//!
//! Jobs of different classes ignore each other, so every partition gives a bound: the sum of the
//! classes' pooled bounds. Fine partitions respect who may use what but forget contention between
//! groups, coarse ones the reverse. Up to [`MOST_GROUPS`] groups the best partition is found by
//! dynamic programming over sets of groups; beyond that, classes are merged greedily as long as
//! that helps.
//!
//! **Complexity.** O(3^g) after 2^g pooled bounds, or O(g³) pooled bounds.

use std::collections::BTreeMap;

use super::pooled::pooled_bound_us;
use crate::irs_matching::offline::fluid::Fluid;

/// Groups up to which the best partition is found.
pub const MOST_GROUPS: usize = 10;

/// A partition of the jobs and what it proves. Anyone can recompute it: see [`partition_value_us`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionBound {
    /// For every job the class it belongs to.
    pub classes: Vec<u64>,
    /// The sum of the classes' pooled bounds, in weight times microseconds.
    pub weighted_us: i128,
}

/// What a partition of the jobs proves: the referee of [`PartitionBound`]. `None` unless it names
/// a class for every job. Valid for any partition, also one that tears a group apart.
#[must_use]
pub fn partition_value_us(fluid: &Fluid, classes: &[u64]) -> Option<i128> {
    if classes.len() != fluid.jobs.len() {
        return None;
    }
    let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (job, &class) in classes.iter().enumerate() {
        members.entry(class).or_default().push(job);
    }
    Some(members.values().map(|jobs| pooled_bound_us(fluid, jobs)).sum())
}

/// Searches for a good partition, the best one where there are few groups.
#[must_use]
pub fn partition_bound(fluid: &Fluid) -> PartitionBound {
    let mut groups: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
    for (job, data) in fluid.jobs.iter().enumerate() {
        groups.entry(&data.masks).or_default().push(job);
    }
    let groups: Vec<Vec<usize>> = groups.into_values().collect();
    let parts = if groups.len() <= MOST_GROUPS {
        best_partition(fluid, &groups)
    } else {
        merged_partition(fluid, groups)
    };
    let mut classes = vec![0; fluid.jobs.len()];
    for (class, jobs) in parts.iter().enumerate() {
        jobs.iter().for_each(|&job| classes[job] = class as u64);
    }
    let weighted_us = parts.iter().map(|jobs| pooled_bound_us(fluid, jobs)).sum();
    PartitionBound { classes, weighted_us }
}

fn best_partition(fluid: &Fluid, groups: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let jobs = |set: usize| -> Vec<usize> {
        let chosen = groups.iter().enumerate().filter(|(group, _)| set >> group & 1 == 1);
        chosen.flat_map(|(_, jobs)| jobs.iter().copied()).collect()
    };
    let sets = 1 << groups.len();
    let pooled: Vec<i128> = (0..sets).map(|set| pooled_bound_us(fluid, &jobs(set))).collect();
    // Value of the best partition of a set, and its class that holds the set's first group.
    let mut best = vec![(0_i128, 0_usize); sets];
    for set in 1..sets {
        let first = set & set.wrapping_neg();
        let rest = set ^ first;
        let mut with = rest;
        best[set] = (pooled[set], set);
        while with != 0 {
            with = (with - 1) & rest;
            let value = pooled[with | first] + best[rest ^ with].0;
            if value > best[set].0 {
                best[set] = (value, with | first);
            }
        }
    }
    let (mut parts, mut left) = (Vec::new(), sets - 1);
    while left != 0 {
        let class = best[left].1;
        parts.push(jobs(class));
        left ^= class;
    }
    parts
}

/// Merges the two classes whose union gains most, until no union gains.
fn merged_partition(fluid: &Fluid, mut parts: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    loop {
        let values: Vec<i128> = parts.iter().map(|jobs| pooled_bound_us(fluid, jobs)).collect();
        let mut best = (0, None);
        for a in 0..parts.len() {
            for b in a + 1..parts.len() {
                let union: Vec<usize> = parts[a].iter().chain(&parts[b]).copied().collect();
                let gain = pooled_bound_us(fluid, &union) - values[a] - values[b];
                if gain > best.0 {
                    best = (gain, Some((a, b)));
                }
            }
        }
        let Some((a, b)) = best.1 else { return parts };
        let joined = parts.swap_remove(b);
        parts[a].extend(joined);
    }
}
