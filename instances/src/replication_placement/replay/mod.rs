//! Plans under failures, predictions of losses, and the paper's experiment.

mod experiment;
mod failures;
mod holdout;
mod predictions;
mod training;

use crate::family::Replay;

/// All replays of the family.
pub const REPLAYS: &[Replay] = &[failures::REPLAY, holdout::REPLAY, experiment::REPLAY];

/// Replays that need no file.
pub const WITHOUT_FILES: &[&str] = &["experiment"];
