//! One file: the solution as data, log and closing report for people.

use std::path::{Path, PathBuf};

use placewright_instances::family::Family;
use placewright_instances::files::{InstanceFile, Source};
use placewright_instances::registry::Visitor;
use placewright_solver::outcome::Status;
use placewright_solver::problem::Verdict;
use placewright_solver::report::{Summary, closing_report};

use super::Request;
use super::statistics::Statistics;
use crate::certify::certify;
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::methods::select;
use crate::search::search;
use crate::{input, output, plan_input};

/// The answer to one file, whatever its family.
pub(super) struct Solved {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) summary: Summary,
    closing: String,
}

impl Solved {
    pub(super) fn answer(&self) -> Answer {
        match self.summary.status {
            Status::Optimal | Status::WithinGap | Status::Feasible => Answer::Positive,
            Status::Infeasible | Status::Unknown => Answer::Negative,
        }
    }
}

pub(super) fn run(file: &Path, request: &Request, console: &Console) -> Result<Answer, Failure> {
    let solved = solve(file, request, console)?;
    console.say(&solved.closing);
    let statistics = Statistics::new(file, &solved, request);
    console.record(&statistics.as_event());
    let target = target(file, request)?;
    output::write(&target, &solved.text)?;
    if let Some(path) = &request.stats {
        output::write(path, &statistics.to_text())?;
    }
    Ok(solved.answer())
}

fn target(file: &Path, request: &Request) -> Result<PathBuf, Failure> {
    match &request.output {
        None => Ok(PathBuf::from("-")),
        Some(folder) if output::is_folder(folder) => {
            output::create_folder(folder)?;
            Ok(output::solution_path(folder, &input::stem(file)))
        }
        Some(path) => Ok(path.clone()),
    }
}

/// Reads, searches, and has the answer judged once more.
pub(super) fn solve(file: &Path, request: &Request, console: &Console) -> Result<Solved, Failure> {
    let source = input::open(file)?;
    input::for_family_of(&source, Solve { source: &source, request, console })
}

struct Solve<'a> {
    source: &'a Source,
    request: &'a Request,
    console: &'a Console,
}

impl Visitor for Solve<'_> {
    type Output = Result<Solved, Failure>;

    fn visit<F: Family>(self) -> Self::Output {
        let Solve { source, request, console } = self;
        let methods = select::<F>(&request.method)?;
        let file = InstanceFile::<F::Instance>::read::<F>(source)?;
        let start = self.start::<F>(&file)?;
        let outcome = search(&file.instance, &methods, &request.limits, start, console)?;
        let certified = certify::<F>(source, &file, &outcome)?;
        let summary = Summary::new(&outcome, certified.trust);
        let mut closing = format!("\n{}", closing_report(&summary, F::cost_text));
        if let Some(plan) = outcome.plan.filter(|_| !console.is_quiet()) {
            closing.push_str(&format!("\n  {}\n", F::headline(&file.instance, &plan)));
        }
        Ok(Solved { name: file.name, text: certified.text, summary, closing })
    }
}

impl Solve<'_> {
    /// The plan to begin with. One that breaks the rules is left out: the search may still repair
    /// what an older plan could not know.
    fn start<F: Family>(
        &self,
        file: &InstanceFile<F::Instance>,
    ) -> Result<Option<F::Plan>, Failure> {
        let Some(path) = &self.request.start else { return Ok(None) };
        let plan = plan_input::read::<F>(path, file)?.plan;
        if let Some(plan) = &plan
            && let Verdict::Refused(violations) = F::judge(&file.instance, plan)
        {
            let reasons: Vec<String> = violations.iter().map(ToString::to_string).collect();
            let reasons = reasons.join("; ");
            self.console.remark(&format!("the start is not feasible and not used: {reasons}"));
        }
        Ok(plan)
    }
}
