//! The line over the input size that would have wasted least on the window of past tasks.
//!
//! A least-squares line is in the middle of the peaks, and its ladder lifts it by a ratio, the same at
//! all inputs. The line of `witt_wastage` lies where peaks end: nothing has to be lifted, and long
//! tasks, on which most is wasted, draw it to themselves. It goes through one or two peaks, or halves,
//! quarters and so on of them; without any other task it would be the same or nearly so, so that
//! those few alone are left out by a fit of their own.
//!
//! The price of a failure is not part of it; the ladders over it count that.

use serde::{Deserialize, Serialize};

use super::shapes::Point;
use crate::memory_sizing::online::policies::witt_wastage::search::{
    line_from_sample, line_from_slope,
};
use crate::memory_sizing::online::policies::witt_wastage::waste::{self, Line, Past};
use crate::memory_sizing::online::settings::TimeToFailure;

/// The best lines of so many tasks are where the search begins.
const SAMPLE: usize = 16;
/// Tasks that the line leans on have a fit without them, at most so many.
const SUPPORTS: usize = 4;
/// How near a step of a task is to a line that goes through it, relative to the line.
const TOUCHING: f64 = 1e-9;
/// It is fitted anew whenever one in so many tasks of the window is new.
const NEW_SHARE: usize = 5;

/// The line, and what it would be without the tasks that it leans on.
///
/// A fit takes O(n log n) for a window of `n` tasks whose peaks are within some factor of each other.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct CheapestLine {
    line: Option<Line>,
    without: Vec<Without>,
    /// The number of tasks so far at which it was fitted.
    fitted_at: usize,
}

/// The line that another task would have had in place of this one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Without {
    input: f64,
    peak_bytes: f64,
    line: Option<Line>,
}

impl CheapestLine {
    /// Fits it to a window, if enough tasks have come since the last time. No allocation is below
    /// `least_bytes`, which is above 0; `tasks` are all so far.
    pub(super) fn refit_when_due(
        &mut self,
        window: &[Point],
        tasks: usize,
        least_bytes: f64,
        time_to_failure: TimeToFailure,
    ) {
        if self.line.is_some() && (tasks - self.fitted_at) * NEW_SHARE < window.len() {
            return;
        }
        self.fitted_at = tasks;
        self.without.clear();
        let mut points: Vec<waste::Point> = window.iter().map(point).collect();
        let floor_bytes = least_bytes;
        let past = Past { points: &points, floor_bytes, time_to_failure };
        self.line = line_from_sample(&past, SAMPLE);
        let Some(line) = self.line else { return };
        for index in 0..points.len() {
            if !leans_on(&line, &points[index]) {
                continue;
            }
            let left_out = points.remove(index);
            let waste::Point { input, peak_bytes, .. } = left_out;
            let past = Past { points: &points, floor_bytes, time_to_failure };
            let line = line_from_slope(&past, line.slope);
            self.without.push(Without { input, peak_bytes, line });
            points.insert(index, left_out);
            if self.without.len() == SUPPORTS {
                break;
            }
        }
    }

    /// The line at an input, in bytes, told by all tasks but one, if one is to be left out. `None`
    /// where there are none.
    pub(super) fn at(&self, input: f64, left_out: Option<&Point>) -> Option<f64> {
        let same = |without: &&Without| {
            left_out.is_some_and(|point| {
                (point.input, point.peak_bytes) == (without.input, without.peak_bytes)
            })
        };
        let line = match self.without.iter().find(same) {
            Some(without) => without.line,
            None => self.line,
        };
        line.map(|line| line.at(input))
    }
}

fn point(point: &Point) -> waste::Point {
    let Point { input, peak_bytes, run_time_ms, .. } = *point;
    waste::Point { input, peak_bytes, run_time_ms }
}

/// Whether a line goes through the peak of a task, or through `1/2^q` of it.
fn leans_on(line: &Line, point: &waste::Point) -> bool {
    let value = line.at(point.input);
    let failures = (point.peak_bytes / value).log2().round();
    value > 0.0
        && failures >= 0.0
        && (value * failures.exp2() / point.peak_bytes - 1.0).abs() < TOUCHING
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peaks of `2 x + 100` and up to 10 less.
    fn window(tasks: u32) -> Vec<Point> {
        let peak = |task: u32| f64::from(100 + 2 * task) - f64::from(7 * task % 11);
        let point = |task| Point {
            input: f64::from(task),
            ln_input: f64::from(task).ln(),
            peak_bytes: peak(task),
            ln_peak: peak(task).ln(),
            run_time_ms: 1e4,
            request_bytes: None,
            words: Vec::new(),
        };
        (1..=tasks).map(point).collect()
    }

    fn fitted(window: &[Point]) -> CheapestLine {
        let mut line = CheapestLine::default();
        line.refit_when_due(window, window.len(), 1.0, TimeToFailure::Share(1.0));
        line
    }

    #[test]
    fn it_lies_where_peaks_end() {
        let window = window(100);
        let line = fitted(&window);
        for point in &window {
            let value = line.at(point.input, None).unwrap();
            assert!(value >= point.peak_bytes * (1.0 - 1e-9), "{value} {}", point.peak_bytes);
            assert!(value <= 1.03 * f64::from(100 + 2 * point.input as u32), "{value}");
        }
    }

    #[test]
    fn tasks_that_it_leans_on_are_above_it_without_them() {
        let mut window = window(60);
        window[30].peak_bytes = 165.0;
        let line = fitted(&window);
        let told_by_all: Vec<usize> = (0..60)
            .filter(|&index| {
                let point = &window[index];
                line.at(point.input, Some(point)) == line.at(point.input, None)
            })
            .collect();
        assert!((60 - SUPPORTS..60).contains(&told_by_all.len()), "{told_by_all:?}");
        let highest = &window[30];
        assert!(line.at(highest.input, None).unwrap() >= highest.peak_bytes * (1.0 - 1e-9));
        assert!(line.at(highest.input, Some(highest)).unwrap() < 0.99 * highest.peak_bytes);
    }

    #[test]
    fn it_is_fitted_when_a_fifth_of_the_window_is_new() {
        let mut line = fitted(&window(20));
        let mut window = window(30);
        window.iter_mut().for_each(|point| point.peak_bytes *= 3.0);
        let before = line.at(10.0, None);
        line.refit_when_due(&window[..24], 24, 1.0, TimeToFailure::Share(1.0));
        assert_eq!(line.at(10.0, None), before);
        line.refit_when_due(&window[..25], 25, 1.0, TimeToFailure::Share(1.0));
        assert!(line.at(10.0, None) > before);
    }

    #[test]
    fn nothing_comes_of_no_tasks_and_one_is_told_by_nobody() {
        assert_eq!(fitted(&[]).at(1.0, None), None);
        let one = window(1);
        let line = fitted(&one);
        assert_eq!(line.at(1.0, None), Some(one[0].peak_bytes));
        assert_eq!(line.at(1.0, Some(&one[0])), None);
    }
}
