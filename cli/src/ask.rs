//! `placewright ask`: what if, how many, why not.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use placewright_instances::family::{Asked, Family, Options as AskOptions, Unanswered, Until};
use placewright_instances::files::{InstanceFile, Rejected, Source};
use placewright_instances::registry::Visitor;
use placewright_solver::budget::Budget;
use placewright_solver::driver::{self, Options};
use placewright_solver::error::EngineError;
use placewright_solver::event::Silent;
use placewright_solver::outcome::Outcome;
use placewright_solver::problem::Verdict;

use crate::console::{Console, LogFormat};
use crate::failure::{Answer, Failure};
use crate::{duration, input, interrupt, options, output, plan_input};

/// Ask what if: without a rack, with fewer moves, with another mode
///
/// Questions change nothing: they search on changed copies of the instance and tell what they find,
/// with bounds. Without a QUESTION, the questions of the instance's family and their options are
/// listed. Ctrl-C ends the search and tells what is known.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright ask cluster.json                                      list the questions
  placewright ask cluster.json lose --plan cluster.sol.json -O domain=rack/r7
  placewright ask cluster.json moves -O most=20 --time-limit 1m")]
pub(crate) struct AskArgs {
    /// The instance file
    instance: PathBuf,
    /// What is asked
    question: Option<String>,
    /// The plan that the question is about (solution file, bare plan, .sol)
    #[arg(long, value_name = "PLAN")]
    plan: Option<PathBuf>,
    /// An option of the question (repeatable)
    #[arg(long = "option", short = 'O', value_name = "NAME=VALUE", value_parser = options::parse)]
    options: Vec<(String, String)>,
    /// Wall-clock limit of all searches together [default: 30s, none with --work-limit]
    #[arg(long, value_parser = duration::parse, value_name = "DURATION")]
    time_limit: Option<Duration>,
    /// Limit of each search in deterministic work units: same bytes on any machine
    #[arg(long, value_name = "UNITS")]
    work_limit: Option<u64>,
    /// Root of all random numbers
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Worker threads [default: all cores]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256), value_name = "N")]
    threads: Option<u16>,
    /// Where the answer goes
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

/// Unless another limit is given, nobody waits longer than this.
const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(30);
/// Of many searches, each gets this part of the time that is left.
const PARTS: u32 = 6;

pub(crate) fn run(args: AskArgs, console: &Console) -> Result<Answer, Failure> {
    output::check_folder(&args.output)?;
    let inputs = [Some(&args.instance), args.plan.as_ref()].into_iter().flatten();
    let inputs: Vec<_> = inputs.map(PathBuf::as_path).collect();
    input::at_most_one_stdin(inputs.iter().copied())?;
    output::check_distinct(inputs, [args.output.as_path()])?;
    let source = input::open(&args.instance)?;
    input::for_family_of(&source, Ask { source: &source, args, console })
}

struct Ask<'a> {
    source: &'a Source,
    args: AskArgs,
    console: &'a Console,
}

impl Visitor for Ask<'_> {
    type Output = Result<Answer, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let Self { source, args, console } = self;
        if F::questions().is_empty() {
            let cause = format!("{} has no questions", F::NAME);
            return Err(Failure::usage(
                cause,
                "`placewright explain` tells why a plan is as it is",
            ));
        }
        let name = args.question.as_deref();
        let Some(question) = options::choose("question", name, F::questions())? else {
            return Ok(Answer::Positive);
        };
        let options: AskOptions = options::unique(args.options)?;
        let file = InstanceFile::<F::Instance>::read::<F>(source)?;
        let given =
            args.plan.as_ref().map(|path| plan_input::read::<F>(path, &file)).transpose()?;
        let plan = given.and_then(|given| given.plan);
        if let Some(Verdict::Refused(violations)) =
            plan.as_ref().map(|plan| F::judge(&file.instance, plan))
        {
            let reasons: Vec<String> = violations.iter().map(ToString::to_string).collect();
            console.refusal(&format!("the referee refuses the plan: {}", reasons.join("; ")));
            return Ok(Answer::Negative);
        }
        let searcher = Searcher {
            deadline: match (args.time_limit, args.work_limit) {
                (None, Some(_)) => None,
                (time, _) => Instant::now().checked_add(time.unwrap_or(DEFAULT_TIME_LIMIT)),
            },
            work: args.work_limit,
            seed: args.seed,
            threads: args.threads.map_or_else(crate::solve::all_cores, usize::from),
            cancel: Cell::new(None),
        };
        let search =
            |instance: &F::Instance, start, until| searcher.search::<F>(instance, start, until);
        let asked = Asked { instance: &file.instance, plan: plan.as_ref(), search: &search };
        let report = (question.run)(&asked, &options).map_err(|unanswered| match unanswered {
            Unanswered::Options(issues) => Failure::from(Rejected::new(question.name, issues)),
            Unanswered::Engine(error) => Failure::from(error),
        })?;
        output::write(
            &args.output,
            &match console.format() {
                LogFormat::Text => report.text,
                LogFormat::Json => format!("{:#}\n", report.json),
            },
        )?;
        Ok(Answer::Positive)
    }
}

/// Searches within what is left.
struct Searcher {
    deadline: Option<Instant>,
    work: Option<u64>,
    seed: u64,
    threads: usize,
    /// Made when the first search begins: before that, Ctrl-C simply ends the program.
    cancel: Cell<Option<placewright_solver::budget::CancelToken>>,
}

impl Searcher {
    fn search<F: Family>(
        &self,
        instance: &F::Instance,
        start: Option<F::Plan>,
        until: Until,
    ) -> Result<Outcome<F::Plan>, EngineError> {
        let cancel = self.cancel.take().unwrap_or_else(interrupt::cancelled_by_ctrl_c);
        self.cancel.set(Some(cancel.clone()));
        let left = self.deadline.map(|end| end.saturating_duration_since(Instant::now()));
        // A gap of 1 is that of any plan to a bound of nothing.
        let (time, gap) = match until {
            Until::BestPlan => (left, 0.0),
            Until::AnyPlan => (left.map(|left| left / PARTS), 1.0),
        };
        let options = Options { seed: self.seed, threads: self.threads, gap };
        let budget = Budget::new(time, self.work, cancel);
        driver::solve(instance, &F::methods(), &options, &budget, start, &Silent)
    }
}
