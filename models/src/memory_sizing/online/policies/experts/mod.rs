//! The default: experts that carry optimal retry ladders, chosen by what they really cost.
//!
//! An expert is a shape of memory over input size and a width by which the future may differ from
//! the past. It keeps the ratios of past peaks to its shape and plays the cheapest ladder on them.
//! When a task ends, its peak is known, and so is what *every* expert would have cost
//! (full information; Cesa-Bianchi and Lugosi, *Prediction, Learning, and Games*, 2006). The next
//! task follows the expert that cost least on tasks like it: recent ones count more, and so do
//! those with a similar input, and where there are few of them the overall record decides.
//!
//! Where tasks run side by side, the first to end are the shortest, and those that failed are still
//! under way. An attempt that was too small counts as a task with a peak well above it until the
//! task completes; and while little is known, the retries of a ladder rise steeply.
//!
//! The last 400 tasks of a type are remembered. Ladders are computed anew after every task of a
//! new type and, later, whenever the window has changed by a sixty-fourth. Complexity per
//! observation: O(W · k) for the shapes, `k` neighbours each, and O(W log W) per ladder; per
//! proposal O(400 experts + k).

mod shapes;
mod words;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use shapes::{Fit, Known, SHAPES, Window};

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::ratio_ladder::{Ratio, Workspace, cheapest};
use crate::memory_sizing::online::settings::Settings;
use crate::memory_sizing::online::task::{Sample, Task};
use crate::memory_sizing::replay::charge::charge;

/// Relative widths of the triangle that stands for a past ratio.
const WIDTHS: [f64; 3] = [0.002, 0.005, 0.015];
/// What follows the last rung of a ladder, as multiples of it; then come doublings.
const TAIL: [f64; 4] = [1.1, 1.3, 1.7, 2.5];
/// Doublings beyond the tail when an expert is charged.
const DOUBLINGS: i32 = 20;
/// Attempts of unfinished tasks kept in mind.
const EXCEEDED: usize = 64;
/// The peak of a task that exceeded an allocation, as a guess, over that allocation.
const BEYOND: f64 = 1.6;
/// A tail is the steeper, the fewer tasks there were: every step of it is taken
/// `1 + STEEPNESS / (tasks + 1)` times.
const STEEPNESS: f64 = 5.0;
const EXPERTS: usize = SHAPES.len() * WIDTHS.len();
/// Records kept.
const RECORDS: usize = 400;
/// Weight of a record against that of the next one.
const FORGETTING: f64 = 0.95;
/// What a record weighs at least: experts differ most on rare tasks, which recent ones miss.
const LEAST_WEIGHT: f64 = 0.1;
/// Inputs whose logarithms are further apart than this have nothing to do with each other.
const REACH: f64 = 0.6;
/// How many similar tasks the overall record weighs.
const PRIOR: f64 = 3.0;

/// The policy `experts`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Experts {
    settings: Settings,
    window: Window,
    fit: Fit,
    /// Per expert, rungs as multiples of its shape.
    ladders: Vec<Vec<f64>>,
    /// What the experts cost the last tasks.
    records: VecDeque<Record>,
    /// What they cost all tasks, and how many those were.
    total: [f64; EXPERTS],
    count: f64,
    /// Tasks since the ladders were computed.
    stale: usize,
    /// Attempts that were too small, of tasks that have not completed since.
    exceeded: VecDeque<Exceeded>,
    /// Whether the ladders know of such attempts, and whether of those above.
    ladders_know: bool,
    ladders_know_all: bool,
}

/// A task whose peak is above an allocation.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Exceeded {
    task: Task,
    allocation_bytes: f64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Record {
    ln_input: f64,
    costs: [f64; EXPERTS],
}

