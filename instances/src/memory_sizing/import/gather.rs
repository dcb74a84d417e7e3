//! Several files of one kind as one history.

use placewright_models::memory_sizing::instance::Instance;
use placewright_solver::issue::Issue;

use super::collect::{Execution, collect};
use super::settings::Settings;
use super::summary::Summary;
use crate::family::{Imported, OptionHelp, Options};
use crate::files::{Rejected, Source};
use crate::options::Reader;

/// Reads the executions of a source, in its order.
pub(in crate::memory_sizing) type Reading =
    Box<dyn Fn(&Source, &mut Summary) -> Result<Vec<Execution>, Vec<Issue>>>;

/// Makes one instance of all executions of the sources. `reading` takes the format's own options;
/// `known` are all that there are.
///
/// # Errors
/// For bad options, the first source that is refused, or when all of them together make no
/// instance.
pub(super) fn import_with(
    sources: &[Source],
    options: &Options,
    known: &[OptionHelp],
    reading: fn(&mut Reader) -> Reading,
) -> Result<Imported<Instance>, Rejected> {
    let mut reader = Reader::new(options, known);
    let read = reading(&mut reader);
    let settings = Settings::read(&mut reader);
    if !reader.issues.is_empty() {
        return Err(refuse(sources, reader.issues));
    }
    let mut summary = Summary::default();
    let executions = gather(sources, &read, &mut summary)?;
    let instance =
        collect(executions, &settings, &mut summary).map_err(|issues| refuse(sources, issues))?;
    Ok(Imported { instance, summary: summary.report() })
}

/// The executions of all sources, one after the other.
///
/// # Errors
/// For the first source that is refused.
pub(in crate::memory_sizing) fn gather(
    sources: &[Source],
    read: &Reading,
    summary: &mut Summary,
) -> Result<Vec<Execution>, Rejected> {
    let mut executions = Vec::new();
    for source in sources {
        executions.extend(read(source, summary).map_err(|issues| source.reject(issues))?);
    }
    Ok(executions)
}

/// Refuses all sources together.
pub(in crate::memory_sizing) fn refuse(sources: &[Source], issues: Vec<Issue>) -> Rejected {
    let name = match sources {
        [] => String::new(),
        [only] => only.name.clone(),
        [first, others @ ..] => format!("{} and {} more", first.name, others.len()),
    };
    Rejected::new(name, issues)
}
