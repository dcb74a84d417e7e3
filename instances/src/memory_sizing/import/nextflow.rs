//! Traces of Nextflow: `trace.txt` as written by default, in raw form, or by the Common Workflow
//! Scheduler's plugin; columns in any order, separated by tabs, commas or semicolons.
//!
//! - `COMPLETED` rows with a measurement become samples: the peak rounded up to MiB, the run time
//!   in ms. Run times of 0 (too short to measure) are kept: they cost nothing, but the ladder
//!   must admit their peaks.
//! - `FAILED` rows with exit 104 or 130 to 145 were killed, as a rule for lack of memory, and
//!   become censored samples at their request, unless a later attempt of the same task tells more.
//! - Everything else is skipped, counted and told about.
//!
//! Sizes are binary, as Nextflow's are: 1 KB = 1024 B. A default trace rounds them to a decimal
//! place, so that `1.2 GB` may have been 51 MiB more; `trace.raw = true` gives exact numbers.

use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use placewright_solver::issue::Issue;

use super::collect::{Execution, collect};
use super::gather::{Reading, import_with};
use super::settings::{self, Settings};
use super::summary::Summary;
use super::superseded::superseded;
use super::trace::{Attempt, Columns, Ending};
use crate::family::{Importer, Offer, OptionHelp, Options};
use crate::options::{Reader, joined};
use crate::table::Table;

/// Which measurement is to be learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// The largest resident set that was sampled.
    #[default]
    PeakRss,
    /// The last resident set that was sampled, as the Sizey paper has it.
    Rss,
}

/// What stands for the size of a task's input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// `input_size` where the trace has it.
    #[default]
    Auto,
    /// `rchar`, the characters read: known only after the run, so results are optimistic.
    Rchar,
    /// Nothing.
    None,
}

/// What to make of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceOptions {
    /// Which measurement is to be learned.
    pub target: Target,
    /// A column by which types are told apart, besides the process: `hostname` or `cpu_model`.
    pub machine: Option<String>,
    /// What stands for the size of a task's input.
    pub input: Input,
    /// Limits and prices.
    pub settings: Settings,
}

/// The options of a trace alone.
pub(in crate::memory_sizing) const TRACE_OPTIONS: [OptionHelp; 3] = [
    OptionHelp {
        name: "target",
        help: "which measurement to learn, peak_rss or rss [default: peak_rss]",
    },
    OptionHelp {
        name: "machine",
        help: "column that tells machines apart, for types per machine [default: none]",
    },
    OptionHelp {
        name: "input",
        help: "input size: auto (input_size), rchar (not known before the run) or none [default: auto]",
    },
];

const OPTIONS: [OptionHelp; 9] = joined(TRACE_OPTIONS, settings::OPTIONS);

/// The importer's entry.
pub(super) const IMPORTER: Importer<MemorySizing> = Offer {
    name: "nextflow",
    title: "a Nextflow trace, default or raw, with any columns and separators",
    options: &OPTIONS,
    run: |sources, options| import_with(sources, options, &OPTIONS, reading),
};

impl Target {
    /// The option `target`, where it was given.
    pub(in crate::memory_sizing) fn read(reader: &mut Reader) -> Option<Self> {
        reader.value("target", "peak_rss or rss", |text| match text {
            "peak_rss" => Some(Self::PeakRss),
            "rss" => Some(Self::Rss),
            _ => None,
        })
    }
}

impl Input {
    /// The option `input`, where it was given.
    pub(in crate::memory_sizing) fn read(reader: &mut Reader) -> Option<Self> {
        reader.value("input", "auto, rchar or none", |text| match text {
            "auto" => Some(Self::Auto),
            "rchar" => Some(Self::Rchar),
            "none" => Some(Self::None),
            _ => None,
        })
    }
}

impl TraceOptions {
    /// Options by name.
    ///
    /// # Errors
    /// All unknown names and values at once.
    pub fn read(options: &Options) -> Result<Self, Vec<Issue>> {
        let mut reader = Reader::new(options, &OPTIONS);
        let trace = Self::of_trace(&mut reader);
        let options = Self { settings: Settings::read(&mut reader), ..trace };
        if reader.issues.is_empty() { Ok(options) } else { Err(reader.issues) }
    }

    /// Those of [`TRACE_OPTIONS`].
    fn of_trace(reader: &mut Reader) -> Self {
        let target = Target::read(reader);
        let input = Input::read(reader);
        Self {
            target: target.unwrap_or_default(),
            machine: reader.text("machine").filter(|name| *name != "none").map(str::to_owned),
            input: input.unwrap_or_default(),
            settings: Settings::default(),
        }
    }
}

/// How sources are read under these options.
pub(in crate::memory_sizing) fn reading(reader: &mut Reader) -> Reading {
    let options = TraceOptions::of_trace(reader);
    Box::new(move |source, summary| read(&source.text, &options, summary))
}

/// Imports a trace.
///
/// # Errors
/// All missing columns, or all bad rows; the path of an issue is the name of the column.
pub fn import(text: &str, options: &TraceOptions) -> Result<(Instance, Summary), Vec<Issue>> {
    let mut summary = Summary::default();
    let executions = read(text, options, &mut summary)?;
    let instance = collect(executions, &options.settings, &mut summary)?;
    Ok((instance, summary))
}

