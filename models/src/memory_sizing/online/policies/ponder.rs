//! Ponder: a regression that dislikes being too low, inside what the workflow asks for.
//!
//! Lehmann, Bader, De Mecquenem, Wang, Bountris, Friederici, Leser, Thamsen, "Ponder: Online
//! Prediction of Task Memory Requirements for Scientific Workflows" (e-Science 2024). With a
//! correlation of input and memory above 0.3: a line fitted by asymmetric squares (too high
//! counts 0.02), clamped to the peaks seen inside the range of inputs seen and raised to the
//! largest beyond it, plus the larger of 128 MiB and twice the deviation of the residuals,
//! weighted by nearness of the input. Otherwise the largest peak plus 128 MiB. With fewer than
//! five samples: the same if a larger input was seen, the request if not. Never above the
//! request; a retry gets the request.

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::task::{Sample, Task};

const MARGIN_BYTES: f64 = 128.0 * 1024.0 * 1024.0;
/// What being too high counts against being too low.
const WEIGHT_TOO_HIGH: f64 = 0.02;
const CORRELATION: f64 = 0.3;
const ENOUGH: usize = 5;

/// The policy `ponder`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ponder {
    /// Input size and peak, in bytes.
    points: Vec<(f64, f64)>,
}

impl Ponder {
    fn largest(&self) -> f64 {
        self.points.iter().map(|point| point.1).fold(0.0, f64::max)
    }

    fn estimate(&self, x: f64) -> Option<f64> {
        let larger_seen = self.points.iter().any(|point| point.0 >= x);
        if self.points.len() < ENOUGH {
            return larger_seen.then(|| self.largest() + MARGIN_BYTES);
        }
        let Some(line) = asymmetric_line(&self.points) else {
            return Some(self.largest() + MARGIN_BYTES);
        };
        let smallest = self.points.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
        let mut value = (line.0 + line.1 * x).clamp(smallest, f64::INFINITY);
        value = if larger_seen { value.min(self.largest()) } else { value.max(self.largest()) };
        Some(value + MARGIN_BYTES.max(2.0 * self.deviation_near(x, line)))
    }

    /// Deviation of the residuals, weights falling linearly with the distance of the input.
    fn deviation_near(&self, x: f64, line: (f64, f64)) -> f64 {
        let farthest = self.points.iter().map(|p| (p.0 - x).abs()).fold(0.0, f64::max);
        let (mut weights, mut squares) = (0.0, 0.0);
        for &(input, peak) in &self.points {
            let weight = if farthest > 0.0 { 1.0 - (input - x).abs() / farthest } else { 1.0 };
            weights += weight;
            squares += weight * (peak - line.0 - line.1 * input).powi(2);
        }
        if weights > 0.0 { (squares / weights).sqrt() } else { 0.0 }
    }
}

/// Intercept and slope of the asymmetric least-squares line (an expectile, by iteratively
/// reweighted least squares; Newey and Powell 1987), `None` where inputs say little.
fn asymmetric_line(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let (intercept, slope, correlation) = weighted_line(points, |_| 1.0)?;
    if correlation <= CORRELATION {
        return None;
    }
    let mut line = (intercept, slope);
    for _ in 0..50 {
        let weight = |&(x, y): &(f64, f64)| {
            if line.0 + line.1 * x > y { WEIGHT_TOO_HIGH } else { 1.0 }
        };
        let (intercept, slope, _) = weighted_line(points, weight)?;
        if (intercept, slope) == line {
            break;
        }
        line = (intercept, slope);
    }
    Some(line)
}

/// Intercept, slope and correlation.
fn weighted_line(
    points: &[(f64, f64)],
    weight: impl Fn(&(f64, f64)) -> f64,
) -> Option<(f64, f64, f64)> {
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| -> f64 {
        points.iter().map(|point| weight(point) * of(point)).sum()
    };
    let total = sum(&|_| 1.0);
    let (mean_x, mean_y) = (sum(&|p| p.0) / total, sum(&|p| p.1) / total);
    let xx = sum(&|p| (p.0 - mean_x).powi(2));
    let yy = sum(&|p| (p.1 - mean_y).powi(2));
    let xy = sum(&|p| (p.0 - mean_x) * (p.1 - mean_y));
    if xx <= 0.0 || yy <= 0.0 {
        return None;
    }
    let slope = xy / xx;
    Some((mean_y - slope * mean_x, slope, xy / (xx * yy).sqrt()))
}

impl TypePolicy for Ponder {
    fn propose(&mut self, task: &Task) -> Proposal {
        let request = task.request_bytes.map(|bytes| bytes as f64);
        let estimate = self.estimate(task.input_size_bytes.unwrap_or(0.0));
        match (estimate, request) {
            (Some(estimate), Some(request)) => vec![estimate.min(request), request],
            (Some(estimate), None) => vec![estimate],
            (None, request) => request.into_iter().collect(),
        }
    }

    fn learn(&mut self, sample: &Sample) {
        self.points.push((sample.task.input_size_bytes.unwrap_or(0.0), sample.peak_bytes));
    }
}
