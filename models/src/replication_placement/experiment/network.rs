//! A perceptron of two layers with a softmax on top, and its gradients.

use nalgebra::{DMatrix, DVector};
use placewright_solver::seed::Seed;

use super::data::{Points, normal};

/// Weights, or a gradient with regard to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    first: DMatrix<f64>,
    first_bias: DVector<f64>,
    second: DMatrix<f64>,
    second_bias: DVector<f64>,
}

/// What a network makes of points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Share of points whose class is the likeliest one.
    pub accuracy: f64,
    /// Mean cross-entropy.
    pub loss: f64,
}

impl Weights {
    /// Random weights (K. He et al., ICCV 2015) for so many features, hidden units and classes.
    #[must_use]
    pub fn random(features: usize, hidden: usize, classes: usize, seed: Seed) -> Self {
        let mut stream = seed.named("weights").generator();
        let mut layer = |rows: usize, columns: usize| {
            let scale = (2.0 / columns as f64).sqrt();
            DMatrix::from_fn(rows, columns, |_, _| scale * normal(&mut stream))
        };
        Self {
            first: layer(hidden, features),
            first_bias: DVector::zeros(hidden),
            second: layer(classes, hidden) * 0.1,
            second_bias: DVector::zeros(classes),
        }
    }

    /// Adds a multiple of others.
    pub fn add(&mut self, factor: f64, other: &Self) {
        self.first.zip_apply(&other.first, |own, each| *own += factor * each);
        self.first_bias.zip_apply(&other.first_bias, |own, each| *own += factor * each);
        self.second.zip_apply(&other.second, |own, each| *own += factor * each);
        self.second_bias.zip_apply(&other.second_bias, |own, each| *own += factor * each);
    }

    /// Activations of the hidden layer, and probabilities of the classes.
    fn forward(&self, features: &DMatrix<f64>) -> (DMatrix<f64>, DMatrix<f64>) {
        let mut hidden = &self.first * features;
        for mut column in hidden.column_iter_mut() {
            column += &self.first_bias;
            column.apply(|value| *value = value.max(0.0));
        }
        let mut scores = &self.second * &hidden;
        for mut column in scores.column_iter_mut() {
            column += &self.second_bias;
            let highest = column.max();
            column.apply(|value| *value = (*value - highest).exp());
            let sum = column.sum();
            column /= sum;
        }
        (hidden, scores)
    }

    /// The gradient of the mean cross-entropy of some points.
    #[must_use]
    pub fn gradient(&self, features: &DMatrix<f64>, classes: &[usize]) -> Self {
        let (hidden, mut errors) = self.forward(features);
        for (point, &class) in classes.iter().enumerate() {
            errors[(class, point)] -= 1.0;
        }
        errors /= classes.len() as f64;
        let mut back = self.second.tr_mul(&errors);
        back.zip_apply(&hidden, |own, active| {
            if active <= 0.0 {
                *own = 0.0;
            }
        });
        Self {
            first: &back * features.transpose(),
            first_bias: back.column_sum(),
            second: &errors * hidden.transpose(),
            second_bias: errors.column_sum(),
        }
    }

    /// What the network makes of points.
    #[must_use]
    pub fn score(&self, points: &Points) -> Score {
        let (_, scores) = self.forward(&points.features);
        let (mut right, mut loss) = (0, 0.0);
        for (point, &class) in points.classes.iter().enumerate() {
            right += usize::from(scores.column(point).imax() == class);
            loss -= scores[(class, point)].max(f64::MIN_POSITIVE).ln();
        }
        let count = points.classes.len() as f64;
        Score { accuracy: f64::from(right as u32) / count, loss: loss / count }
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::{Data, DataShape};
    use super::*;

    #[test]
    fn gradients_are_those_of_differences() {
        let shape = DataShape { points: 40, ..DataShape::default() };
        let data = Data::generate(&shape, Seed(3));
        let weights = Weights::random(shape.features, 7, 10, Seed(4));
        let points = &data.training;
        let gradient = weights.gradient(&points.features, &points.classes);
        for (row, column) in [(0, 0), (3, 5), (6, 20)] {
            let loss = |step: f64| {
                let mut moved = weights.clone();
                moved.first[(row, column)] += step;
                moved.score(points).loss
            };
            let expected = (loss(1e-5) - loss(-1e-5)) / 2e-5;
            assert!((gradient.first[(row, column)] - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn descent_learns() {
        let data = Data::generate(&DataShape::default(), Seed(1));
        let mut weights = Weights::random(24, 32, 10, Seed(2));
        let before = weights.score(&data.test);
        for _ in 0..200 {
            let gradient = weights.gradient(&data.training.features, &data.training.classes);
            weights.add(-0.5, &gradient);
        }
        let after = weights.score(&data.test);
        assert!(before.accuracy < 0.3 && after.accuracy > 0.6, "{before:?} {after:?}");
        assert!(after.loss < before.loss);
    }
}
