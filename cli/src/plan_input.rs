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

/// How far a solver's values may be from whole numbers, bounds and rows.
const SOLVER_TOLERANCE: f64 = 1e-5;

/// Values of the exact model's columns, by name, as a plan. They must be a solution of the model
/// and cost what the file says; the referee then prices the plan itself.
fn solver_answer<F: Family>(source: &Source, instance: &F::Instance) -> Result<F::Plan, Failure> {
    let formulation = F::formulation();
    if let Some(reason) = formulation.missing(instance) {
        return Err(Failure::usage(reason, "give a solution file of ours, or a bare plan"));
    }
    let model = formulation.build(instance);
    let file = mip::SolutionFile::read(source.text.as_bytes());
    let file = file.map_err(|error| refused(source, &error))?;
    let values = file.vector(&model).map_err(|error| refused(source, &error))?;
    let mut broken: Vec<String> = model
        .violations(&values, SOLVER_TOLERANCE)
        .iter()
        .map(|violation| format!("not a solution of the exact model: {violation}"))
        .collect();
    let cost = model.objective(&values);
    let claims_another = |claim: &f64| {
        let scale = cost.abs().max(model.constant().abs()).max(1.0);
        (claim - cost).abs() > SOLVER_TOLERANCE * scale
    };
    if let Some(claim) = file.objective.filter(claims_another) {
        broken.push(format!("the file says the values cost {claim}, the model {cost}"));
    }
    if !broken.is_empty() {
        let action = "give the solver's file as it wrote it";
        let issue = |cause: String| Issue::new(codes::NOT_UNDERSTOOD.code, "", cause, action);
        return Err(source.reject(broken.into_iter().take(10).map(issue).collect()).into());
    }
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
