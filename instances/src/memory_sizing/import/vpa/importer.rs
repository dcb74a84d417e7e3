//! The importer and its options.

use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::{Instance, limits};
use placewright_solver::issue::Issue;

use super::checkpoint;
use crate::family::{Importer, Offer, OptionHelp};
use crate::memory_sizing::import::collect::collect;
use crate::memory_sizing::import::gather::{Reading, import_with};
use crate::memory_sizing::import::settings::{self, Settings};
use crate::memory_sizing::import::summary::Summary;
use crate::options::{Reader, joined};
use crate::units;

/// The run time of every sample unless another one is given: an hour, in ms.
pub const DEFAULT_RUN_TIME_MS: u64 = 3_600_000;

const RUN_TIME: OptionHelp = OptionHelp {
    name: "run_time",
    help: "run time of every sample, as 90s, 30m or 1h [default: 1h]",
};

const OPTIONS: [OptionHelp; 7] = joined([RUN_TIME], settings::OPTIONS);

/// The importer's entry.
pub(in crate::memory_sizing::import) const IMPORTER: Importer<MemorySizing> = Offer {
    name: "vpa",
    title: "Kubernetes VerticalPodAutoscalerCheckpoint, one or a list (JSON); a type per container",
    options: &OPTIONS,
    run: |sources, options| import_with(sources, options, &OPTIONS, reading),
};

fn reading(reader: &mut Reader) -> Reading {
    let run_time_ms = reader.value("run_time", "a time with its unit, such as 30m", run_time);
    Box::new(move |source, summary| {
        let run_time_ms = run_time_ms.unwrap_or_else(|| {
            summary.remark("run times are not known: 1h is assumed, or give -O run_time=…");
            DEFAULT_RUN_TIME_MS
        });
        checkpoint::executions(&source.text, run_time_ms, summary)
    })
}

/// Imports checkpoints; every sample gets this run time.
///
/// # Errors
/// The first thing that is not of the layout, or everything that cannot be used, by its pointer.
pub fn import(
    text: &str,
    run_time_ms: u64,
    settings: &Settings,
) -> Result<(Instance, Summary), Vec<Issue>> {
    let mut summary = Summary::default();
    let executions = checkpoint::executions(text, run_time_ms, &mut summary)?;
    let instance = collect(executions, settings, &mut summary)?;
    Ok((instance, summary))
}

/// A positive time; a number alone would be ambiguous.
fn run_time(text: &str) -> Option<u64> {
    let has_unit = text.ends_with(char::is_alphabetic);
    let run_time_ms = units::milliseconds(text).ok().filter(|_| has_unit)?;
    (1..=limits::RUN_TIME_MS).contains(&run_time_ms).then_some(run_time_ms)
}
