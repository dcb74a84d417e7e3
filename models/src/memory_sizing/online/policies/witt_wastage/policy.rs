//! The policy: fitted to the history, and again whenever an eighth is new.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::search::{cheapest_constant, good_line};
use super::waste::{Line, Past, Point};
use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::settings::{Settings, TimeToFailure};
use crate::memory_sizing::online::task::{Sample, Task};

/// Tasks remembered per type.
const WINDOW: usize = 256;

/// The policy `witt-wastage`.
///
/// The published one is fitted once and keeps its line. Here a line is fitted to the history and
/// again whenever the number of tasks has grown by an eighth, to the last 256 of them. Tasks
/// without an input size get the best constant. The price of a failure is not part of the rule.
///
/// A fit takes milliseconds, whatever the number of tasks; a task between two fits takes O(1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WittWastage {
    time_to_failure: TimeToFailure,
    window: VecDeque<Sample>,
    seen: usize,
    /// The number of tasks at which the lines are fitted next.
    fitted_next: usize,
    fit: Option<Fit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Fit {
    /// The best line for tasks with an input size, where there were any.
    line: Option<Line>,
    /// The best constant for all.
    constant: Line,
    floor_bytes: f64,
}

impl WittWastage {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            time_to_failure: settings.time_to_failure,
            window: VecDeque::new(),
            seen: 0,
            fitted_next: 1,
            fit: None,
        }
    }

    fn add(&mut self, sample: &Sample) {
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(sample.clone());
        self.seen += 1;
    }

    fn fit_when_due(&mut self) {
        if self.seen < self.fitted_next {
            return;
        }
        self.fitted_next = self.seen + (self.seen / 8).max(1);
        let input_size = |sample: &Sample| sample.task.input_size_bytes.filter(|x| x.is_finite());
        let point = |sample: &Sample, input| Point {
            input,
            peak_bytes: sample.peak_bytes,
            run_time_ms: sample.run_time_ms,
        };
        let all: Vec<Point> = self.window.iter().map(|sample| point(sample, 0.0)).collect();
        let sized = self.window.iter().filter_map(|each| Some(point(each, input_size(each)?)));
        let sized: Vec<Point> = sized.collect();
        let floor_bytes = Past::floor_of(&all);
        let past = |points| Past { points, floor_bytes, time_to_failure: self.time_to_failure };
        let line = good_line(&past(&sized));
        self.fit =
            cheapest_constant(&past(&all)).map(|constant| Fit { line, constant, floor_bytes });
    }
}

impl TypePolicy for WittWastage {
    fn propose(&mut self, task: &Task) -> Proposal {
        let Some(fit) = self.fit else { return Vec::new() };
        let line = fit.line.unwrap_or(fit.constant);
        let sized = task.input_size_bytes.map(|input| line.at(input));
        vec![sized.unwrap_or(fit.constant.bytes).max(fit.floor_bytes)]
    }

    fn learn(&mut self, sample: &Sample) {
        self.add(sample);
        self.fit_when_due();
    }

    fn recall(&mut self, history: &[Sample]) {
        history.iter().for_each(|sample| self.add(sample));
        if !history.is_empty() {
            self.fit_when_due();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(input_size_bytes: Option<f64>, peak_bytes: f64) -> Sample {
        let task = Task { input_size_bytes, ..Task::default() };
        Sample { task, peak_bytes, run_time_ms: 60_000.0 }
    }

    fn recalled(history: &[Sample]) -> WittWastage {
        let mut policy = WittWastage::new(&Settings::default());
        policy.recall(history);
        policy
    }

    #[test]
    fn a_line_is_met_and_the_rare_giant_is_left_to_doubling() {
        let mut history: Vec<Sample> =
            (0..99).map(|i| sample(Some(f64::from(i) * 1e8), 1e9 + f64::from(i) * 3e7)).collect();
        history.push(sample(Some(5e9), 40e9));
        let mut policy = recalled(&history);
        let proposal = policy.propose(&history[70].task);
        assert_eq!(proposal.len(), 1);
        assert!((proposal[0] - 3.1e9).abs() < 1.0, "{proposal:?}");
    }

    #[test]
    fn without_inputs_the_best_constant_serves() {
        let peaks = [4e9, 4e9, 4e9, 5e9];
        let unknown = peaks.map(|peak| sample(None, peak));
        assert_eq!(recalled(&unknown).propose(&Task::default()), [5e9]);
        let same = peaks.map(|peak| sample(Some(7.0), peak));
        assert_eq!(recalled(&same).propose(&same[0].task), [5e9]);
        assert_eq!(recalled(&same).propose(&Task::default()), [5e9]);
        assert_eq!(recalled(&unknown).propose(&same[0].task), [5e9]);
        assert!(recalled(&[]).propose(&Task::default()).is_empty());
    }

    /// The line runs below zero at small inputs, and a hundredth of the range is left.
    #[test]
    fn nothing_is_below_the_floor() {
        let history: Vec<Sample> =
            (10..60).map(|i| sample(Some(f64::from(i)), 1e9 * f64::from(i - 9))).collect();
        let mut policy = recalled(&history);
        let small = Task { input_size_bytes: Some(1.0), ..Task::default() };
        assert_eq!(policy.propose(&small), [0.01 * 49e9]);
    }

    #[test]
    fn fits_grow_rare() {
        let mut policy = WittWastage::new(&Settings::default());
        let mut fits = 0;
        for i in 0..2_000 {
            let due = policy.fitted_next;
            policy.learn(&sample(Some(f64::from(i % 5)), 1e9 + f64::from(i)));
            fits += usize::from(policy.fitted_next > due);
            assert!(policy.window.len() <= WINDOW);
        }
        assert!((50..80).contains(&fits), "{fits}");
    }
}
