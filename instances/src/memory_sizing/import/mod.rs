//! Past executions from elsewhere: what other systems record, as samples of task types.
//!
//! Every importer turns rows into executions and leaves the rest, types and limits, to `collect`.
//! A row that cannot be understood is an issue with its line and column; a row that says nothing
//! about memory is skipped, counted, and told about in the [`Summary`].

pub mod csv;
pub mod history;
pub mod nextflow;
pub mod settings;
pub mod slurm;
pub mod snakemake;
pub mod summary;
pub mod vpa;

pub(super) mod collect;
mod fields;
pub(super) mod gather;
pub(crate) mod options;
pub(super) mod superseded;
mod trace;

pub use settings::Settings;
pub use summary::Summary;

use placewright_models::memory_sizing::MemorySizing;

use crate::family::Importer;

/// All importers of the family.
pub const IMPORTERS: &[Importer<MemorySizing>] = &[
    nextflow::IMPORTER,
    slurm::importer::IMPORTER,
    snakemake::IMPORTER,
    vpa::importer::IMPORTER,
    csv::IMPORTER,
];
