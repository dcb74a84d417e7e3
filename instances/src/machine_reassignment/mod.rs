//! Machine reassignment in files: its entry in the registry, plans, the challenge's files, reports,
//! generators and the library.

pub mod generate;
pub mod plan_file;
pub mod report;
pub mod roadef;
#[cfg(feature = "proptest")]
pub mod strategies;

mod family;
