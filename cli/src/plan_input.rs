//! Plans that users bring along: solution files and bare plans.

use std::path::Path;

use placewright_instances::family::Family;
use placewright_instances::files::solution::{SolutionFile, read_plan};
use placewright_instances::files::{InstanceFile, Source};

use crate::failure::Failure;
use crate::input;

/// A plan from a file, and what the file claims about it.
pub(crate) struct GivenPlan<F: Family> {
    /// The plan; `None` in the answer to an infeasible instance.
    pub(crate) plan: Option<F::Plan>,
    /// Everything else that a solution file says.
    pub(crate) claims: Option<SolutionFile<F::PlanFile>>,
}

/// Reads a solution file or a bare plan, whichever it is.
pub(crate) fn read<F: Family>(
    path: &Path,
    instance: &InstanceFile<F::Instance>,
) -> Result<GivenPlan<F>, Failure> {
    let source = input::open(path)?;
    if is_bare_plan(&source) {
        let plan = read_plan::<F>(&source, &instance.instance)?;
        return Ok(GivenPlan { plan: Some(plan), claims: None });
    }
    let claims = SolutionFile::<F::PlanFile>::read::<F>(&source)?;
    let plan = claims.plan_for::<F>(&source, &instance.instance)?;
    Ok(GivenPlan { plan, claims: Some(claims) })
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
