//! Why shards are where they are, and what stands in the way where there is no plan. Reads an
//! accepted plan; changes nothing and proves nothing new.

use std::fmt::Write;

use serde::Serialize;

use super::certificate::{Obstacle, choices, obstacle};
use super::cost_text::seconds_text;
use super::instance::{Index, Instance, ModeKind, NodeId};
use super::outlook::shard_outlook;
use super::plan::{Mode, Plan, ShardPlan};
use super::questions::shortage::{Resource, Scope, Short, shortages};
use super::questions::why_not::{spread_text, unusable, usable};
use super::search::board::Board;
use super::search::scout::{Allowed, Scout};

/// What there is to say about an instance and, where there is one, its plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Why there is no plan, in words; empty where nothing shows that.
    pub infeasible: Vec<String>,
    /// The shards.
    pub shards: Vec<ShardExplanation>,
}

/// One shard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShardExplanation {
    /// The shard's name.
    pub name: String,
    /// Its mode and nodes, in words.
    pub decision: Option<String>,
    /// Expected loss, in seconds per day.
    pub lost_s: Option<f64>,
    /// What else it could have chosen, all others staying as they are.
    pub alternatives: Vec<Alternative>,
    /// The next best interval or period, order, and primary in the same mode.
    pub seconds: Vec<Second>,
}

/// The next best in one respect, the mode and all other shards staying as they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Second {
    /// `interval`, `order` or `primary`.
    pub what: &'static str,
    /// The decision in words.
    pub decision: String,
    /// How much more all would cost; `None` where rules are in the way.
    pub more: Option<i128>,
}

/// The best decision of a mode, all other shards staying as they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alternative {
    /// The mode.
    pub mode: ModeKind,
    /// The decision in words; `None` where the mode has none.
    pub decision: Option<String>,
    /// How much more all would cost.
    pub more: Option<i128>,
    /// Why, in words.
    pub why: String,
}

/// Most nodes that an alternative is looked for on.
const MOST_NODES: usize = 64;

/// Explains an instance and a plan that the referee accepts. Time O(shards · nodes · choices).
#[must_use]
pub fn explain(instance: &Instance, plan: Option<&Plan>) -> Explanation {
    let index = Index::new(instance);
    let shards = 0..instance.shards.len();
    let Some(plan) = plan else {
        let bare = |shard: usize| ShardExplanation {
            name: instance.shards[shard].name.clone(),
            decision: None,
            lost_s: None,
            alternatives: Vec::new(),
            seconds: Vec::new(),
        };
        let infeasible = obstacles(&index);
        return Explanation { infeasible, shards: shards.map(bare).collect() };
    };
    let board = Board::with_plan(&index, plan);
    let mut scout = Scout::default();
    let explained = shards.map(|shard| explain_shard(&board, &mut scout, shard, plan)).collect();
    Explanation { infeasible: Vec::new(), shards: explained }
}

/// Why there is no plan, as far as counting shows.
fn obstacles(index: &Index) -> Vec<String> {
    let mut found: Vec<String> =
        shortages(index).into_iter().map(|short| shortage_text(index, short)).collect();
    for (shard, data) in index.instance.shards.iter().enumerate() {
        if let Some(obstacle) = obstacle(index, shard) {
            found.push(format!("{}: {}", data.name, obstacle_text(index, shard, obstacle)));
        }
    }
    found
}

fn shortage_text(index: &Index, short: Short) -> String {
    let place = match short.scope {
        Scope::Cluster => "all nodes together are".to_owned(),
        Scope::Node(node) => format!("node {} is", index.instance.nodes[node.index()].name),
        Scope::Domain(domain) => {
            let level = &index.instance.levels[index.level_of(domain).index()].name;
            format!("{level} {} is", index.domain(domain).name)
        }
    };
    let (place, unit) = match short.resource {
        Resource::Memory => (place, "MiB of memory"),
        Resource::Sent => (place, "KiB/s of network out"),
        Resource::Received => (place, "KiB/s of network in"),
        Resource::Stored => ("all stores together are".to_owned(), "MiB of room"),
        Resource::Taken => ("all stores together are".to_owned(), "KiB/s of ingest"),
    };
    let Short { needed, there, shards, .. } = short;
    let missing = needed - there;
    format!(
        "{place} {missing} {unit} short: {shards} shards that can be nowhere else need at least \
         {needed}, there are {there}"
    )
}

