//! Stochastic gradient descent with adaptive moments.
//!
//! Kingma, Ba, "Adam: A Method for Stochastic Optimization" (ICLR 2015), with the usual constants:
//! steps of 0.001 along running means of the gradient (0.9) over the root of running means of its
//! squares (0.999). Points are shuffled before every epoch. It stops after more than ten epochs in
//! a row whose mean loss was not better than the best by 0.0001.

use std::iter::zip;

use crate::memory_sizing::online::predictors::random::LegacyRandom;

const STEP: f64 = 1e-3;
const MEAN: f64 = 0.9;
const SQUARE: f64 = 0.999;
const BATCH: usize = 200;
const TOLERANCE: f64 = 1e-4;
const PATIENCE: usize = 10;

/// Lowers the mean over points of a loss from some weights, in at most `epochs` passes over the
/// points. `loss` gets weights and a batch of points and writes its gradient into the last
/// argument.
pub fn minimise(
    mut loss: impl FnMut(&[f64], (&[f64], &[f64]), &mut [f64]) -> f64,
    mut weights: Vec<f64>,
    points: (&[f64], &[f64]),
    epochs: usize,
    random: &mut LegacyRandom,
) -> Vec<f64> {
    let count = points.0.len();
    let mut order: Vec<usize> = (0..count).collect();
    let mut gradient = vec![0.0; weights.len()];
    let mut moments = vec![(0.0, 0.0); weights.len()];
    let (mut mean_power, mut square_power) = (1.0, 1.0);
    let (mut best, mut in_vain) = (f64::INFINITY, 0);
    let mut batch = (Vec::new(), Vec::new());
    for _ in 0..epochs {
        random.shuffle(&mut order);
        let mut sum = 0.0;
        for chosen in order.chunks(BATCH) {
            batch.0.clear();
            batch.1.clear();
            batch.0.extend(chosen.iter().map(|&at| points.0[at]));
            batch.1.extend(chosen.iter().map(|&at| points.1[at]));
            let value = loss(&weights, (&batch.0, &batch.1), &mut gradient);
            sum += value * chosen.len() as f64;
            mean_power *= MEAN;
            square_power *= SQUARE;
            let step = STEP * f64::sqrt(1.0 - square_power) / (1.0 - mean_power);
            for (weight, (slope, (mean, square))) in zip(&mut weights, zip(&gradient, &mut moments))
            {
                *mean = MEAN * *mean + (1.0 - MEAN) * slope;
                *square = SQUARE * *square + (1.0 - SQUARE) * slope * slope;
                *weight -= step * *mean / (f64::sqrt(*square) + 1e-8);
            }
        }
        let value = sum / count as f64;
        in_vain = if value > best - TOLERANCE { in_vain + 1 } else { 0 };
        best = best.min(value);
        if in_vain > PATIENCE {
            break;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half the mean squared error of a line.
    fn line_loss(w: &[f64], points: (&[f64], &[f64]), gradient: &mut [f64]) -> f64 {
        let count = points.0.len() as f64;
        gradient.fill(0.0);
        let mut value = 0.0;
        for (x, y) in zip(points.0, points.1) {
            let error = w[0] + w[1] * x - y;
            value += error * error / (2.0 * count);
            gradient[0] += error / count;
            gradient[1] += error * x / count;
        }
        value
    }

    #[test]
    fn the_loss_falls_until_it_hardly_does() {
        let inputs: Vec<f64> = (0..1000).map(|i| f64::from(i) / 999.0).collect();
        let targets: Vec<f64> = inputs.iter().map(|x| 0.3 + 0.5 * x).collect();
        let mut random = LegacyRandom::new(42);
        let run = |random: &mut LegacyRandom| {
            minimise(line_loss, vec![0.0, 0.0], (&inputs, &targets), 5000, random)
        };
        let weights = run(&mut random);
        let loss = line_loss(&weights, (&inputs, &targets), &mut [0.0; 2]);
        assert!(loss < 3e-3, "{loss} {weights:?}");
        assert_eq!(weights, run(&mut LegacyRandom::new(42)));
    }

    /// The first step is 0.001 against the sign of every slope, whatever its size.
    #[test]
    fn the_first_step_by_hand() {
        let stretched = |_: &[f64], _: (&[f64], &[f64]), gradient: &mut [f64]| {
            gradient.copy_from_slice(&[1e3, -1e-2]);
            0.0
        };
        let mut random = LegacyRandom::new(1);
        let moved = minimise(stretched, vec![0.0, 0.0], (&[0.0], &[0.0]), 1, &mut random);
        assert!((moved[0] + 1e-3).abs() < 1e-7 && (moved[1] - 1e-3).abs() < 1e-7, "{moved:?}");
    }
}
