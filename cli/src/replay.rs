//! `placewright replay`: online policies compared on recorded runs.

use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;
use placewright_instances::family::Family;
use placewright_instances::files::Source;
use placewright_instances::registry::{self, Visitor};

use crate::console::{Console, LogFormat};
use crate::failure::{Answer, Failure};
use crate::options;
use crate::{input, output};

/// Replay recorded runs under online policies and compare what they would have cost
///
/// Every file is a workflow. Tables go to standard output, or data with `--log-format json`.
/// Without a FORMAT, the formats and their options are listed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright replay memory_sizing                         list the formats and options
  placewright replay memory_sizing nextflow trace_*.csv -O target=rss -O seeds=10
  placewright replay memory_sizing nextflow trace.txt -O protocol=trace-order -O input=none
  placewright replay memory_sizing nextflow trace.txt -O nodes=8x16c128g -O packing=best-fit
  placewright replay replication_placement failures cluster.json cluster.sol.json lanl.csv")]
pub(crate) struct ReplayArgs {
    /// The problem family, such as memory_sizing
    family: String,
    /// The format of the recordings
    format: Option<String>,
    /// The recordings; `-` is standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// An option of the replay (repeatable)
    #[arg(long = "option", short = 'O', value_name = "NAME=VALUE", value_parser = options::parse)]
    options: Vec<(String, String)>,
    /// Where the tables go
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(args: ReplayArgs, console: &Console) -> Result<Answer, Failure> {
    output::check_folder(&args.output)?;
    output::check_distinct(args.files.iter().map(PathBuf::as_path), [args.output.as_path()])?;
    registry::dispatch(&args.family.clone(), Command { args, console })?
}

struct Command<'a> {
    args: ReplayArgs,
    console: &'a Console,
}

impl Visitor for Command<'_> {
    type Output = Result<Answer, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let Self { args, console } = self;
        let Some(replay) = options::choose("format", args.format.as_deref(), F::replays())? else {
            return Ok(Answer::Positive);
        };
        if args.files.is_empty() && !F::replays_without_files().contains(&replay.name) {
            let cause = format!("the replay {} needs files", replay.name);
            return Err(Failure::usage(cause, "name the recordings behind the format"));
        }
        let options = options::unique(args.options)?;
        input::at_most_one_stdin(args.files.iter().map(PathBuf::as_path))?;
        let open = |path: &PathBuf| Ok((workflow(path), input::open(path)?));
        let sources: Vec<(String, Source)> =
            args.files.iter().map(open).collect::<Result<_, Failure>>()?;
        // Hidden where standard error is no terminal.
        let bar =
            if console.is_quiet() { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        let told = |text: &str| {
            bar.set_message(text.to_owned());
            bar.tick();
        };
        let report = (replay.run)(&sources, &options, &told)?;
        bar.finish_and_clear();
        let text = match console.format() {
            LogFormat::Text => report.text,
            LogFormat::Json => format!("{:#}\n", report.json),
        };
        output::write(&args.output, &text)?;
        Ok(Answer::Positive)
    }
}

/// The name of a workflow: its file's, without the folder and the ending.
fn workflow(path: &Path) -> String {
    let stem = input::stem(path);
    Path::new(&stem).file_stem().map_or(stem.clone(), |stem| stem.to_string_lossy().into_owned())
}