fn obstacle_text(index: &Index, shard: usize, obstacle: Obstacle) -> String {
    match obstacle {
        Obstacle::NoNode => format!(
            "no node is permitted, large and fast enough for any of its modes: {}",
            unusable(index, shard).join(", ")
        ),
        Obstacle::NoPrimary => {
            let pinned = index.pinned(shard).map(|node| &index.instance.nodes[node.index()].name);
            let pinned = pinned.map_or("", String::as_str);
            format!("{pinned}, which must be its primary, is not permitted, too small or too slow")
        }
        Obstacle::TooFewDomains => {
            let usable = usable(index, shard, &choices(index, shard));
            spread_text(index, shard, &usable)
        }
        Obstacle::Unavailable => {
            let target = index.instance.shards[shard].max_unavailability_ppb.unwrap_or(0);
            format!("even the nodes and stores that fail least miss its target of {target} in 10⁹")
        }
    }
}

/// The next best interval, order and primary, where there are any.
fn seconds(
    board: &Board,
    scout: &mut Scout,
    shard: usize,
    nodes: &[NodeId],
    decision: &ShardPlan,
) -> Vec<Second> {
    let index = board.index;
    let mode = decision.mode;
    let modes: Vec<Mode> = match mode {
        Mode::Checkpoint { store, .. } => (index.instance.checkpoint_intervals_ms.iter())
            .map(|&interval_ms| Mode::Checkpoint { store, interval_ms })
            .collect(),
        Mode::RelaxedChain { .. } => (index.instance.push_periods_ms.iter())
            .map(|&period_ms| Mode::RelaxedChain { period_ms })
            .collect(),
        Mode::StrictChain | Mode::Stateless { .. } => Vec::new(),
    };
    let mut interval = None;
    for other in modes.into_iter().filter(|&other| other != mode) {
        let on_pace = |(at, &node): (usize, &NodeId)| index.keeps_pace(shard, other, at, node);
        if decision.nodes.iter().enumerate().all(on_pace) {
            let other = ShardPlan { mode: other, nodes: decision.nodes.clone() };
            scout.consider(board, shard, other, &mut interval);
        }
    }
    let mut order = None;
    for_each_permutation(&mut decision.nodes.clone(), 0, &mut |nodes| {
        let on_pace = |(at, &node): (usize, &NodeId)| index.keeps_pace(shard, mode, at, node);
        let leads = index.pinned(shard).is_none_or(|pinned| nodes[0] == pinned);
        if nodes != decision.nodes && leads && nodes.iter().enumerate().all(on_pace) {
            scout.consider(board, shard, ShardPlan { mode, nodes: nodes.to_vec() }, &mut order);
        }
    });
    let others: Vec<NodeId> =
        nodes.iter().copied().filter(|&node| node != decision.nodes[0]).collect();
    let primary = scout.best(board, shard, &others, Allowed::Only(mode.kind()));
    let found = [("interval", interval), ("order", order), ("primary", primary)];
    let told = found.into_iter().filter_map(|(what, found)| {
        let found = found?;
        Some(Second {
            what,
            decision: decision_text(index, &found.decision),
            more: (found.effect.violation == 0).then_some(found.effect.cost),
        })
    });
    told.collect()
}

fn for_each_permutation(nodes: &mut [NodeId], from: usize, call: &mut impl FnMut(&[NodeId])) {
    if from == nodes.len() {
        return call(nodes);
    }
    for at in from..nodes.len() {
        nodes.swap(from, at);
        for_each_permutation(nodes, from + 1, call);
        nodes.swap(from, at);
    }
}

