//! How much each model counts: the resource allocation quality score.
//!
//! `RAQ = α · efficiency + (1 − α) · accuracy`, both in [−1, 0]: the accuracy is the
//! cross-validation score, the efficiency minus the prediction over the largest prediction.

use super::parameters::Gating;

/// What a model says about a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opinion {
    /// Its cross-validation score, in [−1, 0].
    pub accuracy: f64,
    /// Its prediction, in bytes.
    pub prediction_bytes: f64,
}

/// The weights of some models, which sum to 1.
#[must_use]
pub fn weights<const N: usize>(opinions: &[Opinion; N], alpha: f64, gating: Gating) -> [f64; N] {
    let largest = opinions.iter().map(|o| o.prediction_bytes).fold(f64::NEG_INFINITY, f64::max);
    let raq = opinions.map(|opinion| {
        -alpha * opinion.prediction_bytes / largest + (1.0 - alpha) * opinion.accuracy
    });
    let weights = match gating {
        Gating::Interpolation { beta } => raq.map(|raq| (beta * raq).exp()),
        Gating::Best => {
            let highest = raq.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let chosen = raq.iter().position(|&raq| raq >= highest);
            std::array::from_fn(|index| f64::from(u8::from(chosen == Some(index))))
        }
    };
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPINIONS: [Opinion; 2] = [
        Opinion { accuracy: -0.5, prediction_bytes: 1e9 },
        Opinion { accuracy: -0.1, prediction_bytes: 4e9 },
    ];

    #[test]
    fn the_best_is_accurate_or_thrifty() {
        assert_eq!(weights(&OPINIONS, 0.0, Gating::Best), [0.0, 1.0]);
        assert_eq!(weights(&OPINIONS, 1.0, Gating::Best), [1.0, 0.0]);
    }

    /// RAQ −0.375 and −0.55 for α = 1/2: weights 1 / (1 + e^(−0.175)) and the rest.
    #[test]
    fn interpolation_by_hand() {
        let [first, second] = weights(&OPINIONS, 0.5, Gating::Interpolation { beta: 1.0 });
        assert!((first - 1.0 / (1.0 + (-0.175_f64).exp())).abs() < 1e-12);
        assert!((first + second - 1.0).abs() < 1e-12);
    }
}
