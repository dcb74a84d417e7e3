//! Ladders for other systems. Every emitter is a pure function of an instance and a plan.

pub mod csv;
pub mod json;
pub mod nextflow;

mod groovy;

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
