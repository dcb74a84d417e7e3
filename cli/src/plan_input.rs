//! Plans that users bring along: solution files, bare plans, and answers of other solvers.

use std::path::Path;

use placewright_instances::codes;
use placewright_instances::family::Family;
use placewright_instances::files::solution::{SolutionFile, read_plan};
use placewright_instances::files::{InstanceFile, Rejected, Source};
use placewright_solver::issue::Issue;
use placewright_solver::mip::{self, SolutionFileError};

use crate::failure::Failure;
use crate::input;

/// A plan from a file, and what the file claims about it.
pub(crate) struct GivenPlan<F: Family> {
    /// The plan; `None` in the answer to an infeasible instance.
    pub(crate) plan: Option<F::Plan>,
    /// Everything else that a solution file of ours says.
    pub(crate) claims: Option<SolutionFile<F::PlanFile>>,
}

/// Reads whichever kind of plan it is.
pub(crate) fn read<F: Family>(
    path: &Path,
    instance: &InstanceFile<F::Instance>,
) -> Result<GivenPlan<F>, Failure> {
    let source = input::open(path)?;
    if !is_json(&source) {
        let plan = solver_answer::<F>(&source, &instance.instance)?;
        return Ok(GivenPlan { plan: Some(plan), claims: None });
    }
    if is_bare_plan(&source) {
        let plan = read_plan::<F>(&source, &instance.instance)?;
        return Ok(GivenPlan { plan: Some(plan), claims: None });
    }
    let claims = SolutionFile::<F::PlanFile>::read::<F>(&source)?;
    let plan = claims.plan_for::<F>(&source, &instance.instance)?;
    Ok(GivenPlan { plan, claims: Some(claims) })
}

/// Our files are JSON, whatever their state; an answer of a solver begins with a word.
fn is_json(source: &Source) -> bool {
    let named_json = source.name.ends_with(".json") || source.name.ends_with(".json.zst");
    named_json || source.text.trim_start().starts_with(['{', '[', '"'])
}

/// A JSON object without the head that all our files have.
fn is_bare_plan(source: &Source) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        format: Option<serde::de::IgnoredAny>,
        family: Option<serde::de::IgnoredAny>,
    }
    serde_json::from_str(&source.text)
        .is_ok_and(|head: Head| head.format.is_none() && head.family.is_none())
}

/// Values of the exact model's columns, by name, as a plan. The solver's objective is not read:
/// the referee prices the plan.
fn solver_answer<F: Family>(source: &Source, instance: &F::Instance) -> Result<F::Plan, Failure> {
    let formulation = F::formulation();
    let model = formulation.build(instance);
    let values = mip::SolutionFile::read(source.text.as_bytes())
        .and_then(|file| file.vector(&model))
        .map_err(|error| refused(source, &error))?;
    Ok(formulation.decode(instance, &values))
}

fn refused(source: &Source, error: &SolutionFileError) -> Rejected {
    let action = match error {
        SolutionFileError::UnknownColumn { .. } => {
            "solve the model that `placewright export` writes for this very instance"
        }
        _ => "give a solution file of ours, a bare plan, or a .sol of MIPLIB, HiGHS, SCIP or CBC",
    };
    let mut issue = Issue::new(codes::NOT_UNDERSTOOD.code, "", error.to_string(), action);
    if let SolutionFileError::Line { line, .. } = error {
        issue.line = Some(*line);
    }
    source.reject(vec![issue])
}
