//! Exhaustive bucketing: a random bucket of past peaks, a higher one after a failure.
//!
//! Phung, Ward, Chard, Thain, "Not All Tasks Are Created Equal: Adaptive Resource Allocation for
//! Heterogeneous Tasks in Dynamic Workflows" (WORKS 2021), and Phung and Thain, "Adaptive
//! Task-Oriented Resource Allocation for Large Dynamic Workflows on Opportunistic Resources"
//! (IPDPS 2024); it is the `exhaustive bucketing` of TaskVine.
//!
//! For every number `n` up to ten the range from 0 to the largest peak is cut at `n` even steps;
//! a bucket is the largest peak below its step, and its probability is its share of the past, in
//! which the `k`-th task weighs `k`. A task draws a bucket by these probabilities, and after each
//! failure one of the higher ones; beyond the last there are doublings. The `n` with the least
//! expected waste of one random task wins,
//!
//! ```text
//! Σ_i Σ_j p_i p_j W_ij     W_ij = b_j − m_i                                   i ≤ j
//!                          W_ij = τ b_j + Σ_{k>j} p_k W_ik / Σ_{k>j} p_k      i > j
//! ```
//!
//! with `m_i` the mean peak in bucket `i` and `τ` the time to failure. As published, neither input
//! size nor run time matters. TaskVine also tries powers of two below the first step and explores
//! with ten tasks of a fixed size; here the steps are those of the papers, and the buckets serve
//! from the second task on.
//!
//! Buckets are computed anew whenever a sixty-fourth of the tasks is new. Time O(n) per task to
//! keep peaks sorted, and O(n + 10⁴) for the buckets. Draws depend on their number alone, so the
//! same calls have the same answers.

use placewright_solver::seed::Seed;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::settings::{Settings, TimeToFailure};
use crate::memory_sizing::online::task::{Sample, Task};

const MOST_BUCKETS: usize = 10;

/// The policy `bucketing`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bucketing {
    time_to_failure: TimeToFailure,
    /// Peak in bytes and weight, by ascending peak.
    ascending: Vec<(f64, f64)>,
    buckets: Vec<Bucket>,
    /// Tasks since the buckets were computed.
    stale: usize,
    /// Numbers drawn so far.
    drawn: u64,
}

/// Neighbouring peaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Bucket {
    /// Their largest, which is what is allocated.
    largest_bytes: f64,
    mean_bytes: f64,
    /// Their share of all weights.
    probability: f64,
}

impl Bucketing {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            time_to_failure: settings.time_to_failure,
            ascending: Vec::new(),
            buckets: Vec::new(),
            stale: 0,
            drawn: 0,
        }
    }

    /// The next number in `[0, 1)`.
    fn draw(&mut self) -> f64 {
        self.drawn += 1;
        Seed(0).named("bucketing").child(self.drawn).generator().random()
    }

    fn refit(&mut self) {
        let candidates = (1..=MOST_BUCKETS).map(|steps| buckets(&self.ascending, steps));
        let priced = candidates.map(|each| (waste(&each, self.time_to_failure), each));
        // The first of equals, which has the fewest buckets.
        let cheapest = priced.min_by(|a, b| a.0.total_cmp(&b.0));
        self.buckets = cheapest.map(|priced| priced.1).unwrap_or_default();
    }
}

/// The peaks between each of `steps` even steps and the next; none for no peaks.
fn buckets(ascending: &[(f64, f64)], steps: usize) -> Vec<Bucket> {
    let largest = ascending.last().map_or(0.0, |last| last.0);
    let total: f64 = ascending.iter().map(|point| point.1).sum();
    let (mut rest, mut buckets) = (ascending, Vec::with_capacity(steps));
    for step in 1..=steps {
        let end = largest * (step as f64 / steps as f64);
        let (inside, above) = rest.split_at(rest.partition_point(|point| point.0 <= end));
        rest = above;
        if let Some(last) = inside.last() {
            let weight: f64 = inside.iter().map(|point| point.1).sum();
            let sum: f64 = inside.iter().map(|point| point.0 * point.1).sum();
            buckets.push(Bucket {
                largest_bytes: last.0,
                mean_bytes: sum / weight,
                probability: weight / total,
            });
        }
    }
    buckets
}

/// Expected waste of a random task, in bytes. Time O(buckets²).
fn waste(buckets: &[Bucket], time_to_failure: TimeToFailure) -> f64 {
    let of_task = |task: usize| {
        let peak = buckets[task].mean_bytes;
        // Sums over the buckets above the one at hand: probabilities, and waste by them.
        let (mut above, mut expected) = (0.0, 0.0);
        for (index, bucket) in buckets.iter().enumerate().rev() {
            let size = bucket.largest_bytes;
            let waste = if index >= task {
                size - peak
            } else {
                time_to_failure.share(size, peak) * size + expected / above
            };
            above += bucket.probability;
            expected += bucket.probability * waste;
        }
        buckets[task].probability * expected
    };
    (0..buckets.len()).map(of_task).sum()
}

