//! What couplings are measured against: every type's best ladder on its own.
//!
//! A plain dynamic program, on purpose not the solvers' one: generated instances must not change
//! when a solver breaks a tie differently. Types with more than [`MOST_SIZES`] distinct sizes are
//! thinned to as many, evenly; below that the ladder is optimal. O(K·n²) per type.

use std::collections::BTreeMap;

use placewright_models::memory_sizing::instance::{Instance, TaskType};

/// Distinct sizes a reference ladder may choose from.
const MOST_SIZES: usize = 64;

/// A ladder and how often it fails.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reference {
    /// The sizes in MiB, ascending; the last admits every sample.
    pub(crate) ladder_mib: Vec<u64>,
    /// All sizes the ladder could have chosen.
    pub(crate) sizes_mib: Vec<u64>,
    /// Weight of the samples above each of `sizes_mib`.
    count_above: Vec<u64>,
}

impl Reference {
    /// Failed attempts of a ladder over `sizes_mib` or anything above them.
    pub(crate) fn failures(&self, ladder_mib: &[u64]) -> u64 {
        let above = |rung: &u64| {
            let reached = self.sizes_mib.partition_point(|size| size <= rung);
            reached.checked_sub(1).map_or(0, |level| self.count_above[level])
        };
        ladder_mib.iter().map(above).sum()
    }

    /// The best ladder of a type.
    pub(crate) fn new(instance: &Instance, task_type: &TaskType) -> Self {
        let levels = Levels::new(instance, task_type);
        let ladder = levels.best_ladder(instance.max_attempts(task_type), instance);
        let sizes_mib = levels.sizes_mib;
        let ladder_mib = ladder.iter().map(|&level| sizes_mib[level]).collect();
        Self { ladder_mib, sizes_mib, count_above: levels.count_above }
    }
}

/// Sizes, and sums over the samples above each.
struct Levels {
    sizes_mib: Vec<u64>,
    time_above: Vec<i128>,
    failed_above: Vec<i128>,
    count_above: Vec<u64>,
    /// Run time of all samples.
    time: i128,
}

impl Levels {
    fn new(instance: &Instance, task_type: &TaskType) -> Self {
        let samples = &task_type.samples;
        let mut by_size: BTreeMap<u64, (i128, i128, u64)> = BTreeMap::new();
        for i in 0..samples.len() {
            let (weight, run_time) = (samples.weight(i), samples.run_time_ms[i]);
            let size = instance.round_up_mib(samples.needed_mib(i));
            let entry = by_size.entry(size).or_default();
            entry.0 += i128::from(weight) * i128::from(run_time);
            entry.1 += i128::from(weight) * i128::from(instance.failed_ms(run_time));
            entry.2 += weight;
        }
        let count = by_size.len();
        let kept = |index: usize| {
            let next = (index + 1) * MOST_SIZES / count;
            count <= MOST_SIZES || index * MOST_SIZES / count != next || index + 1 == count
        };
        let mut levels = Self {
            sizes_mib: vec![],
            time_above: vec![],
            failed_above: vec![],
            count_above: vec![],
            time: 0,
        };
        let mut above = (0, 0, 0);
        for (index, (&size, sums)) in by_size.iter().enumerate().rev() {
            if kept(index) {
                levels.sizes_mib.push(size);
                levels.time_above.push(above.0);
                levels.failed_above.push(above.1);
                levels.count_above.push(above.2);
            }
            above = (above.0 + sums.0, above.1 + sums.1, above.2 + sums.2);
        }
        levels.sizes_mib.reverse();
        levels.time_above.reverse();
        levels.failed_above.reverse();
        levels.count_above.reverse();
        levels.time = above.0;
        levels
    }

    /// Levels of the cheapest ladder; of equal ones the shorter, then the one with small rungs.
    fn best_ladder(&self, max_attempts: usize, instance: &Instance) -> Vec<usize> {
        let count = self.sizes_mib.len();
        let price = i128::from(instance.failure_price_mib_ms);
        let attempt = |from: Option<usize>, to: usize| {
            let before = from.map_or(self.time, |level| self.time_above[level]);
            let held = before - self.time_above[to] + self.failed_above[to];
            i128::from(self.sizes_mib[to]) * held + price * i128::from(self.count_above[to])
        };
        let mut cost: Vec<(i128, Vec<usize>)> =
            (0..count).map(|to| (attempt(None, to), vec![to])).collect();
        let mut best = cost[count - 1].clone();
        for _ in 1..max_attempts {
            let longer = |to: usize| -> Option<(i128, Vec<usize>)> {
                let with = |from: usize| cost[from].0.checked_add(attempt(Some(from), to));
                let (cost_to, from) = (0..to).filter_map(|f| Some((with(f)?, f))).min()?;
                let ladder = cost[from].1.iter().copied().chain([to]).collect();
                Some((cost_to, ladder))
            };
            cost = (0..count).map(|to| longer(to).unwrap_or((i128::MAX, vec![]))).collect();
            if cost[count - 1].0 < best.0 {
                best = cost[count - 1].clone();
            }
        }
        best.1
    }
}
