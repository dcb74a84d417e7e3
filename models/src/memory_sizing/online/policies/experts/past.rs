//! What past tasks used over a shape, with the inputs they had.
//!
//! A task counts by the square root of its run time. Waste goes with the run time itself, but a
//! few tasks that ran a hundred times as long as the others would then be all there is to learn
//! from; and where run times say nothing about memory, they had better not count at all. Only over
//! a shape that long tasks have drawn to themselves a task counts by all of its run time.

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::ratio_ladder::Ratio;

/// How many of `n` tasks are near an input: `n^NEAR_EXPONENT + NEAR_MORE`.
const NEAR_EXPONENT: f64 = 0.8;
const NEAR_MORE: f64 = 4.0;
/// How much further than the farthest of them tasks would count, so that it counts a little.
const MARGIN: f64 = 1.1;
/// Inputs are never closer together than this, as a difference of logarithms.
const CLOSEST: f64 = 1e-9;

/// What a task counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CountsBy {
    /// The square root of its run time.
    RootOfRunTime,
    /// Its run time.
    RunTime,
}

/// A past task under a shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    pub(super) ln_input: f64,
    /// The shape at its input.
    pub(super) value_bytes: f64,
    pub(super) peak_bytes: f64,
    pub(super) run_time_ms: f64,
}

/// Past tasks by rising ratio.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Past {
    ratios: Vec<Ratio>,
    ln_inputs: Vec<f64>,
}

impl Past {
    /// O(n log n).
    pub(super) fn of(outcomes: impl Iterator<Item = Outcome>, counts_by: CountsBy) -> Self {
        let mut all: Vec<(Ratio, f64)> = outcomes
            .map(|outcome| {
                let Outcome { ln_input, value_bytes, peak_bytes, run_time_ms } = outcome;
                let count = match counts_by {
                    CountsBy::RootOfRunTime => 1.0 / run_time_ms.sqrt(),
                    CountsBy::RunTime => 1.0,
                };
                let weight = run_time_ms * value_bytes * count;
                (Ratio { ratio: peak_bytes / value_bytes, weight, count }, ln_input)
            })
            .collect();
        all.sort_by(|a, b| a.0.ratio.total_cmp(&b.0.ratio));
        let (ratios, ln_inputs) = all.into_iter().unzip();
        Self { ratios, ln_inputs }
    }

    /// All tasks, by rising ratio.
    pub(super) fn all(&self) -> &[Ratio] {
        &self.ratios
    }

    /// How far from an input tasks are near it, as a difference of logarithms: the same for all
    /// shapes. O(n).
    pub(super) fn reach(&self, ln_input: f64) -> f64 {
        let total = self.ratios.len();
        let count = (total as f64).powf(NEAR_EXPONENT).ceil() + NEAR_MORE;
        let Some(last) = (count as usize).min(total).checked_sub(1) else { return CLOSEST };
        let distance = |other: &f64| (other - ln_input).abs();
        let mut distances: Vec<f64> = self.ln_inputs.iter().map(distance).collect();
        let (_, farthest, _) = distances.select_nth_unstable_by(last, f64::total_cmp);
        MARGIN * farthest.max(CLOSEST)
    }

    /// Those with an input like this one, the nearest counting most, by rising ratio. The weight
    /// falls as `(1 - d^3)^3` over the distance `d` of logarithms (Cleveland, "Robust Locally
    /// Weighted Regression", 1979). O(n).
    pub(super) fn near(&self, ln_input: f64, reach: f64) -> Vec<Ratio> {
        let weighed = |(ratio, other): (&Ratio, &f64)| {
            let share = (other - ln_input).abs() / reach;
            let kernel = (1.0 - share * share * share).powi(3);
            let Ratio { ratio, weight, count } = *ratio;
            (share < 1.0).then_some(Ratio { ratio, weight: kernel * weight, count: kernel * count })
        };
        let mut near = Vec::with_capacity(self.ratios.len());
        near.extend(self.ratios.iter().zip(&self.ln_inputs).filter_map(weighed));
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(tasks: impl Iterator<Item = (f64, f64)>) -> Past {
        counted(tasks, CountsBy::RootOfRunTime)
    }

    fn counted(tasks: impl Iterator<Item = (f64, f64)>, counts_by: CountsBy) -> Past {
        let outcome = |(ln_input, peak_bytes)| Outcome {
            ln_input,
            value_bytes: 2.0,
            peak_bytes,
            run_time_ms: 9.0,
        };
        Past::of(tasks.map(outcome), counts_by)
    }

    fn near(past: &Past, ln_input: f64) -> Vec<Ratio> {
        past.near(ln_input, past.reach(ln_input))
    }

    #[test]
    fn a_task_counts_by_its_run_time_or_the_root_of_it() {
        for (counts_by, times) in [(CountsBy::RootOfRunTime, 3.0), (CountsBy::RunTime, 9.0)] {
            let past = counted([(0.0, 8.0)].into_iter(), counts_by);
            let [Ratio { ratio, weight, count }] = *past.all() else { panic!("one task") };
            assert_eq!(ratio, 4.0);
            assert!((weight - 2.0 * times).abs() < 1e-9 && (count - times / 9.0).abs() < 1e-9);
        }
    }

    #[test]
    fn near_are_the_nearest_and_they_count_most() {
        let past = past((0..200).map(|task| (f64::from(task), 1000.0 - f64::from(task))));
        let near = near(&past, 50.0);
        assert!(near.len() < 120 && near.windows(2).all(|pair| pair[0].ratio < pair[1].ratio));
        let heaviest = near.iter().max_by(|a, b| a.weight.total_cmp(&b.weight)).unwrap();
        assert_eq!(heaviest.ratio, 475.0);
        assert!(near.iter().all(|ratio| ratio.weight > 0.0 && ratio.weight <= heaviest.weight));
    }

    #[test]
    fn equal_inputs_and_no_tasks_at_all_are_no_special_cases() {
        assert!(near(&past(std::iter::empty()), 1.0).is_empty());
        let equal = past((0..50).map(|task| (3.0, 1.0 + f64::from(task))));
        assert_eq!(near(&equal, 3.0), equal.all());
        assert_eq!(near(&equal, 1e3).len(), 50);
    }
}
