//! Memory sizing while a workflow runs: a ladder of allocations for every task before it starts,
//! and what its attempts teach afterwards.
//!
//! ```text
//! predict(task) -> ladder          first attempt, every retry
//! observe(task, outcome)           completed (peak), out of memory (peak ≥ allocation), failed
//! ```
//!
//! A [`Policy`](policy::Policy) proposes; the engine rounds, caps and completes what it proposes,
//! so that every ladder ends at something that admits the largest peak seen and never exceeds the
//! limit. Nothing is shared between task types unless a policy says so.

pub mod engine;
pub mod finish;
pub mod policies;
pub mod policy;
pub mod predictors;
pub mod ratio_ladder;
pub mod rule;
pub mod settings;
pub mod task;
