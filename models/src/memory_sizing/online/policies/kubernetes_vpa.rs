//! The recommendation of the Kubernetes Vertical Pod Autoscaler, task by task.
//!
//! Kubernetes, `kubernetes/autoscaler`, `vertical-pod-autoscaler/pkg/recommender` with its default
//! settings: a histogram of peaks whose weights halve every 24 hours; the upper end of the bucket
//! of its 90th percentile, 15 % on top, and 250 MiB at least. An attempt killed for lack of memory
//! counts as a peak of `max(1.2 a, a + 100 MiB)`, and that is also what the next one gets.
//!
//! The autoscaler watches services; here are tasks. Every attempt is a pod of its own with one
//! peak. There is no clock in a record of tasks, so that of a type goes on by the run time of each
//! task that completes, as if one ran after the other: a half-life is a day of run time, and long
//! tasks make the past fade faster than many short ones. A type with less than a day behind it
//! weighs its past almost evenly.
//!
//! Time O(buckets) per task, whatever the number of tasks; O(log(limit / allocation)) rungs.

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::settings::Settings;
use crate::memory_sizing::online::task::{Sample, Task};
use crate::memory_sizing::vpa_buckets::{bucket_of, upper_end_bytes};

const PERCENTILE: f64 = 0.9;
const MARGIN: f64 = 0.15;
const LEAST_BYTES: f64 = 250.0 * MIB;
const HALF_LIFE_MS: f64 = 24.0 * 3_600_000.0;
const BUMP: f64 = 1.2;
const LEAST_BUMP_BYTES: f64 = 100.0 * MIB;
const MIB: f64 = 1024.0 * 1024.0;

/// The policy `kubernetes-vpa`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KubernetesVpa {
    limit_bytes: f64,
    /// Weights of the buckets up to the last one met.
    weights: Vec<f64>,
}

impl KubernetesVpa {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self { limit_bytes: settings.limit_bytes as f64, weights: Vec::new() }
    }

    fn add(&mut self, peak_bytes: f64) {
        let bucket = bucket_of(peak_bytes) as usize;
        if self.weights.len() <= bucket {
            self.weights.resize(bucket + 1, 0.0);
        }
        self.weights[bucket] += 1.0;
    }

    /// The recommendation, where anything was seen.
    fn target(&self) -> Option<f64> {
        let threshold = PERCENTILE * self.weights.iter().sum::<f64>();
        let mut sum = 0.0;
        let reaches = |weight: &f64| {
            sum += weight;
            sum >= threshold
        };
        let last = self.weights.len().checked_sub(1)?;
        let bucket = self.weights.iter().position(reaches).unwrap_or(last);
        // There are 176 buckets.
        let end = upper_end_bytes(bucket as u32);
        Some((end * (1.0 + MARGIN)).max(LEAST_BYTES))
    }
}

fn bumped(allocation_bytes: f64) -> f64 {
    (BUMP * allocation_bytes).max(allocation_bytes + LEAST_BUMP_BYTES)
}

impl TypePolicy for KubernetesVpa {
    fn propose(&mut self, _task: &Task) -> Proposal {
        let next = |&rung: &f64| (rung < self.limit_bytes).then(|| bumped(rung));
        std::iter::successors(self.target(), next).collect()
    }

    fn learn(&mut self, sample: &Sample) {
        let left = (-sample.run_time_ms / HALF_LIFE_MS).exp2();
        self.weights.iter_mut().for_each(|weight| *weight *= left);
        self.add(sample.peak_bytes);
    }

    fn exceeded(&mut self, _task: &Task, allocation_bytes: f64) {
        self.add(bumped(allocation_bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: f64 = 86_400_000.0;

    fn learned(samples: &[(f64, f64)]) -> KubernetesVpa {
        let mut policy = KubernetesVpa::new(&Settings::default());
        for &(peak_bytes, run_time_ms) in samples {
            policy.learn(&Sample { task: Task::default(), peak_bytes, run_time_ms });
        }
        policy
    }

    fn first(policy: &mut KubernetesVpa) -> f64 {
        policy.propose(&Task::default())[0]
    }

    /// 1 GB lies in the bucket that ends at 200 MB (1.05^37 − 1) = 1 016.3 MB.
    #[test]
    fn the_margin_is_on_top_of_the_bucket() {
        let first = first(&mut learned(&[(1e9, 60_000.0); 20]));
        assert!((first - 1.15 * 1.016_281e9).abs() < 1e5, "{first}");
    }

    #[test]
    fn a_tenth_may_be_above_and_small_tasks_get_the_least() {
        let mut samples = [(1e6, 1.0); 100];
        samples[..9].fill((50e9, 1.0));
        assert_eq!(first(&mut learned(&samples)), LEAST_BYTES);
        samples[..11].fill((50e9, 1.0));
        assert!(first(&mut learned(&samples)) > 50e9);
    }

    /// Nine days later a task of the past weighs a 512th.
    #[test]
    fn the_past_fades_with_run_time() {
        let mut samples = vec![(50e9, 1.0); 20];
        samples.extend([(1e9, DAY_MS); 9]);
        assert!(first(&mut learned(&samples)) < 2e9);
        let brief: Vec<_> = samples.iter().map(|sample| (sample.0, 1.0)).collect();
        assert!(first(&mut learned(&brief)) > 50e9);
    }

    #[test]
    fn a_killed_attempt_raises_the_next_one_and_the_recommendation() {
        let mut policy = learned(&[(300.0 * MIB, 1.0)]);
        let rungs = policy.propose(&Task::default());
        assert_eq!(rungs[1], rungs[0] + LEAST_BUMP_BYTES);
        assert!(rungs.windows(2).all(|pair| pair[1] >= BUMP * pair[0]));
        assert!(rungs.last().is_some_and(|&last| last >= policy.limit_bytes));
        policy.exceeded(&Task::default(), 10e9);
        assert!(first(&mut policy) >= 1.15 * 12e9);
        assert!(KubernetesVpa::new(&Settings::default()).propose(&Task::default()).is_empty());
    }
}
