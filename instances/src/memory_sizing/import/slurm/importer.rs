//! The importer: which of the two forms a file has, and its options.

use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use placewright_solver::issue::Issue;

use super::{job, json, table};
use crate::family::{Importer, Offer};
use crate::memory_sizing::import::collect::{Execution, collect};
use crate::memory_sizing::import::gather::{Reading, import_with};
use crate::memory_sizing::import::settings::{OPTIONS, Settings};
use crate::memory_sizing::import::summary::Summary;
use crate::options::Reader;

/// The importer's entry.
pub(in crate::memory_sizing::import) const IMPORTER: Importer<MemorySizing> = Offer {
    name: "slurm",
    title: "accounting of Slurm, sacct --parsable2 or sacct --json; a type per job name",
    options: &OPTIONS,
    run: |sources, options| import_with(sources, options, &OPTIONS, reading),
};

/// How sources are read; there are no options but those of [`Settings`].
pub(in crate::memory_sizing) fn reading(_reader: &mut Reader) -> Reading {
    Box::new(|source, summary| read(&source.text, summary))
}

/// Imports what `sacct` wrote.
///
/// # Errors
/// All missing columns, or all bad rows; the path of an issue is the name of the column, or the
/// JSON pointer.
pub fn import(text: &str, settings: &Settings) -> Result<(Instance, Summary), Vec<Issue>> {
    let mut summary = Summary::default();
    let executions = read(text, &mut summary)?;
    let instance = collect(executions, settings, &mut summary)?;
    Ok((instance, summary))
}

fn read(text: &str, summary: &mut Summary) -> Result<Vec<Execution>, Vec<Issue>> {
    let jobs = if text.trim_start().starts_with('{') {
        json::jobs(text)?
    } else {
        table::jobs(text, summary)?
    };
    Ok(job::executions(jobs, summary))
}