impl Experts {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            settings: *settings,
            window: Window::default(),
            fit: Fit::default(),
            ladders: Vec::new(),
            records: VecDeque::with_capacity(RECORDS),
            total: [0.0; EXPERTS],
            count: 0.0,
            stale: 0,
            exceeded: VecDeque::new(),
            ladders_know: false,
            ladders_know_all: true,
        }
    }

    /// The expert with the least cost on tasks like this one.
    fn best(&self, ln_input: f64) -> usize {
        let (mut sums, mut weights, mut recency) = ([0.0; EXPERTS], PRIOR, 1.0);
        for record in self.records.iter().rev() {
            let distance = (record.ln_input - ln_input) / REACH;
            if distance.abs() < 1.0 {
                let weight = recency * (1.0 - distance * distance).powi(2);
                weights += weight;
                for (sum, cost) in sums.iter_mut().zip(&record.costs) {
                    *sum += weight * cost;
                }
            }
            recency = f64::max(recency * FORGETTING, LEAST_WEIGHT);
        }
        let prior = PRIOR / self.count.max(1.0);
        let score = |expert: usize| (sums[expert] + prior * self.total[expert]) / weights;
        (0..EXPERTS).min_by(|&a, &b| score(a).total_cmp(&score(b))).unwrap_or(0)
    }

    /// The rungs of an expert for a shape's value.
    fn rungs(&self, expert: usize, value: f64) -> impl Iterator<Item = f64> {
        let ladder = &self.ladders[expert];
        let last = ladder.last().copied().unwrap_or(1.0);
        let stretch = 1.0 + STEEPNESS / (self.count + 1.0);
        let tail = TAIL.iter().map(move |factor| last * factor.powf(stretch));
        ladder.iter().copied().chain(tail).map(move |ratio| ratio * value)
    }

    /// What every expert would have cost.
    fn costs(&self, sample: &Sample, known: Known) -> [f64; EXPERTS] {
        let values = SHAPES.map(|shape| self.fit.value(&self.window, shape, known, None));
        let price = self.settings.failure_price(sample.peak_bytes, sample.run_time_ms);
        std::array::from_fn(|expert| {
            let rungs = self.rungs(expert, values[expert / WIDTHS.len()]);
            let mut last = 0.0;
            let rungs = rungs.inspect(|&rung| last = rung).collect::<Vec<f64>>();
            let doubled = (1..=DOUBLINGS).map(|power| last * 2.0_f64.powi(power));
            let rungs = rungs.into_iter().chain(doubled);
            let charge = charge(&self.settings, rungs, sample.peak_bytes, sample.run_time_ms);
            charge.waste_byte_ms + f64::from(charge.failures) * price
        })
    }

    fn refit(&mut self) {
        let mut workspace = Workspace::default();
        self.fit.refit(&self.window);
        self.ladders.clear();
        self.ladders_know = !self.exceeded.is_empty();
        self.ladders_know_all = true;
        self.stale = 0;
        let points = self.window.points();
        let run_times_ms: f64 = points.iter().map(|point| point.run_time_ms).sum();
        let run_time_ms = run_times_ms / points.len() as f64;
        for shape in SHAPES {
            let mut ratios: Vec<Ratio> = self
                .window
                .points()
                .iter()
                .enumerate()
                .map(|(index, point)| {
                    let value = self.fit.value(&self.window, shape, point.known(), Some(index));
                    let ratio = point.peak_bytes / value;
                    Ratio { ratio, weight: point.run_time_ms * value, count: 1.0 }
                })
                .collect();
            ratios.extend(self.exceeded.iter().map(|exceeded| {
                let words = shapes::words_of(&exceeded.task);
                let known = shapes::known(&exceeded.task, &words);
                let value = self.fit.value(&self.window, shape, known, None);
                let ratio = BEYOND * exceeded.allocation_bytes / value;
                Ratio { ratio, weight: run_time_ms * value, count: 1.0 }
            }));
            ratios.sort_by(|a, b| a.ratio.total_cmp(&b.ratio));
            for width in WIDTHS {
                self.ladders.push(cheapest(&self.settings, &ratios, width, &mut workspace));
            }
        }
    }
}