impl TypePolicy for Bucketing {
    fn propose(&mut self, _task: &Task) -> Proposal {
        let (mut rungs, mut from) = (Vec::new(), 0);
        while from < self.buckets.len() {
            let above: f64 = self.buckets[from..].iter().map(|bucket| bucket.probability).sum();
            let mut left = self.draw() * above;
            let drawn = self.buckets[from..].iter().position(|bucket| {
                left -= bucket.probability;
                left < 0.0
            });
            // Rounding may leave nothing to draw from: the last one then.
            let bucket = drawn.map_or(self.buckets.len() - 1, |index| from + index);
            rungs.push(self.buckets[bucket].largest_bytes);
            from = bucket + 1;
        }
        rungs
    }

    fn learn(&mut self, sample: &Sample) {
        let weight = self.ascending.len() as f64 + 1.0;
        let position = self.ascending.partition_point(|point| point.0 < sample.peak_bytes);
        self.ascending.insert(position, (sample.peak_bytes, weight));
        self.stale += 1;
        if self.stale * 64 >= self.ascending.len() {
            self.refit();
            self.stale = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(peaks: impl IntoIterator<Item = f64>) -> Bucketing {
        let mut policy = Bucketing::new(&Settings::default());
        for peak_bytes in peaks {
            policy.learn(&Sample { task: Task::default(), peak_bytes, run_time_ms: 1.0 });
        }
        policy
    }

    /// By hand: buckets of 4 and 10 with 1/4 and 3/4. A small task wastes 0 or 6, a large one 0,
    /// or 4 and then 0: 1/4 · 3/4 · 6 + 3/4 · 1/4 · 4.
    #[test]
    fn expected_waste_by_hand() {
        let two = buckets(&[(4.0, 1.0), (10.0, 3.0)], 2);
        let pairs: Vec<_> = two.iter().map(|each| (each.largest_bytes, each.probability)).collect();
        assert_eq!(pairs, [(4.0, 0.25), (10.0, 0.75)]);
        assert_eq!(waste(&two, TimeToFailure::Share(1.0)), 1.875);
        assert_eq!(waste(&two, TimeToFailure::Share(0.5)), 1.5);
        assert_eq!(waste(&two, TimeToFailure::Proportional), 1.125 + 0.1875 * 1.6);
        let one = buckets(&[(4.0, 1.0), (10.0, 3.0)], 1);
        assert_eq!(waste(&one, TimeToFailure::Share(1.0)), 10.0 - 8.5);
    }

    /// All draws together: `W_ij` by its recursion.
    #[test]
    fn expected_waste_is_that_of_the_definition() {
        let points: Vec<_> =
            (1..40_u32).map(|i| (f64::from(i * i), f64::from(i % 7 + 1))).collect();
        for steps in 1..=MOST_BUCKETS {
            let buckets = buckets(&points, steps);
            fn w(buckets: &[Bucket], i: usize, j: usize) -> f64 {
                let size = buckets[j].largest_bytes;
                if i <= j {
                    return size - buckets[i].mean_bytes;
                }
                let above: f64 = buckets[j + 1..].iter().map(|bucket| bucket.probability).sum();
                let next = |k: usize| buckets[k].probability / above * w(buckets, i, k);
                0.5 * size + (j + 1..buckets.len()).map(next).sum::<f64>()
            }
            let pair = |i: usize, j: usize| {
                buckets[i].probability * buckets[j].probability * w(&buckets, i, j)
            };
            let all = (0..buckets.len()).flat_map(|i| (0..buckets.len()).map(move |j| (i, j)));
            let expected: f64 = all.map(|(i, j)| pair(i, j)).sum();
            let found = waste(&buckets, TimeToFailure::Share(0.5));
            assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn two_sizes_are_drawn_as_often_as_they_come() {
        let mut policy = learned((0..400).map(|i| if i % 4 == 0 { 9e9 } else { 1e9 }));
        let ladders: Vec<Proposal> = (0..1000).map(|_| policy.propose(&Task::default())).collect();
        let small = ladders.iter().filter(|ladder| **ladder == [1e9, 9e9]).count();
        let large = ladders.iter().filter(|ladder| **ladder == [9e9]).count();
        assert_eq!(small + large, 1000);
        assert!((700..800).contains(&small), "{small}");
    }

    #[test]
    fn the_last_tasks_weigh_more() {
        let policy = learned((0..100).map(|i| if i < 50 { 9e9 } else { 1e9 }));
        // 51 + … + 100 of 1 + … + 100, as of the last time that buckets were computed.
        assert!((policy.buckets[0].probability - 0.75).abs() < 0.02, "{:?}", policy.buckets);
        assert!(learned([]).propose(&Task::default()).is_empty());
    }
}
