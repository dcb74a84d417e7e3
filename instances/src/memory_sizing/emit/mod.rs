//! Ladders for other systems. Every emitter is a pure function of [`Ladders`](ladders::Ladders),
//! whether a plan or an engine made them.

pub mod csv;
pub mod json;
pub mod kubernetes;
pub mod ladders;
pub mod nextflow;
pub mod slurm;
pub mod snakemake;

mod groovy;
mod yaml;

use placewright_models::memory_sizing::MemorySizing;

use crate::family::Emitter;

/// All emitters of the family.
pub const EMITTERS: &[Emitter<MemorySizing>] = &[
    Emitter {
        name: "nextflow",
        title: "a Nextflow configuration, for `nextflow run -c`",
        extension: "config",
        emit: nextflow::emit,
    },
    Emitter {
        name: "slurm",
        title: "shell functions for `sbatch --mem` and for retries, to be sourced",
        extension: "sh",
        emit: slurm::emit,
    },
    Emitter {
        name: "snakemake",
        title: "a Snakemake profile with the memory of rules by attempt",
        extension: "yaml",
        emit: snakemake::emit,
    },
    Emitter {
        name: "kubernetes",
        title: "patches with the memory requests and limits of containers",
        extension: "yaml",
        emit: kubernetes::emit,
    },
    Emitter {
        name: "csv",
        title: "a table of task types, attempts and allocations in MiB",
        extension: "csv",
        emit: csv::emit,
    },
    Emitter {
        name: "json",
        title: "the plan of a solution file alone",
        extension: "json",
        emit: json::emit,
    },
];
