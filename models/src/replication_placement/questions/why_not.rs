//! Why a shard does not use a mode: the cheapest decision of this mode while all others stay, and
//! what it costs more, or the rule that forbids it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::breakdown::{Parts, calm, parts};
use crate::replication_placement::certificate::{Choice, choices};
use crate::replication_placement::check::shard_cost;
use crate::replication_placement::explain::decision_text;
use crate::replication_placement::footprint::own_rules;
use crate::replication_placement::instance::{Index, Instance, Layout, ModeKind, NodeId, Policy};
use crate::replication_placement::plan::{Plan, ShardPlan};
use crate::replication_placement::search::board::Board;
use crate::replication_placement::search::scout::{Allowed, Scout, keeps_apart};

/// A mode, and for chains how many copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The mode.
    pub kind: ModeKind,
    /// Nodes of a chain; `None` for any length that the shard allows.
    pub copies: Option<u8>,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WhyNot {
    /// What the shard does now, in words.
    pub now: String,
    /// The cheapest decision of the mode, in words; absent where there is none.
    pub best: Option<String>,
    /// Whether all decisions were compared, or only those that a search looks at.
    pub is_exact: bool,
    /// Rules in the way, in words. With any, the decision could not be had as things stand.
    pub forbidden: Vec<String>,
    /// How much more all would cost, with the prices of soft rules.
    pub more: Option<i128>,
    /// The shard's own part of it.
    pub parts: Option<Parts>,
    /// The part that soft rules charge for.
    pub shared: Option<i128>,
}

/// Decisions that are compared one by one; beyond, a search looks.
const MOST_DECISIONS: usize = 300_000;

/// Answers for a shard of a plan that the referee accepts. Time O(decisions) up to 300,000, else
/// O(nodes · lengths · periods).
#[must_use]
pub fn why_not(instance: &Instance, plan: &Plan, shard: usize, wanted: Wanted) -> WhyNot {
    let index = Index::new(instance);
    let present = &plan.shards[shard];
    let mut answer = WhyNot { now: decision_text(&index, present), ..WhyNot::default() };
    let mut opened = instance.clone();
    open(&index, shard, wanted, &mut opened, &mut answer.forbidden);
    let opened_index = Index::new(&opened);
    let all = choices(&opened_index, shard);
    if all.is_empty() {
        answer.forbidden.push("there is no store, interval or period for this mode".to_owned());
        return answer;
    }
    let usable = usable(&opened_index, shard, &all);
    if usable.is_empty() {
        answer.forbidden.extend(unusable(&opened_index, shard));
        return answer;
    }
    let board = Board::with_plan(&opened_index, plan);
    let mut scout = Scout::default();
    let mut best = None;
    let decisions: usize = all
        .iter()
        .map(|choice| usable.len().saturating_pow(choice.copies as u32))
        .fold(0, usize::saturating_add);
    answer.is_exact = decisions <= MOST_DECISIONS;
    if answer.is_exact {
        for choice in &all {
            let mut nodes = Vec::new();
            for_each_order(&opened_index, shard, *choice, &usable, &mut nodes, &mut |nodes| {
                let decision = ShardPlan { mode: choice.mode, nodes: nodes.to_vec() };
                if decision != *present {
                    scout.consider(&board, shard, decision, &mut best);
                }
            });
        }
    } else {
        best = scout.best(&board, shard, &usable, Allowed::All);
        best = best.filter(|found| found.decision != *present);
    }
    let Some(found) = best else {
        answer.forbidden.push(spread_text(&opened_index, shard, &usable));
        return answer;
    };
    answer.best = Some(decision_text(&opened_index, &found.decision));
    if found.effect.violation > 0 {
        answer.forbidden.extend(violated(&board, plan, shard, &found.decision));
        return answer;
    }
    let still = calm(&opened);
    let still = Index::new(&still);
    let difference = parts(&opened_index, &still, shard, &found.decision)
        - parts(&opened_index, &still, shard, present);
    let own = shard_cost(&opened_index, shard, &found.decision)
        - shard_cost(&opened_index, shard, present);
    answer.more = Some(found.effect.cost);
    answer.parts = Some(difference);
    answer.shared = Some(found.effect.cost - own);
    answer
}

/// Allows the shard only what is asked for, and says what it did not allow before.
fn open(
    index: &Index,
    shard: usize,
    wanted: Wanted,
    opened: &mut Instance,
    forbidden: &mut Vec<String>,
) {
    let data = &index.instance.shards[shard];
    let own = &mut opened.shards[shard];
    if !data.modes.contains(&wanted.kind) {
        forbidden.push(format!("{} is not one of its modes", wanted.kind.label()));
    }
    own.modes = vec![wanted.kind];
    let is_chain = matches!(wanted.kind, ModeKind::RelaxedChain | ModeKind::StrictChain);
    if let Some(copies) = wanted.copies.filter(|_| is_chain) {
        if !data.chain_copies.contains(&copies) {
            forbidden.push(format!("{copies} is not one of its lengths of chains"));
        }
        own.chain_copies = vec![copies];
    }
}

/// Nodes that may have a copy at some position of some choice.
#[must_use]
pub fn usable(index: &Index, shard: usize, all: &[Choice]) -> Vec<NodeId> {
    let fits = |node: NodeId| {
        index.instance.policies.capacity != Policy::Hard
            || index.instance.nodes[node.index()].memory_mib
                >= index.instance.shards[shard].state_mib
    };
    let paces = |node: NodeId| {
        all.iter().any(|choice| {
            (0..choice.copies.min(2)).any(|at| index.keeps_pace(shard, choice.mode, at, node))
        })
    };
    let usable = |&node: &NodeId| index.is_eligible(shard, node) && fits(node) && paces(node);
    index.nodes().filter(usable).collect()
}

