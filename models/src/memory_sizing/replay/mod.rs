//! Policies judged on recorded runs: what each would have allocated, what that wastes, and how
//! often it fails.

pub mod charge;
pub mod cluster;
pub mod history;
pub mod lineup;
pub mod protocol;
pub mod run;
pub mod split;
