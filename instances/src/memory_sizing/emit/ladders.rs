//! What emitters write: ladders by name, whether a plan or an engine decided them.

use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::Plan;
use serde::Serialize;

use crate::memory_sizing::plan_file::{LadderEntry, PlacementEntry, PlanFile};

/// Ladders for task types, in the form that plans have in files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ladders {
    /// Largest allocation, in MiB.
    #[serde(skip)]
    pub limit_mib: u64,
    /// One ladder per task type.
    #[serde(rename = "ladders")]
    pub types: Vec<TypeLadder>,
    /// Slots of task types on nodes, where a plan has any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub placements: Vec<PlacementEntry>,
}

/// The ladder of a task type, and those by input size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TypeLadder {
    /// Name of the task type.
    #[serde(rename = "type")]
    pub name: String,
    /// Memory of the first attempt and every retry whatever the input size, in MiB, strictly
    /// increasing.
    pub allocations_mib: Vec<u64>,
    /// The same by input size, by rising size; empty where one ladder suits all sizes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Inputs of a Nextflow process whose sizes add up to the input size, by their variables.
    #[serde(skip)]
    pub input_variables: Vec<String>,
}

/// A ladder for a range of input sizes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The largest input size it is for, in bytes; `None` for the last step.
    pub up_to_bytes: Option<u64>,
    /// Memory of the first attempt and every retry, in MiB, strictly increasing.
    pub allocations_mib: Vec<u64>,
}

impl Ladders {
    /// The ladders of a plan; entries beyond the instance are left out.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let PlanFile { ladders, placements } = PlanFile::of(instance, plan);
        let ladder = |LadderEntry { task_type: name, allocations_mib }| TypeLadder {
            name,
            allocations_mib,
            ..TypeLadder::default()
        };
        Self {
            limit_mib: instance.node_limit_mib,
            types: ladders.into_iter().map(ladder).collect(),
            placements,
        }
    }
}

/// The least ladder that is nowhere below any of these; shorter ones stay at their last rung.
pub(in crate::memory_sizing) fn largest(ladders: &[&[u64]]) -> Vec<u64> {
    let longest = ladders.iter().map(|ladder| ladder.len()).max().unwrap_or(0);
    let rung = |attempt: usize| {
        let of = |ladder: &&[u64]| ladder.get(attempt).or(ladder.last()).copied();
        ladders.iter().filter_map(of).max().unwrap_or(0)
    };
    let mut rungs: Vec<u64> = (0..longest).map(rung).collect();
    rungs.dedup();
    rungs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_ladders_suit_all() {
        assert_eq!(largest(&[&[1, 5], &[3], &[2, 4, 6]]), [3, 5, 6]);
        assert_eq!(largest(&[&[7], &[1, 2]]), [7]);
    }
}
