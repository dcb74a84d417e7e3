//! `placewright explain`: what an error code means, or why a plan looks as it does.

use std::path::{Path, PathBuf};

use clap::Args;
use placewright_instances::codes;
use placewright_instances::family::Family;
use placewright_instances::files::{InstanceFile, Source};
use placewright_instances::registry::Visitor;
use placewright_solver::issue::ErrorCode;
use placewright_solver::problem::Verdict;

use crate::console::{Console, LogFormat};
use crate::failure::{Answer, Failure};
use crate::{input, output, plan_input};

/// Explain an error code, an instance, or a plan
///
/// For a plan: why each part looks as it does, which shared limits bind, and what they cost.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  placewright explain MS106
  placewright explain rnaseq.json                   why there may be no plan
  placewright explain rnaseq.json rnaseq.sol.json   why this plan")]
pub(crate) struct ExplainArgs {
    /// An error code such as MS106, or an instance file
    #[arg(value_name = "CODE|INSTANCE")]
    subject: PathBuf,
    /// A solution file, a bare plan, or the .sol of a MIP solver
    solution: Option<PathBuf>,
}

pub(crate) fn run(args: &ExplainArgs, console: &Console) -> Result<Answer, Failure> {
    if let Some(code) = as_code(&args.subject) {
        output::to_stdout(&code_text(code, console)?)?;
        return Ok(Answer::Positive);
    }
    let solution = args.solution.as_deref();
    input::at_most_one_stdin([args.subject.as_path()].into_iter().chain(solution))?;
    let source = input::open(&args.subject)?;
    input::for_family_of(&source, Explain { source: &source, solution, console })
}

/// Two letters and three digits are a code, unless there is a file of this name.
fn as_code(subject: &Path) -> Option<&str> {
    let text = subject.to_str()?;
    let (letters, digits) = (text.get(..2)?, text.get(2..)?);
    let is_code = digits.len() == 3
        && letters.chars().all(|c| c.is_ascii_alphabetic())
        && digits.chars().all(|c| c.is_ascii_digit());
    (is_code && !subject.exists()).then_some(text)
}

fn code_text(code: &str, console: &Console) -> Result<String, Failure> {
    let entry = codes::explain(code).ok_or_else(|| {
        let known: Vec<&str> = codes::all().iter().map(|entry| entry.code).collect();
        Failure::usage(format!("there is no code {code}"), format!("there are {}", known.join(" ")))
    })?;
    let ErrorCode { code, title, meaning, action } = entry;
    match console.format() {
        LogFormat::Text => Ok(format!("{code}: {title}\n\n{meaning}\n\nWhat to do: {action}\n")),
        LogFormat::Json => output::serialised(serde_json::to_string(&entry).map(|t| t + "\n")),
    }
}

struct Explain<'a> {
    source: &'a Source,
    solution: Option<&'a Path>,
    console: &'a Console,
}

impl Visitor for Explain<'_> {
    type Output = Result<Answer, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let file = InstanceFile::<F::Instance>::read::<F>(self.source)?;
        let given = self.solution.map(|path| plan_input::read::<F>(path, &file)).transpose()?;
        let claims = given.as_ref().and_then(|given| given.claims.as_ref());
        let certificate = claims.and_then(|claims| claims.certificate.as_ref());
        let plan = given.as_ref().and_then(|given| given.plan.as_ref());
        let verdict = plan.map(|plan| F::judge(&file.instance, plan));
        if let Some(Verdict::Refused(violations)) = verdict {
            let lines: Vec<String> = violations.iter().map(|each| format!("{each}\n")).collect();
            output::to_stdout(&format!("the plan breaks these rules:\n{}", lines.concat()))?;
            return Ok(Answer::Negative);
        }
        let report = F::explain(&file.instance, plan, certificate);
        output::to_stdout(&match self.console.format() {
            LogFormat::Text => report.text,
            LogFormat::Json => format!("{}\n", report.json),
        })?;
        Ok(Answer::Positive)
    }
}
