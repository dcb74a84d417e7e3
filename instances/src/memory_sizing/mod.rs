//! Memory sizing in files: plans by name, importers of traces, emitters of configurations,
//! and a report of what a plan saves.

pub mod emit;
pub mod generate;
pub mod import;
pub mod plan_file;
pub mod report;
#[cfg(feature = "proptest")]
pub mod strategies;

mod family;
mod learn;
mod replay;
