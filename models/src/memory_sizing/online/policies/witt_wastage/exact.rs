//! The best line of all, for few tasks.
//!
//! For fixed numbers of failures the waste is linear in `(α, β)`, and the numbers change where the
//! line meets a step `(x_i, r_i / 2^q)` or the floor. A best line lies at a corner of such a
//! region, on two steps with different inputs; where all inputs are the same, on one. So the
//! best turn about some step is a best line.
//!
//! Where memory grows linearly over the run time, the waste is convex inside the regions, and the
//! best of the corners is near the best line but not always it.
//!
//! Time O((nQ)² log nQ) and memory O(nQ) for `n` tasks of `Q` steps each; there are at most nine
//! above the floor of [`Past::floor_of`].

use super::sweep::{Anchor, Found, Sweep};
use super::waste::{Line, Past};

/// A line that wastes least; `None` for no tasks.
///
/// ```
/// use placewright_models::memory_sizing::online::policies::witt_wastage::exact::cheapest_line;
/// use placewright_models::memory_sizing::online::policies::witt_wastage::waste::{Past, Point};
/// use placewright_models::memory_sizing::online::settings::TimeToFailure;
/// // Two on the line 2 x + 1, and a brief one far above it that is not worth reaching for.
/// let points = [(1.0, 3.0, 60.0), (4.0, 9.0, 60.0), (2.0, 9.0, 1.0)].map(
///     |(input, peak_bytes, run_time_ms)| Point { input, peak_bytes, run_time_ms },
/// );
/// let time_to_failure = TimeToFailure::Share(1.0);
/// let past = Past { points: &points, floor_bytes: 0.1, time_to_failure };
/// let line = cheapest_line(&past).unwrap();
/// assert!((line.slope - 2.0).abs() < 1e-9 && (line.at(0.0) - 1.0).abs() < 1e-9);
/// // The third gets 5, which fails, and then 10.
/// assert!((past.waste(&line) - 6.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn cheapest_line(past: &Past) -> Option<Line> {
    best_turns(past, &mut Sweep::default()).first().map(|found| found.line)
}

/// The best constant and the best turn about every step, the best of them first.
pub(super) fn best_turns(past: &Past, sweep: &mut Sweep) -> Vec<Found> {
    let mut found: Vec<Found> = sweep.shifted(past, 0.0).into_iter().collect();
    found.extend(anchors(past).into_iter().filter_map(|anchor| sweep.turned(past, anchor)));
    found.sort_by(|a, b| a.waste.total_cmp(&b.waste));
    found
}

/// All steps, each once.
fn anchors(past: &Past) -> Vec<Anchor> {
    let of_point = |point| past.steps(point).map(move |bytes| (point.input, bytes));
    let mut steps: Vec<(f64, f64)> = past.points.iter().flat_map(of_point).collect();
    steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    steps.dedup();
    steps.into_iter().map(|(input, bytes)| Anchor { input, bytes }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::waste::Point;
    use super::*;
    use crate::memory_sizing::online::settings::TimeToFailure;

    /// The least waste of all lines through two steps, and of all constants.
    fn brute_force(past: &Past) -> f64 {
        let steps = anchors(past);
        let mut least = f64::INFINITY;
        for one in &steps {
            let constant = Line { input: one.input, bytes: one.bytes, slope: 0.0 };
            least = least.min(past.waste(&constant));
            for other in steps.iter().filter(|other| other.input != one.input) {
                let slope = (other.bytes - one.bytes) / (other.input - one.input);
                least = least.min(past.waste(&Line { slope, ..constant }));
            }
        }
        least
    }

    prop_compose! {
        fn points()(points in prop::collection::vec((0..6_u32, 1..40_u32, 1..9_u32), 1..7))
            -> Vec<Point> {
            let point = |(input, peak, time): (u32, u32, u32)| Point {
                input: input.into(), peak_bytes: peak.into(), run_time_ms: time.into(),
            };
            points.into_iter().map(point).collect()
        }
    }

    proptest! {
        #[test]
        fn turns_find_the_best_of_all_pairs(points in points(), kind in 0..3_usize) {
            let shares = [TimeToFailure::Share(1.0), TimeToFailure::Share(0.3)];
            let time_to_failure = shares.get(kind).copied().unwrap_or(TimeToFailure::Proportional);
            let floor_bytes = Past::floor_of(&points);
            let past = Past { points: &points, floor_bytes, time_to_failure };
            let found = past.waste(&cheapest_line(&past).unwrap());
            let least = brute_force(&past);
            prop_assert!((found - least).abs() <= 1e-6 * (1.0 + least), "{found} {least}");
        }
    }

    /// Slopes of thirds cannot be written down: a thousand points must be met all the same.
    #[test]
    fn points_on_a_line_are_all_met() {
        let at = |i: u32| f64::from(i).mul_add(1e9 / 3.0, 7e8).ceil();
        let point = |i| Point { input: f64::from(i) * 1e8, peak_bytes: at(i), run_time_ms: 1e3 };
        let points: Vec<Point> = (0..40).map(point).collect();
        let time_to_failure = TimeToFailure::Share(1.0);
        let past = Past { points: &points, floor_bytes: 1e7, time_to_failure };
        let waste = past.waste(&cheapest_line(&past).unwrap());
        assert!(waste < 1e3 * 40.0 * 2.0, "{waste}");
    }

    #[test]
    fn no_tasks_have_no_line() {
        let time_to_failure = TimeToFailure::Share(1.0);
        assert_eq!(cheapest_line(&Past { points: &[], floor_bytes: 1.0, time_to_failure }), None);
    }
}
