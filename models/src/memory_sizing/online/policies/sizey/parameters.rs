//! What can be chosen.

use crate::memory_sizing::online::predictors::predictor::Retraining;

/// Which Sizey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// As described: every type has its own errors, nothing is known before a task has ended, and
    /// all models learn from every task once.
    Paper,
    /// As released in 2024: the errors of a model are pooled over all types of a workflow; the
    /// true peak takes part in the choice of the offset and in the rank correlation (see
    /// [`peek`](crate::memory_sizing::online::policy::Policy::peek)); the neighbours never learn
    /// from replayed tasks; and the perceptron sees each of them twice.
    Published,
}

/// How the models are combined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gating {
    /// Weights `exp(β · RAQ)`.
    Interpolation {
        /// β.
        beta: f64,
    },
    /// The model with the highest RAQ alone.
    Best,
}

/// By which share a prediction is raised, from past relative errors `(y − p)/y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetRule {
    /// Standard deviation of absolute errors, without outliers.
    Deviation,
    /// Median of the errors where the prediction was too low.
    UnderMedian,
    /// Median of absolute errors.
    Median,
    /// Standard deviation of the errors where the prediction was too low.
    UnderDeviation,
    /// The one of these that would have wasted least on all tasks seen.
    Dynamic,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryRule {
    /// The largest memory seen where that promises success, otherwise twice as much.
    LargestSeen,
    /// Twice as much.
    Doubling,
}

/// The parameters of Sizey.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Which Sizey.
    pub variant: Variant,
    /// Weight of thrift against accuracy, in [0, 1].
    pub alpha: f64,
    /// How the models are combined.
    pub gating: Gating,
    /// By which share a prediction is raised.
    pub offset: OffsetRule,
    /// The share before there are errors.
    pub default_offset: f64,
    /// What follows a failed attempt.
    pub retry: RetryRule,
    /// Training of the line, the forest and the neighbours after a task.
    pub retraining: Retraining,
    /// Training of the perceptron after a task. Its grid search takes a hundred times as long as
    /// the others', so by default it waits until there are more points by a share; in between,
    /// training goes on from the last weights.
    pub perceptron_retraining: Retraining,
    /// Seed of the perceptron's initial weights.
    pub perceptron_seed: u32,
}

impl Parameters {
    /// The published settings, with the grid of the perceptron searched after 10 % more points.
    #[must_use]
    pub fn new(variant: Variant) -> Self {
        Self {
            variant,
            alpha: 0.0,
            gating: Gating::Interpolation { beta: 1.0 },
            offset: OffsetRule::Dynamic,
            default_offset: 0.05,
            retry: RetryRule::LargestSeen,
            retraining: Retraining::Full,
            perceptron_retraining: Retraining::Incremental { growth: 0.1 },
            perceptron_seed: 42,
        }
    }
}
