//! `placewright emit`: a plan as the configuration of another system, or as a report.

use std::path::PathBuf;

use clap::Args;
use placewright_instances::family::{self, Emitter, Family};
use placewright_instances::files::{InstanceFile, Source};
use placewright_instances::registry::Visitor;
use placewright_solver::problem::Verdict;

use crate::console::{Console, LogFormat};
use crate::failure::{Answer, Failure};
use crate::{input, output, plan_input};

/// Emit a plan for another system: a workflow configuration, a table, a report
///
/// Only plans that the referee accepts are emitted.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright emit rnaseq.json rnaseq.sol.json --format nextflow --output memory.config
  placewright emit rnaseq.json rnaseq.sol.json --format report")]
pub(crate) struct EmitArgs {
    /// The instance file
    instance: PathBuf,
    /// A solution file, a bare plan, or the .sol of a MIP solver
    solution: PathBuf,
    /// report, or a format of the family such as nextflow, slurm, kubernetes, csv
    #[arg(long)]
    format: String,
    /// Where it goes
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

pub(crate) fn run(args: &EmitArgs, console: &Console) -> Result<Answer, Failure> {
    input::at_most_one_stdin([args.instance.as_path(), args.solution.as_path()])?;
    output::check_folder(&args.output)?;
    let inputs = [args.instance.as_path(), args.solution.as_path()];
    output::check_distinct(inputs, [args.output.as_path()])?;
    let source = input::open(&args.instance)?;
    match input::for_family_of(&source, Emit { source: &source, args, console })? {
        Some(text) => {
            output::write(&args.output, &text)?;
            Ok(Answer::Positive)
        }
        None => Ok(Answer::Negative),
    }
}

struct Emit<'a> {
    source: &'a Source,
    args: &'a EmitArgs,
    console: &'a Console,
}

/// The format that every family has.
pub(crate) const REPORT: &str = "report";

/// The emitter of a format, `None` for the report.
pub(crate) fn emitter<F: Family>(format: &str) -> Result<Option<&'static Emitter<F>>, Failure> {
    let emitter = family::emitter::<F>(format);
    if emitter.is_none() && format != REPORT {
        let known: Vec<&str> = F::emitters().iter().map(|each| each.name).collect();
        let action = format!("choose report or one of {}", known.join(", "));
        return Err(Failure::usage(format!("there is no format {format:?}"), action));
    }
    Ok(emitter)
}

impl Visitor for Emit<'_> {
    type Output = Result<Option<String>, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let Self { source, args, console } = self;
        let emitter = emitter::<F>(&args.format)?;
        let file = InstanceFile::<F::Instance>::read::<F>(source)?;
        let given = plan_input::read::<F>(&args.solution, &file)?;
        let Some(plan) = given.plan else {
            console.refusal("the solution has no plan, nothing is emitted");
            return Ok(None);
        };
        if let Verdict::Refused(violations) = F::judge(&file.instance, &plan) {
            let reasons: Vec<String> = violations.iter().map(ToString::to_string).collect();
            console.refusal(&format!("the referee refuses the plan: {}", reasons.join("; ")));
            return Ok(None);
        }
        Ok(Some(match (emitter, console.format()) {
            (Some(emitter), _) => (emitter.emit)(&F::emission(&file.instance, &plan)),
            (None, LogFormat::Text) => F::report(&file.instance, &plan).text,
            (None, LogFormat::Json) => format!("{:#}\n", F::report(&file.instance, &plan).json),
        }))
    }
}