impl TypePolicy for Experts {
    fn propose(&mut self, task: &Task) -> Proposal {
        if self.ladders.is_empty() {
            return Vec::new();
        }
        if !self.ladders_know_all {
            self.refit();
        }
        let words = shapes::words_of(task);
        let known = shapes::known(task, &words);
        let expert = self.best(known.ln_input);
        let value = self.fit.value(&self.window, SHAPES[expert / WIDTHS.len()], known, None);
        self.rungs(expert, value).collect()
    }

    fn exceeded(&mut self, task: &Task, allocation_bytes: f64) {
        self.exceeded.retain(|exceeded| exceeded.task != *task);
        if self.exceeded.len() == EXCEEDED {
            self.exceeded.pop_front();
        }
        self.exceeded.push_back(Exceeded { task: task.clone(), allocation_bytes });
        self.ladders_know_all = false;
    }

    fn learn(&mut self, sample: &Sample) {
        let words = shapes::words_of(&sample.task);
        if !self.ladders.is_empty() {
            let known = shapes::known(&sample.task, &words);
            let costs = self.costs(sample, known);
            for (total, cost) in self.total.iter_mut().zip(&costs) {
                *total += cost;
            }
            self.count += 1.0;
            if self.records.len() == RECORDS {
                self.records.pop_front();
            }
            self.records.push_back(Record { ln_input: known.ln_input, costs });
        }
        self.window.add(sample, words);
        self.fit.refresh(&self.window);
        self.stale += 1;
        self.exceeded.retain(|exceeded| exceeded.task != sample.task);
        if self.exceeded.is_empty() {
            self.ladders_know_all = true;
        }
        if self.ladders_know || self.stale * 64 >= self.window.points().len() {
            self.refit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: f64 = 1_048_576.0;

    fn task(input: f64) -> Task {
        Task { input_size_bytes: Some(input), ..Task::default() }
    }

    fn learned(tasks: usize) -> Experts {
        let mut experts = Experts::new(&Settings::default());
        for number in 0..tasks {
            let peak_bytes = (100.0 + (number % 3) as f64) * MIB;
            experts.learn(&Sample { task: task(number as f64), peak_bytes, run_time_ms: 1e4 });
        }
        experts
    }

    #[test]
    fn attempts_under_way_that_were_too_small_raise_the_first_rung() {
        let mut experts = learned(6);
        let before = experts.propose(&task(50.0))[0];
        for number in 0..12 {
            experts.exceeded(&task(100.0 + f64::from(number)), 150.0 * MIB);
        }
        let after = experts.propose(&task(50.0))[0];
        assert!(before < 110.0 * MIB && after > 150.0 * MIB, "{before} {after}");
    }

    #[test]
    fn a_completed_task_is_what_it_is_whatever_its_attempts_were() {
        let (mut plain, mut failing) = (learned(20), learned(20));
        let sample = Sample { task: task(7.5), peak_bytes: 300.0 * MIB, run_time_ms: 1e4 };
        failing.exceeded(&sample.task, 110.0 * MIB);
        failing.exceeded(&sample.task, 140.0 * MIB);
        assert_ne!(failing.propose(&task(7.5)), plain.propose(&task(7.5)));
        plain.learn(&sample);
        failing.learn(&sample);
        plain.refit();
        assert_eq!(failing.propose(&task(8.0)), plain.propose(&task(8.0)));
    }

    #[test]
    fn labels_tell_groups_apart() {
        let mut experts = Experts::new(&Settings::default());
        let of = |number: usize| Task {
            label: Some(format!(
                "{}_{number}",
                if number.is_multiple_of(2) { "tumor" } else { "normal" }
            )),
            ..Task::default()
        };
        for number in 0..60 {
            let peak_bytes = if number % 2 == 0 { 800.0 } else { 100.0 } * MIB;
            experts.learn(&Sample { task: of(number), peak_bytes, run_time_ms: 1e4 });
        }
        assert!(experts.propose(&of(61))[0] < 200.0 * MIB);
        assert!(experts.propose(&of(62))[0] > 800.0 * MIB);
    }
}
