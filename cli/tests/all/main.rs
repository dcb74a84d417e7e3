//! The real binary in a temporary folder.

#![allow(clippy::unwrap_used, reason = "clippy does not see that helpers of tests are tests")]

mod check;
mod circuit_allocation;
mod commands;
mod errors;
mod folder;
mod formats;
mod irs_matching;
mod learn;
mod machine_reassignment;
mod replay;
mod replication_placement;
mod site_assignment;
mod solve;
