//! Policies judged on lists of jobs: how long jobs wait and run under each.
//!
//! Jobs that have circuits of their own run in their nominal time. Those that share links run longer,
//! by the contention model of the simulator behind "Isolated Scheduling for Distributed Training Tasks
//! in GPU Clusters" (Han et al., arXiv 2308.05692): see [`contention`].

pub mod contention;
pub mod generate;
pub mod published;
pub mod run;
pub mod snapshots;
pub mod steps;
pub mod summary;
pub mod workload;
