//! How memory grows with the input size: eight shapes, fitted to a window of past tasks.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::cheapest_line::CheapestLine;
use super::words::{Observation, Word, WordEffects, words};
use crate::memory_sizing::online::policies::witt_regression::Line;
use crate::memory_sizing::online::settings::TimeToFailure;
use crate::memory_sizing::online::task::{Sample, Task};

/// A shape of memory over input size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// It does not depend on it.
    Constant,
    /// A least-squares line.
    Line,
    /// A power law: a line in logarithms.
    Power,
    /// The mean of the `n^0.6` nearest inputs.
    Neighbours,
    /// A power law through the `n^0.7 + 4` nearest inputs, the near ones counting more
    /// (Cleveland, "Robust Locally Weighted Regression", 1979).
    LocalPower,
    /// A power law and what the words of the label add.
    Words,
    /// What the workflow asks for.
    Request,
    /// The line that would have wasted least.
    CheapestLine,
}

pub(super) const SHAPES: [Shape; 8] = [
    Shape::Constant,
    Shape::Line,
    Shape::Power,
    Shape::Neighbours,
    Shape::LocalPower,
    Shape::Words,
    Shape::Request,
    Shape::CheapestLine,
];

/// Tasks remembered per type.
const LARGEST: usize = 400;

/// A past task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Point {
    pub(super) input: f64,
    pub(super) ln_input: f64,
    pub(super) peak_bytes: f64,
    pub(super) ln_peak: f64,
    pub(super) run_time_ms: f64,
    pub(super) request_bytes: Option<f64>,
    pub(super) words: Vec<Word>,
}

/// A task as the shapes see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) input: f64,
    pub(super) ln_input: f64,
    pub(super) request_bytes: Option<f64>,
    pub(super) words: &'a [Word],
}

impl Point {
    pub(super) fn known(&self) -> Known<'_> {
        Known {
            input: self.input,
            ln_input: self.ln_input,
            request_bytes: self.request_bytes,
            words: &self.words,
        }
    }
}

/// The last tasks, by rising input.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Window {
    points: Vec<Point>,
    /// The same tasks in the order of their coming.
    order: VecDeque<(f64, f64)>,
    /// Tasks so far, also those that are forgotten.
    tasks: usize,
}

/// The input size as the shapes take it: at least a byte, the same for all where it is unknown.
pub(super) fn input(task: &Task) -> f64 {
    task.input_size_bytes.filter(|bytes| bytes.is_finite()).unwrap_or(1.0).max(1.0)
}

fn request(task: &Task) -> Option<f64> {
    task.request_bytes.map(|bytes| bytes as f64)
}

pub(super) fn words_of(task: &Task) -> Vec<Word> {
    task.label.as_deref().map(words).unwrap_or_default()
}

pub(super) fn known<'a>(task: &Task, words: &'a [Word]) -> Known<'a> {
    let input = input(task);
    let request_bytes = request(task);
    Known { input, ln_input: input.ln(), request_bytes, words }
}

impl Window {
    pub(super) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(super) fn add(&mut self, sample: &Sample, words: Vec<Word>) {
        if self.points.len() == LARGEST
            && let Some(oldest) = self.order.pop_front()
        {
            let same = |point: &Point| (point.input, point.peak_bytes) == oldest;
            let start = self.points.partition_point(|point| point.input < oldest.0);
            if let Some(offset) = self.points[start..].iter().position(same) {
                self.points.remove(start + offset);
            }
        }
        let input = input(&sample.task);
        let point = Point {
            input,
            ln_input: input.ln(),
            peak_bytes: sample.peak_bytes,
            ln_peak: sample.peak_bytes.ln(),
            run_time_ms: sample.run_time_ms,
            request_bytes: request(&sample.task),
            words,
        };
        let position = self.points.partition_point(|point| point.input <= input);
        self.points.insert(position, point);
        self.order.push_back((input, sample.peak_bytes));
        self.tasks += 1;
    }

    /// The `count` nearest inputs, as a range of points.
    fn nearest(&self, input: f64, count: usize) -> std::ops::Range<usize> {
        let points = &self.points;
        let mut end = points.partition_point(|point| point.input < input);
        let mut start = end;
        while end - start < count.min(points.len()) {
            let below = start.checked_sub(1).map_or(f64::INFINITY, |i| input - points[i].input);
            let above = points.get(end).map_or(f64::INFINITY, |point| point.input - input);
            if above <= below { end += 1 } else { start -= 1 }
        }
        start..end
    }
}

/// The shapes' parameters.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Fit {
    line: Line,
    power: Line,
    words: Option<WordEffects>,
    cheapest_line: CheapestLine,
    /// No shape goes below: half the smallest peak.
    least_bytes: f64,
    largest_bytes: f64,
}

/// No line goes beyond this many times the largest peak.
const BEYOND_LARGEST: f64 = 4.0;
/// The shape of a type that nothing depends on, in bytes.
const UNIT: f64 = 1e9;

impl Fit {
    /// Fits the shapes that are fitted after every task.
    pub(super) fn refresh(&mut self, window: &Window) {
        let fit = self;
        (fit.line, fit.power) = (Line::default(), Line::default());
        (fit.least_bytes, fit.largest_bytes) = (f64::INFINITY, 0.0);
        for point in &window.points {
            fit.line.add(point.input, point.peak_bytes);
            fit.power.add(point.ln_input, point.ln_peak);
            fit.least_bytes = fit.least_bytes.min(0.5 * point.peak_bytes);
            fit.largest_bytes = fit.largest_bytes.max(point.peak_bytes);
        }
    }

