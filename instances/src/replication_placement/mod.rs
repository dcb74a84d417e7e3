//! Replication placement in files: plans by name, importers, generators, replays, and a report.

pub mod ask;
pub mod emit;
pub mod generate;
pub mod import;
pub mod plan_file;
pub mod replay;
pub mod report;
#[cfg(feature = "proptest")]
pub mod strategies;

mod family;
