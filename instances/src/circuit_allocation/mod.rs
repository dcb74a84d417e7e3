//! Circuit allocation in files: plans by name, generators, replays, and a report.

pub mod generate;
pub mod plan_file;
pub mod replay;
pub mod report;
#[cfg(feature = "proptest")]
pub mod strategies;

mod family;
