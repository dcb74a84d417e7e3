//! A good line for many tasks.
//!
//! The best lines of an evenly thinned sample are improved on all tasks: the best shift, then the
//! best turn about the step that it meets, then about the step that this one meets, until nothing
//! is gained. No guarantee; never worse than the best constant, nor than its starts. Time
//! O((SQ)² log SQ) for a sample of `S` tasks and O(nQ log nQ) per shift or turn, of which there
//! are at most 3 · ROUNDS · STARTS.

use super::exact::best_turns;
use super::sweep::{Found, Sweep};
use super::waste::{Line, Past, Point};

/// Up to so many tasks the line is a best one; more are thinned out to so many.
pub const EXACT: usize = 32;
/// Lines of the sample to start from.
const STARTS: usize = 2;
const ROUNDS: usize = 8;
/// Smaller gains, as a share of the waste, are not worth another round.
const WORTHWHILE: f64 = 1e-6;

/// A line that wastes little, the least for up to [`EXACT`] tasks; `None` for no tasks.
#[must_use]
pub fn good_line(past: &Past) -> Option<Line> {
    line_from_sample(past, EXACT)
}

/// A line that wastes little, looked for from the best lines of so many tasks; `None` for no tasks.
/// It is a best one where there are no more tasks than that. A sample has at least two.
#[must_use]
pub fn line_from_sample(past: &Past, sample_size: usize) -> Option<Line> {
    let mut sweep = Sweep::default();
    let sample_size = sample_size.max(2);
    if past.points.len() <= sample_size {
        return best_turns(past, &mut sweep).first().map(|found| found.line);
    }
    let sample = thinned(past.points, sample_size);
    let of_sample = best_turns(&Past { points: &sample, ..*past }, &mut sweep);
    let mut best = sweep.shifted(past, 0.0)?;
    let mut slopes: Vec<f64> = Vec::new();
    for start in of_sample {
        let slope = start.line.slope;
        let known = |other: &f64| (other - slope).abs() <= 1e-6 * slope.abs();
        if slopes.iter().any(known) {
            continue;
        }
        slopes.push(slope);
        let improved = improved(past, slope, &mut sweep)?;
        if improved.waste < best.waste {
            best = improved;
        }
        if slopes.len() == STARTS {
            break;
        }
    }
    Some(best.line)
}

/// A line that wastes little, looked for from a slope; `None` for no tasks.
#[must_use]
pub fn line_from_slope(past: &Past, slope: f64) -> Option<Line> {
    improved(past, slope, &mut Sweep::default()).map(|found| found.line)
}

/// The best allocation that is the same for all; `None` for no tasks. Time O(nQ log nQ).
#[must_use]
pub fn cheapest_constant(past: &Past) -> Option<Line> {
    Sweep::default().shifted(past, 0.0).map(|found| found.line)
}

fn improved(past: &Past, slope: f64, sweep: &mut Sweep) -> Option<Found> {
    let mut best = sweep.shifted(past, slope)?;
    for _ in 0..ROUNDS {
        let mut last = sweep.shifted(past, best.line.slope)?;
        let mut round = if last.waste < best.waste { last } else { best };
        for _ in 0..2 {
            let Some(turned) = sweep.turned(past, last.contact) else { return Some(round) };
            last = turned;
            if last.waste < round.waste {
                round = last;
            }
        }
        let gain = best.waste - round.waste;
        best = round;
        if gain <= WORTHWHILE * best.waste {
            break;
        }
    }
    Some(best)
}

/// Every so-many-th task by rising input and peak, the first and the last among them.
fn thinned(points: &[Point], count: usize) -> Vec<Point> {
    let mut ascending = points.to_vec();
    let key = |point: &Point| (point.input, point.peak_bytes);
    ascending.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    let last = ascending.len() - 1;
    (0..count).map(|index| ascending[index * last / (count - 1)]).collect()
}

#[cfg(test)]
mod tests {
    use placewright_solver::seed::Seed;
    use rand::RngExt;

    use super::super::exact::cheapest_line;
    use super::*;
    use crate::memory_sizing::online::settings::TimeToFailure;

    /// 100 tasks around a line with a few far above it; ten such pasts.
    #[test]
    fn many_tasks_have_a_line_that_is_nearly_the_best() {
        let mut sum = 0.0;
        for seed in 0..10 {
            let mut random = Seed(seed).generator();
            let mut point = || {
                let input: f64 = random.random_range(1.0..10.0);
                let noise: f64 = random.random_range(0.8..1.2);
                let outlier = if random.random_bool(0.05) { 3.0 } else { 1.0 };
                let run_time_ms = random.random_range(1.0..100.0);
                Point { input, peak_bytes: (5.0 + 2.0 * input) * noise * outlier, run_time_ms }
            };
            let points: Vec<Point> = (0..100).map(|_| point()).collect();
            let floor_bytes = Past::floor_of(&points);
            let past =
                Past { points: &points, floor_bytes, time_to_failure: TimeToFailure::Share(1.0) };
            let found = past.waste(&good_line(&past).unwrap());
            let least = past.waste(&cheapest_line(&past).unwrap());
            assert!(found >= least * (1.0 - 1e-9), "{found} {least}");
            assert!(found <= 1.05 * least, "{found} {least}");
            sum += found / least;
        }
        assert!(sum < 10.1, "{sum}");
    }
}
