//! A task type as the solvers see it: its distinct sizes and what lies above each of them.

use super::instance::{Instance, TaskType};

/// Sorted distinct sizes of a type and suffix sums over its samples.
///
/// **Level** `u` means "the `u` smallest distinct sizes are admitted"; level 0 admits nothing,
/// level [`Profile::levels`] admits every sample. The sums at level `u` are over the samples
/// that level does *not* admit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Distinct needed sizes in MiB, rounded up to the granularity, ascending.
    pub sizes_mib: Vec<u64>,
    /// `S_u`: weighted run time above level `u`, in ms; one entry per level, from 0.
    pub time_above_ms: Vec<i64>,
    /// `F_u`: weighted time until failure above level `u`, in ms.
    pub failed_above_ms: Vec<i64>,
    /// `N_u`: weight above level `u`.
    pub count_above: Vec<i64>,
    /// `U`: weighted usage, needed memory times run time, in MiB·ms. A constant of every ladder.
    pub usage_mib_ms: i128,
    /// Attempts a task may make.
    pub max_attempts: usize,
    /// Largest permitted allocation in MiB.
    pub limit_mib: u64,
}

impl Profile {
    /// Builds the profile of a validated type. Time O(n log n) in the number of samples.
    #[must_use]
    pub fn new(instance: &Instance, task_type: &TaskType) -> Self {
        let samples = &task_type.samples;
        let mut order: Vec<(u64, u32)> = (0..samples.len())
            .map(|i| (instance.round_up_mib(samples.needed_mib(i)), i as u32))
            .collect();
        order.sort_unstable();
        let mut profile = Self {
            sizes_mib: Vec::new(),
            time_above_ms: vec![0],
            failed_above_ms: vec![0],
            count_above: vec![0],
            usage_mib_ms: 0,
            max_attempts: instance.max_attempts(task_type),
            limit_mib: instance.allocation_limit_mib(task_type),
        };
        // From the largest size down, so that each sum is the one above it plus one size's samples.
        for &(size_mib, i) in order.iter().rev() {
            if profile.sizes_mib.last() != Some(&size_mib) {
                profile.sizes_mib.push(size_mib);
                profile.open_level();
            }
            let i = i as usize;
            profile.add(
                samples.weight(i) as i64,
                samples.run_time_ms[i],
                instance.failed_ms(samples.run_time_ms[i]),
                samples.needed_mib(i),
            );
        }
        profile.sizes_mib.reverse();
        profile.time_above_ms.reverse();
        profile.failed_above_ms.reverse();
        profile.count_above.reverse();
        profile
    }

    fn open_level(&mut self) {
        for column in [&mut self.time_above_ms, &mut self.failed_above_ms, &mut self.count_above] {
            column.push(column.last().copied().unwrap_or(0));
        }
    }

    fn add(&mut self, weight: i64, run_time_ms: u64, failed_ms: u64, needed_mib: u64) {
        let level = self.count_above.len() - 1;
        self.time_above_ms[level] += weight * run_time_ms as i64;
        self.failed_above_ms[level] += weight * failed_ms as i64;
        self.count_above[level] += weight;
        let usage = i128::from(weight) * i128::from(run_time_ms) * i128::from(needed_mib);
        self.usage_mib_ms += usage;
    }

    /// Number of distinct sizes, which is the level that admits every sample.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.sizes_mib.len()
    }

    /// The level an allocation reaches. Time O(log levels).
    #[must_use]
    pub fn level(&self, allocation_mib: u64) -> usize {
        self.sizes_mib.partition_point(|&size| size <= allocation_mib)
    }

    /// The size that admits every sample, in MiB; zero for a type without samples.
    #[must_use]
    pub fn largest_mib(&self) -> u64 {
        self.sizes_mib.last().copied().unwrap_or(0)
    }
}

/// The profiles of all types, in the instance's order, built in parallel.
#[must_use]
pub fn profiles(instance: &Instance) -> Vec<Profile> {
    use rayon::prelude::*;
    instance.types.par_iter().map(|task_type| Profile::new(instance, task_type)).collect()
}
