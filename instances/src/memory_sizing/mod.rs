//! Memory sizing in files: plans by name, importers of traces, emitters of configurations.

pub mod import;
pub mod plan_file;

mod family;
