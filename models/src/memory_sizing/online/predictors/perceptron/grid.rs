//! The choice among twelve perceptrons.

use super::adam;
use super::lbfgs::{self, Limits};
use super::network::Network;
use crate::memory_sizing::online::predictors::folds::{best, cross_validated};
use crate::memory_sizing::online::predictors::points::Points;
use crate::memory_sizing::online::predictors::random::LegacyRandom;
use crate::memory_sizing::online::predictors::regressor::Regressor;

const FOLDS: usize = 5;
/// Most steps, or epochs.
const ITERATIONS: usize = 5000;
const LIMITS: Limits = Limits { steps: ITERATIONS, gradient: 1e-4, decrease: 2.2e-9 };

/// How the loss is minimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// See [`lbfgs`].
    Lbfgs,
    /// See [`adam`].
    Adam,
}

/// Shape, penalty and method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Penalty of large weights.
    pub l2: f64,
    /// The network.
    pub network: Network,
    /// How it is trained.
    pub method: Method,
}

fn grid() -> impl Iterator<Item = Parameters> {
    [1e-4, 1e-3].into_iter().flat_map(|l2| {
        [5, 7, 9].into_iter().flat_map(move |width| {
            [Method::Lbfgs, Method::Adam].map(|method| Parameters {
                l2,
                network: Network { width },
                method,
            })
        })
    })
}

/// A perceptron with two hidden layers of 5, 7 or 9 units.
#[derive(Clone, Debug)]
pub struct Perceptron {
    parameters: Parameters,
    weights: Vec<f64>,
    seed: u32,
    restart: Restart,
}

/// Where training begins when the parameters stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// At random weights, every time the same ones.
    Cold,
    /// At the weights found last: much faster, and never far from them.
    Warm,
}

impl Perceptron {
    /// Untrained. The published evaluation has seed 42.
    #[must_use]
    pub fn new(seed: u32, restart: Restart) -> Self {
        let parameters =
            Parameters { l2: 1e-4, network: Network { width: 5 }, method: Method::Lbfgs };
        Self { parameters, weights: Vec::new(), seed, restart }
    }

    fn train(&self, parameters: Parameters, points: &Points, start: Option<&[f64]>) -> Vec<f64> {
        let Parameters { l2, network, method } = parameters;
        let mut random = LegacyRandom::new(self.seed);
        let initial = network.initial(&mut random);
        let start = start.map_or(initial, <[f64]>::to_vec);
        let all = (points.inputs(), points.targets());
        match method {
            Method::Lbfgs => {
                let loss = |weights: &[f64], gradient: &mut [f64]| {
                    network.loss(weights, all, l2, gradient)
                };
                lbfgs::minimise(loss, start, LIMITS)
            }
            Method::Adam => {
                let loss = |weights: &[f64], batch: (&[f64], &[f64]), gradient: &mut [f64]| {
                    network.loss(weights, batch, l2, gradient)
                };
                adam::minimise(loss, start, all, ITERATIONS, &mut random)
            }
        }
    }
}

impl Regressor for Perceptron {
    fn select(&mut self, points: &Points) -> f64 {
        let score = |&parameters: &Parameters| {
            cross_validated(points, FOLDS, |points| {
                let weights = self.train(parameters, points, None);
                move |x| parameters.network.output(&weights, x)
            })
        };
        let Some((parameters, score)) = best(grid(), score) else { return -1.0 };
        self.parameters = parameters;
        self.weights = self.train(parameters, points, None);
        score
    }

    fn refit(&mut self, points: &Points) {
        let warm = self.restart == Restart::Warm && !self.weights.is_empty();
        let start = warm.then_some(self.weights.as_slice());
        self.weights = self.train(self.parameters, points, start);
    }

    fn predict(&self, input: f64) -> f64 {
        if self.weights.is_empty() {
            return 0.0;
        }
        self.parameters.network.output(&self.weights, input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bent() -> Points {
        let points = (0..80).map(|i| f64::from(i * 37 % 80) / 79.0);
        points.map(|x| (x, 0.2 + (x - 0.4).max(0.0))).collect()
    }

    #[test]
    fn a_bent_line_is_learnt() {
        let mut perceptron = Perceptron::new(42, Restart::Warm);
        let score = perceptron.select(&bent());
        assert!(score > -0.1, "{score}");
        for (x, y) in [(0.1, 0.2), (0.9, 0.7)] {
            assert!((perceptron.predict(x) - y).abs() < 0.05, "{}", perceptron.predict(x));
        }
        let before = perceptron.predict(0.9);
        perceptron.refit(&bent());
        assert!((perceptron.predict(0.9) - before).abs() < 0.02);
    }

    #[test]
    fn the_same_seed_gives_the_same_network() {
        let fitted = |seed| {
            let mut perceptron = Perceptron::new(seed, Restart::Cold);
            perceptron.refit(&bent());
            perceptron.weights
        };
        assert_eq!(fitted(42), fitted(42));
        assert_ne!(fitted(42), fitted(43));
    }

    #[test]
    fn a_single_point_is_learnt() {
        let mut perceptron = Perceptron::new(42, Restart::Warm);
        assert_eq!(perceptron.predict(0.0), 0.0);
        assert_eq!(perceptron.select(&[(0.0, 0.0)].into_iter().collect()), -1.0);
        assert!(perceptron.predict(0.0).abs() < 0.05);
    }
}
