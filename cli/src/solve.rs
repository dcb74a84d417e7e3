//! `placewright solve`: from instance files to checked answers.

mod many;
mod one;
mod statistics;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use placewright_solver::driver::Options;

use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::methods::Choice;
use crate::search::Limits;
use crate::{duration, input, interrupt, output};

/// Solve instances: the best plan found, a bound, and how far both can be trusted
///
/// The solution of one file goes to standard output or --output; several files give a table, and
/// their solutions are written if --output names a folder. Ctrl-C ends the search and writes the
/// best plan; a second one exits at once.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SolveArgs {
    /// Instance files (.json or .json.zst); `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Wall-clock limit per file, with its unit [default: 60s, none with --work-limit]
    #[arg(long, value_parser = duration::parse, value_name = "DURATION")]
    time_limit: Option<Duration>,
    /// Limit in deterministic work units (about a microsecond each): same bytes on any machine
    #[arg(long, value_name = "UNITS")]
    work_limit: Option<u64>,
    /// Relative gap at which to stop, from 0 to 1
    #[arg(long, default_value_t = 0.0, value_parser = parse_gap)]
    gap: f64,
    /// Root of all random numbers
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Worker threads [default: all cores]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256), value_name = "N")]
    threads: Option<u16>,
    /// auto, exact, heuristic, portfolio, or the name of one method
    #[arg(long, default_value = "auto")]
    method: Choice,
    /// A plan to begin with (solution file, bare plan, .sol); the answer is never worse
    #[arg(long, value_name = "PLAN")]
    start: Option<PathBuf>,
    /// Where the solution goes; a folder for several files
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write what the search did as JSON
    #[arg(long, value_name = "FILE")]
    stats: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Methods:
  auto       cheap bounds and plans, then improvement, then the exact model (half of what is left)
  heuristic  without the exact model
  exact      without improvement
  portfolio  improvement and the exact model side by side

Examples:
  placewright solve rnaseq.json > rnaseq.sol.json
  placewright solve rnaseq.json --time-limit 10s --gap 0.01 --output rnaseq.sol.json
  placewright solve rnaseq.json --work-limit 5000000 --seed 7     (same bytes for any --threads)
  placewright solve library/*.json --time-limit 2m --output solutions/
  zcat history.json.gz | placewright solve - --start yesterday.sol.json";

/// Unless another limit is given, nobody waits longer than this.
const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(60);

/// The arguments, resolved.
struct Request {
    files: Vec<PathBuf>,
    limits: Limits,
    method: Choice,
    start: Option<PathBuf>,
    output: Option<PathBuf>,
    stats: Option<PathBuf>,
}

pub(crate) fn run(args: SolveArgs, console: &Console) -> Result<Answer, Failure> {
    let request = resolve(args)?;
    match request.files.as_slice() {
        [file] => one::run(file, &request, console),
        _ => many::run(&request, console),
    }
}

fn resolve(args: SolveArgs) -> Result<Request, Failure> {
    let inputs = args.files.iter().chain(&args.start).map(PathBuf::as_path);
    input::at_most_one_stdin(inputs)?;
    for path in args.output.iter().chain(&args.stats) {
        output::check_folder(path)?;
    }
    let inputs = args.files.iter().chain(&args.start).map(PathBuf::as_path);
    output::check_distinct(inputs, args.output.iter().chain(&args.stats).map(PathBuf::as_path))?;
    let default_time = args.work_limit.is_none().then_some(DEFAULT_TIME_LIMIT);
    let limits = Limits {
        time: args.time_limit.or(default_time),
        work: args.work_limit,
        cancel: interrupt::cancelled_by_ctrl_c(),
        options: Options {
            seed: args.seed,
            threads: args.threads.map_or_else(all_cores, usize::from),
            gap: args.gap,
        },
    };
    let (files, method) = (args.files, args.method);
    Ok(Request { files, limits, method, start: args.start, output: args.output, stats: args.stats })
}

pub(crate) fn all_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn parse_gap(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(gap) if (0.0..=1.0).contains(&gap) => Ok(gap),
        Ok(_) => Err("a gap is a share from 0 to 1: 0.01 is one percent".to_owned()),
        Err(_) => Err("expected a number, such as 0.01 for one percent".to_owned()),
    }
}