fn explain_shard(board: &Board, scout: &mut Scout, shard: usize, plan: &Plan) -> ShardExplanation {
    let index = board.index;
    let decision = &plan.shards[shard];
    let mut nodes: Vec<NodeId> = index.nodes().collect();
    // Of many nodes, those that go down least, and its own.
    nodes.sort_by_key(|&node| {
        (!decision.nodes.contains(&node), index.rate_micro_per_day(node), node)
    });
    nodes.truncate(MOST_NODES);
    let alternative = |kind: ModeKind| {
        let found = scout.best(board, shard, &nodes, Allowed::Only(kind));
        let same = found.as_ref().is_some_and(|found| found.decision == *decision);
        let why = match &found {
            _ if same => "chosen".to_owned(),
            None => {
                "no permitted node is fast enough, or its spread rules leave too few".to_owned()
            }
            Some(found) if found.effect.violation > 0 => {
                "nothing has room for it while the others stay, or it misses a rule".to_owned()
            }
            Some(found) if found.effect.cost >= 0 => {
                format!("costs {} value·s/day more", seconds_text(found.effect.cost))
            }
            Some(found) => {
                format!("would save {} value·s/day", seconds_text(-found.effect.cost))
            }
        };
        let more = found.as_ref().filter(|found| found.effect.violation == 0);
        Alternative {
            mode: kind,
            more: more.map(|found| found.effect.cost),
            decision: found.map(|found| decision_text(index, &found.decision)),
            why,
        }
    };
    let kinds = index.instance.shards[shard].modes.clone();
    let alternatives = kinds.into_iter().map(alternative).collect();
    ShardExplanation {
        name: index.instance.shards[shard].name.clone(),
        decision: Some(decision_text(index, decision)),
        lost_s: Some(shard_outlook(index, shard, decision).lost_s),
        alternatives,
        seconds: seconds(board, scout, shard, &nodes, decision),
    }
}

/// Mode, times and nodes in words.
#[must_use]
pub fn decision_text(index: &Index, decision: &ShardPlan) -> String {
    let names: Vec<&str> = decision
        .nodes
        .iter()
        .map(|node| index.instance.nodes[node.index()].name.as_str())
        .collect();
    let seconds = |time_ms: u64| format!("{} s", time_ms as f64 / 1e3);
    let mode = match decision.mode {
        Mode::Checkpoint { store, interval_ms } => {
            let store = &index.instance.stores[store.index()].name;
            format!("checkpoint to {store} every {}", seconds(interval_ms))
        }
        Mode::RelaxedChain { period_ms } => format!("chain, pushed every {}", seconds(period_ms)),
        Mode::StrictChain => "strict chain".to_owned(),
        Mode::Stateless { store, copies } => {
            let store = &index.instance.stores[store.index()].name;
            format!("stateless on {store}, {copies} copies")
        }
    };
    format!("{mode}: {}", names.join(" → "))
}

/// How much more, or less, something would cost.
fn margin(more: i128) -> String {
    match more {
        0.. => format!("costs {} value·s/day more", seconds_text(more)),
        _ => format!("would save {} value·s/day", seconds_text(-more)),
    }
}

impl Explanation {
    /// The explanation for people; ends with a newline.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _infallible = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        for reason in &self.infeasible {
            writeln!(out, "infeasible: {reason}")?;
        }
        let told: Vec<&ShardExplanation> =
            self.shards.iter().filter(|each| each.decision.is_some()).collect();
        if told.is_empty() && self.infeasible.is_empty() {
            writeln!(out, "no shard alone, and no count of memory, stands in the way of a plan")?;
        }
        for each in told {
            let (decision, lost_s) = (each.decision.as_deref().unwrap_or(""), each.lost_s);
            writeln!(out, "{}  {decision}; loses {:.3} s/day", each.name, lost_s.unwrap_or(0.0))?;
            for other in each.alternatives.iter().filter(|other| other.why != "chosen") {
                let decision = other.decision.as_deref().unwrap_or("none");
                writeln!(out, "    {}: {} ({decision})", other.mode.label(), other.why)?;
            }
            for second in &each.seconds {
                let what = second.what;
                let worth = second.more.map_or("not while the others stay".to_owned(), margin);
                writeln!(out, "    next best {what}: {worth} ({})", second.decision)?;
            }
        }
        Ok(())
    }
}
