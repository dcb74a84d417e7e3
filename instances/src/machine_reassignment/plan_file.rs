//! Plans as they stand in files: a machine per process.

use placewright_models::machine_reassignment::instance::{Instance, MachineId};
use placewright_models::machine_reassignment::plan::Plan;
use placewright_solver::issue::Issue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes;

/// A machine per process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// The machine of every process, both by their places in the instance's lists, from 0.
    pub machines: Vec<MachineId>,
}

impl PlanFile {
    /// The file form of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        Self { machines: plan.machines.clone() }
    }

    /// The plan in terms of an instance.
    ///
    /// # Errors
    /// Machines that do not exist, or more or fewer than processes, with pointers relative to this
    /// object.
    pub fn into_plan(self, instance: &Instance) -> Result<Plan, Vec<Issue>> {
        let mut issues = Vec::new();
        let (processes, machines) = (instance.processes.len(), instance.machines.len());
        if self.machines.len() != processes {
            let cause = format!("{} machines for {processes} processes", self.machines.len());
            issues.push(codes::issue(codes::MISSING_NAME, "/machines", cause));
        }
        for (p, machine) in self.machines.iter().enumerate() {
            if machine.index() >= machines {
                let cause =
                    format!("there are {machines} machines, from 0 on, and no {}", machine.0);
                issues.push(codes::issue(codes::UNKNOWN_NAME, format!("/machines/{p}"), cause));
            }
        }
        if issues.is_empty() { Ok(Plan { machines: self.machines }) } else { Err(issues) }
    }
}
