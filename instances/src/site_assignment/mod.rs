//! Site assignment in files: plans by name, importers and emitters of benchmark problems,
//! generators, and a report.

pub mod emit;
pub mod generate;
pub mod import;
pub mod plan_file;
pub mod report;
#[cfg(feature = "proptest")]
pub mod strategies;

mod family;
