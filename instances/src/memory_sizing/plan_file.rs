//! Plans as they stand in files: types and nodes by name.

use std::collections::HashMap;

use placewright_models::memory_sizing::instance::{Instance, NodeId, TypeId};
use placewright_models::memory_sizing::plan::{Ladder, Placement, Plan};
use placewright_solver::issue::Issue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes;

/// A plan by names. The order of entries does not matter; ranges are for the referee to judge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// One ladder per task type.
    pub ladders: Vec<LadderEntry>,
    /// Slots of task types on nodes, where the instance has nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placements: Vec<PlacementEntry>,
}

/// The ladder of a task type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderEntry {
    /// Name of the task type.
    #[serde(rename = "type")]
    pub task_type: String,
    /// Memory of the first attempt and every retry, in MiB, strictly increasing.
    pub allocations_mib: Vec<u64>,
}

/// Tasks of a type side by side on a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacementEntry {
    /// Name of the task type.
    #[serde(rename = "type")]
    pub task_type: String,
    /// Name of the node.
    pub node: String,
    /// How many tasks.
    pub slots: u32,
}

impl PlanFile {
    /// The file form of a plan of this instance; entries beyond the instance are left out.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let ladder = |(task_type, ladder): (&_, &Ladder)| LadderEntry {
            task_type: Clone::clone(task_type),
            allocations_mib: ladder.0.clone(),
        };
        let names = instance.types.iter().map(|task_type| &task_type.name);
        Self {
            ladders: names.zip(&plan.ladders).map(ladder).collect(),
            placements: plan
                .placements
                .iter()
                .filter_map(|p| placement_entry(instance, p))
                .collect(),
        }
    }

    /// The plan in terms of an instance.
    ///
    /// # Errors
    /// Names that are unknown, missing or given twice, with pointers relative to this object.
    pub fn into_plan(self, instance: &Instance) -> Result<Plan, Vec<Issue>> {
        let mut issues = Vec::new();
        let types = index(instance.types.iter().map(|task_type| task_type.name.as_str()));
        let nodes = index(instance.nodes.iter().map(|node| node.name.as_str()));
        let placements = placements(&self.placements, &types, &nodes, &mut issues);
        let ladders = ladders(self.ladders, instance, &types, &mut issues);
        if issues.is_empty() { Ok(Plan { ladders, placements }) } else { Err(issues) }
    }
}

fn placement_entry(instance: &Instance, placement: &Placement) -> Option<PlacementEntry> {
    Some(PlacementEntry {
        task_type: instance.types.get(placement.task_type.index())?.name.clone(),
        node: instance.nodes.get(placement.node.index())?.name.clone(),
        slots: placement.slots,
    })
}

type Index<'a> = HashMap<&'a str, u32>;

fn index<'a>(names: impl Iterator<Item = &'a str>) -> Index<'a> {
    names.zip(0..).collect()
}

fn ladders(
    entries: Vec<LadderEntry>,
    instance: &Instance,
    types: &Index,
    issues: &mut Vec<Issue>,
) -> Vec<Ladder> {
    let mut ladders: Vec<Option<Ladder>> = vec![None; instance.types.len()];
    for (position, entry) in entries.into_iter().enumerate() {
        let path = format!("/ladders/{position}/type");
        let Some(id) = find(types, &entry.task_type, "task type", &path, issues) else { continue };
        if ladders[id as usize].replace(Ladder(entry.allocations_mib)).is_some() {
            let cause = format!("a second ladder for {:?}", entry.task_type);
            issues.push(codes::issue(codes::DUPLICATE_NAME, path, cause));
        }
    }
    for (task_type, ladder) in instance.types.iter().zip(&ladders) {
        if ladder.is_none() {
            let cause = format!("no ladder for {:?}", task_type.name);
            issues.push(codes::issue(codes::MISSING_NAME, "/ladders", cause));
        }
    }
    ladders.into_iter().map(Option::unwrap_or_default).collect()
}

fn placements(
    entries: &[PlacementEntry],
    types: &Index,
    nodes: &Index,
    issues: &mut Vec<Issue>,
) -> Vec<Placement> {
    let mut seen = HashMap::new();
    let mut placements = Vec::with_capacity(entries.len());
    for (position, entry) in entries.iter().enumerate() {
        let path = format!("/placements/{position}");
        let task_type = find(types, &entry.task_type, "task type", &format!("{path}/type"), issues);
        let node = find(nodes, &entry.node, "node", &format!("{path}/node"), issues);
        let (Some(task_type), Some(node)) = (task_type, node) else { continue };
        if let Some(first) = seen.insert((task_type, node), position) {
            let cause = format!(
                "{:?} is placed on {:?} at /placements/{first} too",
                entry.task_type, entry.node
            );
            issues.push(codes::issue(codes::DUPLICATE_NAME, path, cause));
        }
        let (task_type, node) = (TypeId(task_type), NodeId(node));
        placements.push(Placement { task_type, node, slots: entry.slots });
    }
    placements
}

fn find(index: &Index, name: &str, what: &str, path: &str, issues: &mut Vec<Issue>) -> Option<u32> {
    let found = index.get(name).copied();
    if found.is_none() {
        let cause = format!("the instance has no {what} {name:?}");
        issues.push(codes::issue(codes::UNKNOWN_NAME, path, cause));
    }
    found
}
