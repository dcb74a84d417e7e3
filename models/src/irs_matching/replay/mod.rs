//! Policies judged on a trace of check-ins: how long jobs take under each.
//!
//! The evaluation loop is that of the simulator of Venn (Liu et al., MLSys 2025): see
//! [`run`](run::run) for its rules.

pub mod checkins;
pub mod run;
pub mod summary;
pub mod tally;
pub mod workload;