    /// Fits the shapes that are fitted together with the ladders.
    pub(super) fn refit(&mut self, window: &Window, time_to_failure: TimeToFailure) {
        let points = window.points.iter().map(|point| Observation {
            ln_input: point.ln_input,
            ln_peak: point.ln_peak,
            words: &point.words,
        });
        let observations: Vec<Observation> = points.collect();
        self.words = WordEffects::of(&observations);
        self.cheapest_line.refit_when_due(
            &window.points,
            window.tasks,
            self.least_bytes,
            time_to_failure,
        );
    }

    /// A shape at an input, in bytes, told by all points but one, if one is to be left out.
    pub(super) fn value(
        &self,
        window: &Window,
        shape: Shape,
        known: Known,
        left_out: Option<usize>,
    ) -> f64 {
        let Known { input, ln_input, request_bytes, words } = known;
        let left_out_point = left_out.map(|index| &window.points[index]);
        let bounded = |bytes: f64| bytes.min(BEYOND_LARGEST * self.largest_bytes);
        let power = || {
            let mut power = self.power;
            if let Some(point) = left_out_point {
                power.add_weighted(point.ln_input, point.ln_peak, -1.0);
            }
            power.at(ln_input).map(|ln_peak| bounded(ln_peak.exp()))
        };
        let value = match shape {
            Shape::Constant => Some(UNIT),
            Shape::Line => {
                let mut line = self.line;
                if let Some(point) = left_out_point {
                    line.add_weighted(point.input, point.peak_bytes, -1.0);
                }
                line.at(input).map(bounded)
            }
            Shape::Power => power(),
            Shape::Neighbours => neighbours(window, input, left_out),
            Shape::LocalPower => local_power(window, input, left_out),
            Shape::Request => request_bytes,
            Shape::CheapestLine => self.cheapest_line.at(input, left_out_point).map(bounded),
            Shape::Words => match &self.words {
                None => power(),
                Some(effects) => {
                    let left_out = left_out.and_then(|index| effects.left_out(index));
                    let ln_peak = left_out.unwrap_or_else(|| effects.at(ln_input, words));
                    Some(bounded(ln_peak.exp()))
                }
            },
        };
        let value = value.unwrap_or(UNIT).max(self.least_bytes);
        if value.is_finite() && value > 0.0 { value } else { UNIT }
    }
}

fn neighbours(window: &Window, input: f64, left_out: Option<usize>) -> Option<f64> {
    let count = (window.points.len() as f64).powf(0.6).ceil() as usize;
    let range = window.nearest(input, count + usize::from(left_out.is_some()));
    let peaks = range.filter(|&index| Some(index) != left_out);
    let (sum, count) = peaks.fold((0.0, 0.0), |(sum, count), index| {
        (sum + window.points[index].peak_bytes, count + 1.0)
    });
    (count > 0.0).then(|| sum / count)
}

fn local_power(window: &Window, input: f64, left_out: Option<usize>) -> Option<f64> {
    let total = window.points.len();
    if total < 3 {
        return None;
    }
    let count = (total as f64).powf(0.7).ceil() as usize + 4;
    let range = window.nearest(input, count);
    let ln_input = input.ln();
    let near = &window.points[range.clone()];
    let distance = |point: &Point| (point.ln_input - ln_input).abs();
    let ends = [near.first(), near.last()];
    let farthest = ends.into_iter().flatten().map(distance).fold(1e-9, f64::max) * 1.1;
    let mut line = Line::default();
    let (mut smallest, mut largest) = (f64::INFINITY, 0.0_f64);
    for (index, point) in range.zip(near) {
        if Some(index) == left_out {
            continue;
        }
        let share = distance(point) / farthest;
        let weight = 1.0 - share * share * share;
        line.add_weighted(point.ln_input, point.ln_peak, (weight * weight * weight).max(1e-6));
        smallest = smallest.min(point.peak_bytes);
        largest = largest.max(point.peak_bytes);
    }
    // Beyond what was seen nearby a local line runs away.
    line.at(ln_input).map(|ln_peak| ln_peak.exp().clamp(0.7 * smallest, 1.4 * largest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(tasks: &[(f64, f64)]) -> (Window, Fit) {
        let mut window = Window::default();
        for &(input, peak_bytes) in tasks {
            let task = Task { input_size_bytes: Some(input), ..Task::default() };
            window.add(&Sample { task, peak_bytes, run_time_ms: 1.0 }, Vec::new());
        }
        let mut fit = Fit::default();
        fit.refresh(&window);
        fit.refit(&window, TimeToFailure::Share(1.0));
        (window, fit)
    }

    #[test]
    fn leaving_out_is_refitting_without() {
        let tasks: Vec<(f64, f64)> =
            (1..=12).map(|i| (f64::from(i), 50.0 + f64::from((7 * i) % 12))).collect();
        let (all, fit) = window(&tasks);
        for out in 0..tasks.len() {
            let mut others = tasks.clone();
            others.remove(out);
            let (others, without) = window(&others);
            let known = all.points()[out].known();
            for shape in [Shape::Line, Shape::Power] {
                let told = fit.value(&all, shape, known, Some(out));
                let exact = without.value(&others, shape, known, None);
                assert!((told / exact - 1.0).abs() < 1e-9, "{shape:?} {out}: {told} {exact}");
            }
        }
    }

    #[test]
    fn no_line_runs_away() {
        let (window, fit) = window(&[(1.0, 10.0), (1.1, 20.0), (1.2, 30.0)]);
        let far = Known { input: 1e12, ln_input: 1e12_f64.ln(), request_bytes: None, words: &[] };
        for shape in SHAPES.into_iter().filter(|shape| *shape != Shape::Constant) {
            let value = fit.value(&window, shape, far, None);
            assert!(shape == Shape::Request || value <= 120.0, "{shape:?}: {value}");
        }
    }
}
