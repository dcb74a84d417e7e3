//! What a line wastes.

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::settings::TimeToFailure;

/// A past task.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Size of the input, in bytes.
    pub input: f64,
    /// Peak in bytes, above 0.
    pub peak_bytes: f64,
    /// Run time in ms.
    pub run_time_ms: f64,
}

/// Bytes over the input size, by a point and a slope: exact at the point, and for constants.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Input of a point of the line.
    pub input: f64,
    /// Value of that point, in bytes.
    pub bytes: f64,
    /// Bytes per byte of input.
    pub slope: f64,
}

impl Line {
    /// The value at an input; it may be negative.
    #[must_use]
    pub fn at(&self, input: f64) -> f64 {
        self.bytes + self.slope * (input - self.input)
    }
}

/// Share of a peak by which an allocation may miss it and still count as enough. Bytes are rounded
/// up in the end, so nothing fails for that.
const ROUNDING: f64 = 1e-12;

/// Past tasks, and what becomes of too small an allocation: it is doubled until it suffices.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    /// The tasks.
    pub points: &'a [Point],
    /// No allocation is smaller, in bytes; above 0.
    pub floor_bytes: f64,
    /// When attempts fail.
    pub time_to_failure: TimeToFailure,
}

impl Past<'_> {
    /// A hundredth of the range of the peaks, as published, or of the smallest peak where that is
    /// more: above 0 in any case.
    #[must_use]
    pub fn floor_of(points: &[Point]) -> f64 {
        let peaks = || points.iter().map(|point| point.peak_bytes);
        let smallest = peaks().fold(f64::INFINITY, f64::min);
        let largest = peaks().fold(0.0, f64::max);
        0.01 * (largest - smallest).max(smallest)
    }

    /// Memory held and not used, in byte·ms, if tasks were given what the line says. Time O(n).
    #[must_use]
    pub fn waste(&self, line: &Line) -> f64 {
        let of_point = |point: &Point| {
            let first = line.at(point.input).max(self.floor_bytes);
            self.piece(point, self.failures(point, first)).at(first)
        };
        self.points.iter().map(of_point).sum()
    }

    /// Doublings until an allocation suffices.
    pub(super) fn failures(&self, point: &Point, first_bytes: f64) -> u32 {
        let enough = point.peak_bytes * (1.0 - ROUNDING);
        let (mut failures, mut bytes) = (0, first_bytes);
        while bytes < enough {
            bytes *= 2.0;
            failures += 1;
        }
        failures
    }

    /// The least allocations that take fewer and fewer failures, from the floor up: the floor,
    /// then `r / 2^q` down to `q = 0`.
    pub(super) fn steps(&self, point: &Point) -> impl Iterator<Item = f64> + use<> {
        let (peak_bytes, floor_bytes) = (point.peak_bytes, self.floor_bytes);
        let most = self.failures(point, floor_bytes);
        // Powers of two are exact.
        let step = move |failures: u32| peak_bytes * 0.5_f64.powi(failures as i32);
        std::iter::once(floor_bytes).chain((0..most).rev().map(step))
    }

    /// The waste of a point as a function of its first allocation `a`, for so many failures:
    /// failed attempts hold `a, 2 a, …, 2^(q−1) a`, the last one `2^q a`.
    pub(super) fn piece(&self, point: &Point, failures: u32) -> Piece {
        let last = 2.0_f64.powi(failures as i32);
        let time = point.run_time_ms;
        let (linear, square) = match self.time_to_failure {
            TimeToFailure::Share(share) => (last + share * (last - 1.0), 0.0),
            TimeToFailure::Proportional => (last, (last * last - 1.0) / (3.0 * point.peak_bytes)),
        };
        Piece { constant: -time * point.peak_bytes, linear: time * linear, square: time * square }
    }
}

/// A polynomial of degree two.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Piece {
    pub(super) constant: f64,
    pub(super) linear: f64,
    pub(super) square: f64,
}

impl Piece {
    pub(super) fn at(&self, value: f64) -> f64 {
        self.constant + value * (self.linear + value * self.square)
    }

    /// The polynomial of `s` for the value `base + s · rate`.
    pub(super) fn along(&self, base: f64, rate: f64) -> Self {
        Self {
            constant: self.at(base),
            linear: rate * (self.linear + 2.0 * self.square * base),
            square: rate * rate * self.square,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory_sizing::online::settings::Settings;
    use crate::memory_sizing::replay::charge::charge;

    /// Peaks of 10 at 1, 2, 3 and 9: the line 3 x gives 3, 6, 9 and 27.
    #[test]
    fn waste_is_what_a_replay_charges() {
        let point = |input| Point { input, peak_bytes: 10.0, run_time_ms: 2.0 };
        let points = [1.0, 2.0, 3.0, 9.0].map(point);
        let line = Line { input: 1.0, bytes: 3.0, slope: 3.0 };
        for time_to_failure in [TimeToFailure::Share(0.5), TimeToFailure::Proportional] {
            let past = Past { points: &points, floor_bytes: 1.0, time_to_failure };
            let settings = Settings { time_to_failure, ..Settings::default() };
            let charged = |point: &Point| {
                let rungs = (0..9).map(|power| line.at(point.input) * f64::from(1 << power));
                charge(&settings, rungs, 10.0, 2.0).waste_byte_ms
            };
            let expected: f64 = points.iter().map(charged).sum();
            assert!((past.waste(&line) / expected - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn steps_rise_from_the_floor_to_the_peak() {
        let point = Point { input: 0.0, peak_bytes: 10.0, run_time_ms: 1.0 };
        let steps = |floor_bytes| {
            let time_to_failure = TimeToFailure::Share(1.0);
            let past = Past { points: &[], floor_bytes, time_to_failure };
            past.steps(&point).collect::<Vec<f64>>()
        };
        assert_eq!(steps(2.0), [2.0, 2.5, 5.0, 10.0]);
        assert_eq!(steps(2.5), [2.5, 5.0, 10.0]);
        assert_eq!(steps(11.0), [11.0]);
    }
}
