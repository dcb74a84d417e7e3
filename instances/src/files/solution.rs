//! Solution files: the answer to an instance, without anything that differs from run to run.

use placewright_solver::certificate::Certificate;
use placewright_solver::objective::Objective;
use placewright_solver::outcome::{Outcome, Status};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::document::{self, reject_at};
use super::header::Header;
use super::instance::InstanceFile;
use super::layout;
use super::rejected::Rejected;
use super::source::Source;
use crate::codes;
use crate::family::Family;
use crate::schema;

/// The `format` of solution files.
pub const FORMAT: &str = "placewright-solution";

/// An answer as it stands in a file. The same seed and work limit give the same bytes: there are
/// no times, no host names and no versions in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolutionFile<P> {
    /// What kind of file this is.
    pub format: String,
    /// The problem family.
    pub family: String,
    /// Version of the family's format.
    pub version: u32,
    /// Name of the instance.
    pub instance: String,
    /// SHA-256 of the instance as compact JSON in the order of the schema.
    pub instance_sha256: String,
    /// Root seed of the run.
    pub seed: u64,
    /// How much is known about the answer.
    pub status: Status,
    /// Cost of the plan, from the referee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<Objective>,
    /// No feasible plan costs less than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Objective>,
    /// Relative gap between objective and bound, from 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<f64>,
    /// Why the bound, or the infeasibility, may be believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// The decisions, with names instead of indices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<P>,
}

impl<P> SolutionFile<P> {
    /// The file for the outcome of a run on an instance.
    #[must_use]
    pub fn new<F: Family<PlanFile = P>>(
        instance: &InstanceFile<F::Instance>,
        outcome: &Outcome<F::Plan>,
    ) -> Self {
        let plan = outcome.plan.as_ref();
        Self {
            format: FORMAT.to_owned(),
            family: F::NAME.to_owned(),
            version: F::VERSION,
            instance: instance.name.clone(),
            instance_sha256: instance.sha256(),
            seed: outcome.seed,
            status: outcome.status,
            objective: outcome.objective.clone(),
            bound: outcome.bound().cloned(),
            gap: outcome.gap(),
            certificate: outcome.certificate.clone(),
            plan: plan.map(|plan| F::plan_to_file(&instance.instance, plan)),
        }
    }
}

impl<P: DeserializeOwned> SolutionFile<P> {
    /// Reads a solution file. Whether the plan keeps the rules is for the referee to say.
    ///
    /// # Errors
    /// Every problem of the file, each with its line: syntax, or schema.
    pub fn read<F: Family<PlanFile = P>>(source: &Source) -> Result<Self, Rejected> {
        let header = Header { format: FORMAT, family: F::NAME, version: F::VERSION };
        let file: Self = document::read(source, header, schema::solution_schema::<F>)?;
        let issues = header.issues(&file.format, &file.family, file.version.into());
        if issues.is_empty() { Ok(file) } else { Err(reject_at(source, "", issues)) }
    }
}

impl<P> SolutionFile<P> {
    /// Refuses a solution that was made for other data than this instance.
    ///
    /// # Errors
    /// One issue when the hashes differ.
    pub fn must_belong_to<I: Serialize>(
        &self,
        source: &Source,
        instance: &InstanceFile<I>,
    ) -> Result<(), Rejected> {
        let sha256 = instance.sha256();
        if self.instance_sha256 == sha256 {
            return Ok(());
        }
        let cause = format!(
            "the solution is for {:?} ({:.12}…), the instance is {:?} ({sha256:.12}…)",
            self.instance, self.instance_sha256, instance.name
        );
        let issue = codes::issue(codes::OTHER_INSTANCE, "/instance_sha256", cause);
        Err(reject_at(source, "", vec![issue]))
    }
}

impl<P: Clone> SolutionFile<P> {
    /// The plan in terms of an instance, `None` where the file has none. The instance need not be
    /// the one the plan was made for, as long as the names agree (to start from an older plan).
    ///
    /// # Errors
    /// Names that are unknown, missing or given twice, each with its line.
    pub fn plan_for<F: Family<PlanFile = P>>(
        &self,
        source: &Source,
        instance: &F::Instance,
    ) -> Result<Option<F::Plan>, Rejected> {
        let Some(plan) = &self.plan else { return Ok(None) };
        F::plan_from_file(instance, plan.clone())
            .map(Some)
            .map_err(|issues| reject_at(source, "/plan", issues))
    }
}

impl<P: Serialize> SolutionFile<P> {
    /// The file's text; the same solution gives the same bytes.
    ///
    /// # Errors
    /// Only for data that JSON cannot express, which no family has.
    pub fn to_text(&self) -> serde_json::Result<String> {
        layout::to_text(self)
    }
}

/// Reads a bare plan, such as the `plan` of a solution file, in terms of an instance.
///
/// # Errors
/// Every problem of the file, each with its line: syntax, or schema, or names.
pub fn read_plan<F: Family>(source: &Source, instance: &F::Instance) -> Result<F::Plan, Rejected> {
    // A bare plan has no head; what is absent is not compared.
    let header = Header { format: FORMAT, family: F::NAME, version: F::VERSION };
    let file = document::read(source, header, schema::plan_schema::<F>)?;
    F::plan_from_file(instance, file).map_err(|issues| reject_at(source, "", issues))
}
