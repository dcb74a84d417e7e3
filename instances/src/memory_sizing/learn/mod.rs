//! The online engine fed with recorded runs: what it has learned goes to a file, what the next run
//! should use to the emitters, and what it would have saved so far to a report.
//!
//! Two engines learn side by side, one with input sizes and one without. The second one's ladders
//! suit every task of a type and can be written for every system; the first one's are a function
//! of the input size, which is written as a table of steps where a system can look at the size.

mod emission;
mod options;
mod overrides;
mod report;
mod run;
mod state;
mod tally;
mod verdict;

use placewright_models::memory_sizing::MemorySizing;

use super::import::gather::{Reading, gather, refuse};
use super::import::nextflow::TRACE_OPTIONS;
use super::import::snakemake::BENCHMARK_OPTIONS;
use super::import::{Summary, csv, nextflow, slurm, snakemake};
use crate::codes;
use crate::family::{Learned, Learner, Offer, OptionHelp, Options};
use crate::files::{Rejected, Source};
use crate::options::{Reader, joined};
use emission::Emission;
use options::{LEARN_OPTIONS, LearnOptions};
use run::Rules;
use state::State;

const OF_NEXTFLOW: [OptionHelp; 14] = joined(TRACE_OPTIONS, LEARN_OPTIONS);
const OF_SNAKEMAKE: [OptionHelp; 13] = joined(BENCHMARK_OPTIONS, LEARN_OPTIONS);

/// All learners of the family. Checkpoints of the vertical pod autoscaler are no history of tasks
/// and cannot be learned from.
pub(super) const LEARNERS: &[Learner<MemorySizing>] = &[
    Offer {
        name: "nextflow",
        title: "Nextflow traces, default or raw, with any columns and separators",
        options: &OF_NEXTFLOW,
        run: |sources, start, options| {
            learn((nextflow::reading, &OF_NEXTFLOW), sources, start, options)
        },
    },
    Offer {
        name: "slurm",
        title: "accounting of Slurm, sacct --parsable2 or sacct --json; a type per job name",
        options: &LEARN_OPTIONS,
        run: |sources, start, options| {
            learn((slurm::importer::reading, &LEARN_OPTIONS), sources, start, options)
        },
    },
    Offer {
        name: "snakemake",
        title: "benchmark files of Snakemake (TSV), plain or extended; a type per rule",
        options: &OF_SNAKEMAKE,
        run: |sources, start, options| {
            learn((snakemake::reading, &OF_SNAKEMAKE), sources, start, options)
        },
    },
    Offer {
        name: "csv",
        title: "tables with the columns task_type, peak_mib, run_time_ms; a row is one task",
        options: &LEARN_OPTIONS,
        run: |sources, start, options| {
            learn((csv::reading, &LEARN_OPTIONS), sources, start, options)
        },
    },
];

/// How a format is read, and all options that there are with it.
type Format<'a> = (fn(&mut Reader) -> Reading, &'a [OptionHelp]);

fn learn(
    (reading, known): Format,
    sources: &[Source],
    start: Option<&Source>,
    options: &Options,
) -> Result<Learned<MemorySizing>, Rejected> {
    let bad_options = |issues| Rejected::new("options", issues);
    let (of_types, general) = overrides::split(options);
    let mut reader = Reader::new(&general, known);
    let read = reading(&mut reader);
    let options = LearnOptions::read(&mut reader, of_types);
    if !reader.issues.is_empty() {
        return Err(bad_options(reader.issues));
    }
    let mut state = start.map(State::read).transpose()?.unwrap_or_else(|| options.fresh());
    options.must_agree(&reader, &state).map_err(bad_options)?;
    let mut summary = Summary::default();
    let executions = gather(sources, &read, &mut summary)?;
    summary.settle();
    if executions.is_empty() {
        let cause = format!("none of {} rows is usable: {}", summary.rows, summary.reasons());
        let issue = codes::issue(codes::NO_SAMPLES, "", cause);
        return Err(refuse(sources, vec![issue]));
    }
    options.overrides.must_be_known(&state, &executions).map_err(bad_options)?;
    let rules = Rules::new(&options, &state, &executions);
    let tallies = run::run(&mut state, &executions, &rules, &options.overrides);
    run::count_failures(&mut state, summary.failed());
    let engine = state.to_text();
    let emission = Emission::of(&state, &tallies, &rules, &options);
    summary.used = executions.len() as u64;
    summary.censored = executions.iter().filter(|execution| execution.censored).count() as u64;
    summary.types = tallies.len() as u64;
    if executions.iter().any(|execution| execution.weight != 1) {
        summary.remark("weights are not used: a row is one task");
    }
    emission.warn(&options.overrides, &mut summary);
    let report = report::report(&state, &tallies, &emission);
    Ok(Learned { engine, emission: emission.ladders, report, summary: summary.report() })
}
