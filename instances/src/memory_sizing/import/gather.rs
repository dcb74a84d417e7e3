//! Several files of one kind as one history.

use placewright_models::memory_sizing::instance::Instance;
use placewright_solver::issue::Issue;

use super::collect::{Execution, collect};
use super::settings::Settings;
use super::summary::Summary;
use crate::family::Imported;
use crate::files::{Rejected, Source};

/// Reads every source and makes one instance of all their executions.
///
/// # Errors
/// For the first source that `read` refuses, or when all of them together make no instance.
pub(super) fn gather(
    sources: &[Source],
    settings: &Settings,
    read: impl Fn(&Source, &mut Summary) -> Result<Vec<Execution>, Vec<Issue>>,
) -> Result<Imported<Instance>, Rejected> {
    let mut summary = Summary::default();
    let mut executions = Vec::new();
    for source in sources {
        executions.extend(read(source, &mut summary).map_err(|issues| source.reject(issues))?);
    }
    let instance =
        collect(executions, settings, &mut summary).map_err(|issues| refuse(sources, issues))?;
    Ok(Imported { instance, summary: summary.report() })
}

/// Refuses all sources together.
pub(super) fn refuse(sources: &[Source], issues: Vec<Issue>) -> Rejected {
    let name = match sources {
        [] => String::new(),
        [only] => only.name.clone(),
        [first, others @ ..] => format!("{} and {} more", first.name, others.len()),
    };
    Rejected::new(name, issues)
}
