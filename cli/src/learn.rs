//! `placewright learn`: recorded runs teach an engine, which says what the next run should use.

use std::path::{Path, PathBuf};

use clap::Args;
use placewright_instances::family::Family;
use placewright_instances::registry::{self, Visitor};

use crate::console::{Console, LogFormat};
use crate::emit::{self, REPORT};
use crate::failure::{Answer, Failure};
use crate::options;
use crate::{input, output};

/// Learn from recorded runs, and write what the next run should use
///
/// The recordings are gone through in their order, which is taken for that of time. What was learned
/// goes to an engine file, from which the next call goes on: learn from every run once. What was
/// used, and what was skipped and why, goes to standard error. Without a FORMAT, the formats and
/// their options are listed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright learn memory_sizing                         list the formats and options
  placewright learn memory_sizing nextflow trace.txt --snapshot engine.json
  placewright learn memory_sizing nextflow trace2.txt --start engine.json --snapshot engine.json \\
      --format nextflow -O size.STAR_ALIGN=reads --output memory.config
  placewright learn memory_sizing slurm sacct.txt --format slurm -O keep.java=yes -o memory.sh")]
pub(crate) struct LearnArgs {
    /// The problem family, such as memory_sizing
    family: String,
    /// The format of the recordings
    #[arg(requires = "files", value_name = "FORMAT")]
    recorded: Option<String>,
    /// The recordings, the oldest first; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// An option of the format (repeatable)
    #[arg(long = "option", short = 'O', value_name = "NAME=VALUE", value_parser = options::parse)]
    options: Vec<(String, String)>,
    /// The engine file to go on from [default: nothing is known]
    #[arg(long, value_name = "ENGINE")]
    start: Option<PathBuf>,
    /// Where the engine file goes, which may be that of --start [default: nowhere]
    #[arg(long, value_name = "ENGINE")]
    snapshot: Option<PathBuf>,
    /// report, or a format of the family such as nextflow, slurm, snakemake, csv
    #[arg(long, visible_alias = "emit", default_value = REPORT)]
    format: String,
    /// Where it goes
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(args: LearnArgs, console: &Console) -> Result<Answer, Failure> {
    let paths = |path: &'_ Option<PathBuf>| path.clone().into_iter().collect::<Vec<_>>();
    let (start, snapshot) = (paths(&args.start), paths(&args.snapshot));
    fn all(paths: &[PathBuf]) -> impl Iterator<Item = &Path> {
        paths.iter().map(PathBuf::as_path)
    }
    for path in all(&snapshot).chain([args.output.as_path()]) {
        output::check_folder(path)?;
    }
    // The engine file to go on from may be replaced, recordings and the output may not.
    let output = [args.output.as_path()];
    output::check_distinct(all(&args.files).chain(all(&start)).chain(all(&snapshot)), output)?;
    output::check_distinct(all(&args.files), all(&snapshot))?;
    registry::dispatch(&args.family.clone(), Command { args, console })?
}

struct Command<'a> {
    args: LearnArgs,
    console: &'a Console,
}

impl Visitor for Command<'_> {
    type Output = Result<Answer, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let Self { args, console } = self;
        let Some(learner) = options::choose("format", args.recorded.as_deref(), F::learners())?
        else {
            return Ok(Answer::Positive);
        };
        let emitter = emit::emitter::<F>(&args.format)?;
        let options = options::unique(args.options)?;
        input::at_most_one_stdin(args.files.iter().chain(&args.start).map(PathBuf::as_path))?;
        let start = args.start.as_deref().map(input::open).transpose()?;
        let sources: Vec<_> =
            args.files.iter().map(|path| input::open(path)).collect::<Result<_, _>>()?;
        let learned = (learner.run)(&sources, start.as_ref(), &options)?;
        match console.format() {
            LogFormat::Text => console.say(&learned.summary.text),
            LogFormat::Json => console.record(&learned.summary.json),
        }
        let text = match (emitter, console.format()) {
            (Some(emitter), _) => (emitter.emit)(&learned.emission),
            (None, LogFormat::Text) => learned.report.text,
            (None, LogFormat::Json) => format!("{:#}\n", learned.report.json),
        };
        output::write(&args.output, &text)?;
        // Last of all: whoever repeats a call that failed must not learn twice.
        if let Some(path) = &args.snapshot {
            output::write(path, &learned.engine)?;
        }
        Ok(Answer::Positive)
    }
}
