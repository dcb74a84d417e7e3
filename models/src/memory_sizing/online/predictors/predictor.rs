//! A family of functions with a memory of all points.

use super::points::{Points, Scaling};
use super::regressor::Regressor;

/// How much of the training is repeated after new points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Retraining {
    /// Everything: the grid is searched each time.
    Full,
    /// The parameters stay, and the function is fitted again. The grid is searched again once
    /// there are more than `1 + growth` times as many points as at the last search.
    Incremental {
        /// Growth that calls for a search, as a share.
        growth: f64,
    },
}

/// One family fitted to all points seen.
pub struct Predictor {
    regressor: Box<dyn Regressor>,
    retraining: Retraining,
    points: Points,
    input_scaling: Scaling,
    target_scaling: Scaling,
    score: f64,
    /// How many points there were at the last search of the grid.
    searched_at: usize,
}

impl Predictor {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(regressor: Box<dyn Regressor>, retraining: Retraining) -> Self {
        let nothing = Scaling::of(&[]);
        Self {
            regressor,
            retraining,
            points: Points::default(),
            input_scaling: nothing,
            target_scaling: nothing,
            score: -1.0,
            searched_at: 0,
        }
    }

    /// Adds a history and searches the grid.
    pub fn fit(&mut self, history: impl IntoIterator<Item = (f64, f64)>) {
        history.into_iter().for_each(|(input, target)| self.points.push(input, target));
        self.search();
    }

    /// Adds points and trains again, as the mode says.
    pub fn update(&mut self, added: impl IntoIterator<Item = (f64, f64)>) {
        added.into_iter().for_each(|(input, target)| self.points.push(input, target));
        let enough = match self.retraining {
            Retraining::Full => 0.0,
            Retraining::Incremental { growth } => (1.0 + growth) * self.searched_at as f64,
        };
        if self.points.len() as f64 > enough {
            self.search();
        } else {
            let scaled = self.scale();
            self.regressor.refit(&scaled);
        }
    }

    /// The target at an input; `None` before the first point.
    #[must_use]
    pub fn predict(&self, input: f64) -> Option<f64> {
        if self.points.is_empty() {
            return None;
        }
        let scaled = self.regressor.predict(self.input_scaling.scaled(input));
        Some(self.target_scaling.original(scaled))
    }

    /// The cross-validation score of the parameters in use, in [−1, 0]; −1 before the first point.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.score
    }

    fn search(&mut self) {
        if self.points.is_empty() {
            return;
        }
        let scaled = self.scale();
        self.score = self.regressor.select(&scaled);
        self.searched_at = self.points.len();
    }

    fn scale(&mut self) -> Points {
        self.input_scaling = Scaling::of(self.points.inputs());
        self.target_scaling = Scaling::of(self.points.targets());
        let scaled = self
            .points
            .iter()
            .map(|(x, y)| (self.input_scaling.scaled(x), self.target_scaling.scaled(y)));
        scaled.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::LeastSquares;
    use super::*;

    #[test]
    fn a_line_in_bytes_is_recovered_and_followed() {
        let mut predictor = Predictor::new(Box::new(LeastSquares::default()), Retraining::Full);
        assert_eq!(predictor.predict(1.0), None);
        let line = |x: f64| 3e9 + 0.5 * x;
        predictor.fit((0..20).map(|i| 1e6 * f64::from(i)).map(|x| (x, line(x))));
        let at = |predictor: &Predictor, x| predictor.predict(x).unwrap();
        assert!((at(&predictor, 5e7) - line(5e7)).abs() < 1.0);
        predictor.update([(5e7, 2.0 * line(5e7))]);
        assert!(at(&predictor, 5e7) > 1.2 * line(5e7));
    }

    #[test]
    fn the_grid_is_searched_again_after_enough_growth() {
        struct Count(std::sync::Arc<std::sync::atomic::AtomicUsize>);
        impl Regressor for Count {
            fn select(&mut self, _points: &Points) -> f64 {
                self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                -0.5
            }
            fn refit(&mut self, _points: &Points) {}
            fn predict(&self, _input: f64) -> f64 {
                0.0
            }
        }
        let searches = |retraining| {
            let count = std::sync::Arc::default();
            let mut predictor =
                Predictor::new(Box::new(Count(std::sync::Arc::clone(&count))), retraining);
            predictor.fit((0..10).map(|i| (f64::from(i), 1.0)));
            (0..10).for_each(|i| predictor.update([(f64::from(i), 1.0)]));
            count.load(std::sync::atomic::Ordering::Relaxed)
        };
        assert_eq!(searches(Retraining::Full), 11);
        // At 10, 13, 16 and 20 points.
        assert_eq!(searches(Retraining::Incremental { growth: 0.2 }), 4);
    }
}
