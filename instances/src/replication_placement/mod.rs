//! Replication placement in files: plans by name, generators, and a report.

pub mod generate;
pub mod plan_file;
pub mod report;
#[cfg(feature = "proptest")]
pub mod strategies;

mod family;
