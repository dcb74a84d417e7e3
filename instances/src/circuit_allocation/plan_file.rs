//! Plans as they stand in files: jobs by name, everything else by number.

use std::collections::HashMap;

use placewright_models::circuit_allocation::instance::{Circuits, Instance, ServerShare};
use placewright_models::circuit_allocation::plan::{Placement, Plan};
use placewright_solver::issue::Issue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes;

/// A plan by names: jobs that are not listed are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// What jobs get.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placed: Vec<PlacementEntry>,
    /// Where the circuits of live jobs run, or, to rewire, all circuits wanted. Without the key
    /// every live circuit stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wiring: Option<Vec<Circuits>>,
}

/// What a job gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementEntry {
    /// Name of the job.
    pub job: String,
    /// Its GPUs; ranks follow this order.
    pub servers: Vec<ServerShare>,
    /// Its circuits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub circuits: Vec<Circuits>,
}

impl PlanFile {
    /// The file form of a plan of this instance; entries beyond the instance are left out.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let jobs = instance.question.jobs().iter().zip(&plan.placed);
        let placed = jobs.filter_map(|(job, placement)| {
            let Placement { servers, circuits } = placement.clone()?;
            Some(PlacementEntry { job: job.name.clone(), servers, circuits })
        });
        Self { placed: placed.collect(), wiring: plan.wiring.clone() }
    }

    /// The plan in terms of an instance.
    ///
    /// # Errors
    /// Jobs that are unknown or given twice, with pointers relative to this object.
    pub fn into_plan(self, instance: &Instance) -> Result<Plan, Vec<Issue>> {
        let mut issues = Vec::new();
        let jobs = instance.question.jobs();
        let index: HashMap<&str, usize> =
            jobs.iter().map(|job| job.name.as_str()).zip(0..).collect();
        let mut placed: Vec<Option<Placement>> = vec![None; jobs.len()];
        for (position, entry) in self.placed.into_iter().enumerate() {
            let path = format!("/placed/{position}/job");
            let PlacementEntry { job, servers, circuits } = entry;
            match index.get(job.as_str()).map(|&at| &mut placed[at]) {
                None => {
                    let cause = format!("the question has no job {job:?}");
                    issues.push(codes::issue(codes::UNKNOWN_NAME, path, cause));
                }
                Some(Some(_)) => {
                    let cause = format!("{job:?} is placed already");
                    issues.push(codes::issue(codes::DUPLICATE_NAME, path, cause));
                }
                Some(own) => *own = Some(Placement { servers, circuits }),
            }
        }
        let plan = Plan { placed, wiring: self.wiring };
        if issues.is_empty() { Ok(plan) } else { Err(issues) }
    }
}
