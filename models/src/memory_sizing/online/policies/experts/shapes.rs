//! How memory grows with the input size: five shapes, fitted to a window of past tasks.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policies::witt_regression::Line;
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
}

pub(super) const SHAPES: [Shape; 5] =
    [Shape::Constant, Shape::Line, Shape::Power, Shape::Neighbours, Shape::LocalPower];

/// Tasks remembered per type.
const LARGEST: usize = 400;

/// A past task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Point {
    pub(super) input: f64,
    pub(super) ln_input: f64,
    pub(super) peak_bytes: f64,
    pub(super) ln_peak: f64,
    pub(super) run_time_ms: f64,
}

/// The last tasks, by rising input.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Window {
    points: Vec<Point>,
    /// The same tasks in the order of their coming.
    order: VecDeque<(f64, f64)>,
}

/// The input size as the shapes take it: at least a byte, the same for all where it is unknown.
pub(super) fn input(task: &Task) -> f64 {
    task.input_size_bytes.filter(|bytes| bytes.is_finite()).unwrap_or(1.0).max(1.0)
}

impl Window {
    pub(super) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(super) fn add(&mut self, sample: &Sample) {
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
        };
        let position = self.points.partition_point(|point| point.input <= input);
        self.points.insert(position, point);
        self.order.push_back((input, sample.peak_bytes));
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
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Fit {
    line: Line,
    power: Line,
    /// No shape goes below: half the smallest peak.
    least_bytes: f64,
}

/// The shape of a type that nothing depends on, in bytes.
const UNIT: f64 = 1e9;

impl Fit {
    pub(super) fn of(window: &Window) -> Self {
        let mut fit = Self { least_bytes: f64::INFINITY, ..Self::default() };
        for point in &window.points {
            fit.line.add(point.input, point.peak_bytes);
            fit.power.add(point.ln_input, point.ln_peak);
            fit.least_bytes = fit.least_bytes.min(0.5 * point.peak_bytes);
        }
        fit
    }

    /// A shape at an input, in bytes; neighbours may leave one point out.
    pub(super) fn value(
        &self,
        window: &Window,
        shape: Shape,
        input: f64,
        left_out: Option<usize>,
    ) -> f64 {
        let value = match shape {
            Shape::Constant => Some(UNIT),
            Shape::Line => self.line.at(input),
            Shape::Power => self.power.at(input.ln()).map(f64::exp),
            Shape::Neighbours => neighbours(window, input, left_out),
            Shape::LocalPower => local_power(window, input, left_out),
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