pub(super) fn read(
    text: &str,
    options: &TraceOptions,
    summary: &mut Summary,
) -> Result<Vec<Execution>, Vec<Issue>> {
    let table = Table::open(text)?;
    let columns = Columns::of(&table, options)?;
    let (mut attempts, mut issues) = (Vec::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| attempts.push(columns.attempt(row, issues)));
    if !issues.is_empty() {
        return Err(issues);
    }
    summary.rows += attempts.len() as u64;
    warn_of_oddities(&attempts, options, summary);
    Ok(executions(attempts, options.target, summary))
}

fn executions(attempts: Vec<Attempt>, target: Target, summary: &mut Summary) -> Vec<Execution> {
    let superseded = superseded(&attempts);
    let mut executions = Vec::with_capacity(attempts.len());
    for (attempt, superseded) in attempts.into_iter().zip(superseded) {
        if matches!(attempt.ending, Ending::Failed(_)) {
            summary.fail(&attempt.task_type);
        }
        match (execution(attempt, target), superseded) {
            (Ok(execution), _) => executions.push(Execution { superseded, ..execution }),
            (Err(_), Some(later)) => summary.skip(later.reason()),
            (Err(reason), None) => summary.skip(reason),
        }
    }
    executions
}

/// The sample of an attempt, or why there is none.
fn execution(attempt: Attempt, target: Target) -> Result<Execution, String> {
    let (peak_bytes, censored) = need(&attempt, target)?;
    let run_time_ms = match attempt.run_time_ms {
        Some(run_time_ms) => run_time_ms,
        None if censored => 0,
        None => return Err("without a run time".to_owned()),
    };
    if attempt.task_type.is_empty() {
        return Err("without a process".to_owned());
    }
    Ok(Execution {
        task_type: attempt.task_type,
        cores: attempt.cores,
        peak_bytes,
        run_time_ms,
        weight: 1,
        input_size_bytes: attempt.input_size_bytes,
        request_bytes: attempt.request_bytes.filter(|&bytes| bytes > 0),
        label: attempt.label,
        submitted_ms: attempt.submitted_ms,
        censored,
        superseded: None,
    })
}

/// The peak of an attempt in bytes, or the request it failed at, which makes it censored.
fn need(attempt: &Attempt, target: Target) -> Result<(u64, bool), String> {
    match &attempt.ending {
        Ending::Completed => match attempt.measured_bytes(target) {
            0 => Err("without a memory measurement".to_owned()),
            bytes => Ok((bytes, false)),
        },
        Ending::Killed(_) => match attempt.request_bytes.unwrap_or(0) {
            0 => Err("killed, but its memory request is not known".to_owned()),
            bytes => Ok((bytes, true)),
        },
        Ending::Failed(reason) | Ending::Other(reason) => Err(reason.clone()),
    }
}

impl Attempt {
    /// What was measured, 0 for nothing. A peak is at least any other sample of the same quantity.
    pub(super) fn measured_bytes(&self, target: Target) -> u64 {
        let rss = self.rss_bytes.unwrap_or(0);
        match (target, self.peak_rss_bytes.unwrap_or(0)) {
            (Target::Rss, _) => rss,
            (Target::PeakRss, 0) => 0,
            (Target::PeakRss, peak) => peak.max(rss),
        }
    }
}

fn warn_of_oddities(attempts: &[Attempt], options: &TraceOptions, summary: &mut Summary) {
    if options.input == Input::Rchar {
        summary.remark("rchar stands for the input size: it is not known before a task has run");
    }
    let count = |odd: &dyn Fn(&Attempt) -> bool| attempts.iter().filter(|a| odd(a)).count() as u64;
    let done = |a: &Attempt| a.ending == Ending::Completed;
    let measured = |a: &Attempt| Some(a.measured_bytes(options.target));
    match options.target {
        Target::PeakRss => {
            let below = count(&|a| a.peak_rss_bytes > Some(0) && a.peak_rss_bytes < a.rss_bytes);
            summary.warn(below, "peak_rss is below rss; the larger one is used");
        }
        Target::Rss => {
            let below = count(&|a| a.rss_bytes > Some(0) && a.rss_bytes < a.peak_rss_bytes);
            summary.warn(below, "rss is below peak_rss, so that tasks sized by it may fail");
        }
    }
    summary.warn(
        count(&|a| a.rounded),
        "sizes are rounded to a decimal place; trace.raw = true gives exact ones",
    );
    summary.warn(
        count(&|a| done(a) && a.run_time_ms == Some(0)),
        "the run time is 0: they cost nothing, but their peaks must fit",
    );
    summary.warn(
        count(&|a| done(a) && a.request_bytes > Some(0) && measured(a) > a.request_bytes),
        "more memory used than requested, so requests were not enforced",
    );
    summary.warn(
        count(&|a| matches!(a.ending, Ending::Killed(code) if code != 137 && code != 104)),
        "killed by another signal than 137, perhaps for another limit than memory",
    );
}
