//! Cross-checks of replication placement: every answer against a second way of getting it.

#[cfg(feature = "highs")]
mod blocks;
mod bounds;
mod brute_force;
mod failure_logs;
mod failure_replay;
mod flow;
mod formulas;
mod invariance;
mod market;
mod matching;
mod moves;
mod mutations;
#[cfg(feature = "highs")]
mod plan_master;
mod questions;
mod search;
mod support;