/// Why no node is usable, counted rule by rule.
#[must_use]
pub fn unusable(index: &Index, shard: usize) -> Vec<String> {
    let (data, mut reasons) = (&index.instance.shards[shard], BTreeMap::<String, usize>::new());
    for node in index.nodes() {
        let own = &index.instance.nodes[node.index()];
        let label =
            data.requires.iter().find(|(label, value)| own.labels.get(*label) != Some(value));
        let reason = if let Some((label, value)) = label {
            format!("lack the label {label}={value}")
        } else if !index.is_eligible(shard, node) {
            "are excluded".to_owned()
        } else if own.memory_mib < data.state_mib {
            format!("have less memory than its {} MiB", data.state_mib)
        } else {
            "are too slow: transfers overlap at every interval or period".to_owned()
        };
        *reasons.entry(reason).or_default() += 1;
    }
    reasons.into_iter().map(|(reason, count)| format!("{count} nodes {reason}")).collect()
}

/// Calls for every order of usable nodes that keeps the shard's own hard rules.
fn for_each_order(
    index: &Index,
    shard: usize,
    choice: Choice,
    usable: &[NodeId],
    nodes: &mut Vec<NodeId>,
    call: &mut impl FnMut(&[NodeId]),
) {
    if nodes.len() == choice.copies {
        return call(nodes);
    }
    for &node in usable {
        let at = nodes.len();
        let may = !nodes.contains(&node)
            && index.keeps_pace(shard, choice.mode, at, node)
            && (at > 0 || index.pinned(shard).is_none_or(|pinned| pinned == node))
            && keeps_apart(index, shard, nodes, node);
        if may {
            nodes.push(node);
            for_each_order(index, shard, choice, usable, nodes, call);
            nodes.pop();
        }
    }
}

/// The shard's spread rules, with the domains in which its usable nodes are.
#[must_use]
pub fn spread_text(index: &Index, shard: usize, usable: &[NodeId]) -> String {
    let names = index.spread(shard).iter().map(|&(level, most)| {
        let name = &index.instance.levels[level.index()].name;
        let domain = |&node: &NodeId| index.domain_of_node(level, node);
        let domains: BTreeSet<_> = usable.iter().map(domain).collect();
        let told = domains.iter().take(3).map(|&each| index.domain(each).name.as_str());
        let told: Vec<&str> = told.collect();
        let rest = if domains.len() > told.len() { ", …" } else { "" };
        let count = domains.len();
        format!("at most {most} per {name}, usable are {count}: {}{rest}", told.join(", "))
    });
    let rules: Vec<String> = names.collect();
    if rules.is_empty() {
        return "no other decision of this mode has nodes that are fast enough".to_owned();
    }
    format!("its spread rules ({}) leave too few nodes", rules.join(", "))
}

/// What a decision would break while all others stay, with who else is there.
fn violated(board: &Board, plan: &Plan, shard: usize, decision: &ShardPlan) -> Vec<String> {
    let (index, layout) = (board.index, Layout::of(board.index));
    let mut after = plan.clone();
    after.shards[shard] = decision.clone();
    let changed = Board::with_plan(index, &after);
    let mut found = Vec::new();
    for row in 0..layout.rows() as u32 {
        let over = changed.rows().load(row) - changed.rows().limit(row).most;
        if over > 0 {
            let (kind, number) = layout.kind_of(row);
            found.push(over_text(index, plan, shard, (kind, number), over));
        }
    }
    if own_rules(index, shard, decision).1 > 0 {
        let target = index.instance.shards[shard].max_unavailability_ppb;
        let target = target.map_or(String::new(), |ppb| format!(" or its target of {ppb} in 10⁹"));
        found.push(format!("it misses its spread rules{target}"));
    }
    found
}

/// A capacity that would be exceeded, and the largest shards that use it.
fn over_text(
    index: &Index,
    plan: &Plan,
    shard: usize,
    (kind, number): (usize, u32),
    over: i64,
) -> String {
    let name = match kind {
        0..=3 => &index.instance.nodes[number as usize].name,
        4 | 5 => &index.instance.stores[number as usize].name,
        6 => &index.domain(index.trunks()[number as usize].0).name,
        _ => return format!("{over} more would move than may ({})", Layout::KINDS[kind]),
    };
    let mut others: Vec<usize> = (0..plan.shards.len()).filter(|&other| other != shard).collect();
    others.retain(|&other| match kind {
        0..=3 => plan.shards[other].nodes.contains(&NodeId(number)),
        4 | 5 => plan.shards[other].mode.store().is_some_and(|store| store.0 == number),
        _ => false,
    });
    let size = |&other: &usize| std::cmp::Reverse(index.instance.shards[other].state_mib);
    others.sort_by_key(size);
    let names: Vec<&str> =
        others.iter().take(3).map(|&other| index.instance.shards[other].name.as_str()).collect();
    let there = match (names.len(), others.len()) {
        (0, _) => String::new(),
        (told, all) if told == all => format!("; {} are there", names.join(", ")),
        (told, all) => format!("; {} and {} more are there", names.join(", "), all - told),
    };
    format!("{name} is short of {over} ({}){there}", Layout::KINDS[kind])
}
