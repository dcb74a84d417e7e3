//! Plans as they stand in files: shards, nodes and stores by name.

use std::collections::HashMap;

use placewright_models::replication_placement::instance::{
    Instance, ModeByName, NodeId, Placement, StoreId,
};
use placewright_models::replication_placement::plan::{Mode, Plan, ShardPlan};
use placewright_solver::issue::Issue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes;

/// A plan by names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// Every shard's placement.
    pub shards: Vec<ShardEntry>,
}

/// The placement of a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShardEntry {
    /// Name of the shard.
    pub shard: String,
    /// Mode and nodes.
    pub placement: Placement,
}

impl PlanFile {
    /// The file form of a plan of this instance; entries beyond the instance are left out.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let store = |store: StoreId| Some(instance.stores.get(store.index())?.name.clone());
        let mode = |mode: Mode| {
            Some(match mode {
                Mode::Checkpoint { store: j, interval_ms } => {
                    ModeByName::Checkpoint { store: store(j)?, interval_ms }
                }
                Mode::RelaxedChain { period_ms } => ModeByName::RelaxedChain { period_ms },
                Mode::StrictChain => ModeByName::StrictChain {},
                Mode::Stateless { store: j, copies } => {
                    ModeByName::Stateless { store: store(j)?, copies }
                }
            })
        };
        let entry = |(shard, decision): (&String, &ShardPlan)| {
            let names = decision.nodes.iter().map(|node| instance.nodes.get(node.index()));
            let mut names = names.map(|node| node.map(|node| node.name.clone()));
            let placement = Placement {
                mode: mode(decision.mode)?,
                primary: names.next()??,
                replicas: names.collect::<Option<_>>()?,
            };
            Some(ShardEntry { shard: shard.clone(), placement })
        };
        let names = instance.shards.iter().map(|shard| &shard.name);
        Self { shards: names.zip(&plan.shards).filter_map(entry).collect() }
    }

    /// The plan in terms of an instance.
    ///
    /// # Errors
    /// Names that are unknown, missing or given twice, with pointers relative to this object.
    pub fn into_plan(self, instance: &Instance) -> Result<Plan, Vec<Issue>> {
        let mut reader = Reader {
            nodes: names(instance.nodes.iter().map(|each| &each.name)),
            stores: names(instance.stores.iter().map(|each| &each.name)),
            issues: Vec::new(),
        };
        let shards = names(instance.shards.iter().map(|each| &each.name));
        let mut decisions: Vec<Option<ShardPlan>> = vec![None; instance.shards.len()];
        let mut seen = HashMap::new();
        for (position, entry) in self.shards.iter().enumerate() {
            let path = format!("/shards/{position}");
            let decision = reader.decision(&entry.placement, &path);
            let Some(&shard) = shards.get(entry.shard.as_str()) else {
                reader.unknown("shard", &entry.shard, format!("{path}/shard"));
                continue;
            };
            if let Some(first) = seen.insert(shard, position) {
                let cause = format!("{:?} is placed at /shards/{first} too", entry.shard);
                let path = format!("{path}/shard");
                reader.issues.push(codes::issue(codes::DUPLICATE_NAME, path, cause));
            }
            decisions[shard as usize] = decision;
        }
        for (shard, data) in instance.shards.iter().enumerate() {
            if !seen.contains_key(&(shard as u32)) {
                let cause = format!("the shard {:?} is not placed", data.name);
                reader.issues.push(codes::issue(codes::MISSING_NAME, "/shards", cause));
            }
        }
        if reader.issues.is_empty() {
            Ok(Plan { shards: decisions.into_iter().flatten().collect() })
        } else {
            Err(reader.issues)
        }
    }
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> HashMap<&'a str, u32> {
    names.map(String::as_str).zip(0..).collect()
}

struct Reader<'a> {
    nodes: HashMap<&'a str, u32>,
    stores: HashMap<&'a str, u32>,
    issues: Vec<Issue>,
}

impl Reader<'_> {
    fn unknown(&mut self, what: &str, name: &str, path: String) {
        let cause = format!("the instance has no {what} {name:?}");
        self.issues.push(codes::issue(codes::UNKNOWN_NAME, path, cause));
    }

    fn decision(&mut self, placement: &Placement, path: &str) -> Option<ShardPlan> {
        let replicas = placement.replicas.iter().enumerate();
        let replicas = replicas.map(|(at, name)| (name, format!("{path}/placement/replicas/{at}")));
        let primary = (&placement.primary, format!("{path}/placement/primary"));
        let mut nodes = Vec::new();
        for (name, path) in std::iter::once(primary).chain(replicas) {
            match self.nodes.get(name.as_str()) {
                Some(&node) => nodes.push(NodeId(node)),
                None => self.unknown("node", name, path),
            }
        }
        let mut store = |name: &String| {
            let found = self.stores.get(name.as_str()).map(|&store| StoreId(store));
            if found.is_none() {
                self.unknown("store", name, format!("{path}/placement/mode/store"));
            }
            found
        };
        let mode = match &placement.mode {
            ModeByName::Checkpoint { store: name, interval_ms } => {
                Mode::Checkpoint { store: store(name)?, interval_ms: *interval_ms }
            }
            ModeByName::RelaxedChain { period_ms } => Mode::RelaxedChain { period_ms: *period_ms },
            ModeByName::StrictChain {} => Mode::StrictChain,
            ModeByName::Stateless { store: name, copies } => {
                Mode::Stateless { store: store(name)?, copies: *copies }
            }
        };
        Some(ShardPlan { mode, nodes })
    }
}
