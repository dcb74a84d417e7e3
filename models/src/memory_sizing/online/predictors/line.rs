//! Least squares with one input: a handful of sums, no linear algebra needed.

use super::folds::cross_validated;
use super::points::Points;
use super::regressor::Regressor;
use crate::memory_sizing::online::policies::witt_regression::Line;

const FOLDS: usize = 10;

/// Linear regression; nothing to choose. Time O(n) per fit and O(10 n) per score.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeastSquares {
    line: Line,
}

fn fitted(points: &Points) -> Line {
    let mut line = Line::default();
    points.iter().for_each(|(x, y)| line.add(x, y));
    line
}

impl Regressor for LeastSquares {
    fn select(&mut self, points: &Points) -> f64 {
        self.refit(points);
        cross_validated(points, FOLDS, |points| {
            let line = fitted(points);
            move |x| line.at(x).unwrap_or(0.0)
        })
    }

    fn refit(&mut self, points: &Points) {
        self.line = fitted(points);
    }

    fn predict(&self, input: f64) -> f64 {
        self.line.at(input).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_line_is_recovered() {
        let points = (0..30).map(|i| f64::from(i * i) / 900.0).map(|x| (x, 0.1 + 0.7 * x));
        let mut regressor = LeastSquares::default();
        let score = regressor.select(&points.collect());
        assert!(score > -1e-9);
        assert!((regressor.predict(2.0) - 1.5).abs() < 1e-12);
    }

    /// Normal equations by hand: slope 0.5, intercept 1/6.
    #[test]
    fn three_points_by_hand() {
        let mut regressor = LeastSquares::default();
        regressor.refit(&[(0.0, 0.0), (1.0, 1.0), (2.0, 1.0)].into_iter().collect());
        assert!((regressor.predict(0.0) - 1.0 / 6.0).abs() < 1e-15);
        assert!((regressor.predict(1.0) - 2.0 / 3.0).abs() < 1e-15);
    }
}
