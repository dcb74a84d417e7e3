//! What if something is lost?

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::check::shard_cost;
use placewright_models::replication_placement::explain::decision_text;
use placewright_models::replication_placement::instance::{DomainId, Index, NodeId, StoreId};
use placewright_models::replication_placement::questions::lost::{Hit, Lost, hits, without};
use serde_json::json;

use super::told::{bad, issue, moved, outcome_json, outcome_text, starting_plan};
use crate::family::{Asked, OptionHelp, Options, Report, Unanswered, Until};
use crate::options::Reader;
use crate::text_table::{render, shortened};

pub(super) const OPTIONS: &[OptionHelp] = &[
    OptionHelp { name: "domain", help: "the domain that is lost, as LEVEL/NAME such as rack/r7" },
    OptionHelp { name: "node", help: "or the node" },
    OptionHelp { name: "store", help: "or the store" },
];

/// Shards that are told about.
const MOST_ROWS: usize = 30;
const NAME_WIDTH: usize = 40;

pub(super) fn ask(
    asked: &Asked<ReplicationPlacement>,
    options: &Options,
) -> Result<Report, Unanswered> {
    let index = Index::new(asked.instance);
    let (name, lost) = what(&index, options)?;
    let Some(before) = starting_plan(&index, asked.plan) else {
        return Err(bad("--plan", "some shards have no current placement: give a plan"));
    };
    let hits = hits(&index, &before, &lost);
    let (nodes, stores) = (lost.nodes.len(), lost.stores.len());
    let mut text = format!("without {name}: {nodes} nodes and {stores} stores are lost\n");
    text.push_str(&summary(&index, &hits));
    text.push_str(&table(&index, &before, &hits));
    let told = |hit: &Hit| {
        json!({
            "shard": asked.instance.shards[hit.shard].name,
            "copies_lost": hit.copies,
            "store_lost": hit.store,
            "stalls": hit.stalls,
            "loses_state": hit.loses_state,
            "down_s": hit.down_s,
        })
    };
    let shards: Vec<_> = hits.iter().map(told).collect();
    let mut json = json!({ "lost": name, "nodes": nodes, "stores": stores, "shards": shards });
    let Some(left) = without(&index, Some(&before), &lost) else {
        text.push_str("\nno node is left: there is nowhere to go\n");
        return Ok(Report { text, json });
    };
    let issues = <ReplicationPlacement as placewright_solver::problem::Problem>::validate(&left);
    if !issues.is_empty() {
        text.push_str("\nwhat is left has no plan:\n");
        issues.iter().for_each(|issue| text.push_str(&format!("  {issue}\n")));
        return Ok(Report { text, json });
    }
    let outcome = (asked.search)(&left, None, Until::BestPlan)?;
    let cost: i128 = (before.shards.iter().enumerate())
        .map(|(shard, decision)| shard_cost(&index, shard, decision))
        .sum();
    text.push_str(&format!(
        "\nbefore, shards cost {:.0} value·s/day; the best plan found without it ",
        cost as f64 / 1e6
    ));
    text.push_str(&outcome_text(&left, &outcome));
    let left_index = Index::new(&left);
    if let Some(plan) = &outcome.plan {
        let (copies, mib) = moved(&left_index, plan);
        let nowhere = (0..left.shards.len()).filter(|&shard| left_index.current(shard).is_none());
        text.push_str(&format!(
            "{copies} copies move, {:.2} GiB; {} shards start again from a store or from nothing\n",
            mib as f64 / 1024.0,
            nowhere.count()
        ));
    }
    json["after"] = outcome_json(&left, &outcome);
    Ok(Report { text, json })
}

fn what(index: &Index, options: &Options) -> Result<(String, Lost), Unanswered> {
    let mut reader = Reader::new(options, OPTIONS);
    let mut found = Vec::new();
    if let Some(text) = reader.text("domain") {
        match domain(index, text) {
            Ok(domain) => found.push((text.to_owned(), Lost::domain(index, domain))),
            Err(cause) => reader.issues.push(issue("domain", cause)),
        }
    }
    let instance = index.instance;
    if let Some(text) = reader.text("node") {
        match instance.nodes.iter().position(|node| node.name == text) {
            Some(at) => {
                let lost = Lost { nodes: vec![NodeId(at as u32)], stores: Vec::new() };
                found.push((format!("node {text}"), lost));
            }
            None => reader.issues.push(issue("node", format!("there is no node {text:?}"))),
        }
    }
    if let Some(text) = reader.text("store") {
        match instance.stores.iter().position(|store| store.name == text) {
            Some(at) => {
                let lost = Lost { nodes: Vec::new(), stores: vec![StoreId(at as u32)] };
                found.push((format!("store {text}"), lost));
            }
            None => reader.issues.push(issue("store", format!("there is no store {text:?}"))),
        }
    }
    if !reader.issues.is_empty() {
        return Err(Unanswered::Options(reader.issues));
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(bad("domain", "say one: domain=LEVEL/NAME, node=NAME or store=NAME")),
    }
}

/// The domain of `LEVEL/NAME`.
fn domain(index: &Index, text: &str) -> Result<DomainId, String> {
    let levels = &index.instance.levels;
    let Some((level, name)) = text.split_once('/') else {
        return Err(format!("{text:?} is not LEVEL/NAME such as rack/r7"));
    };
    let Some(at) = levels.iter().position(|each| each.name == level) else {
        let known: Vec<&str> = levels.iter().map(|each| each.name.as_str()).collect();
        return Err(format!("there is no level {level:?}; there are: {}", known.join(", ")));
    };
    let found = index
        .domains()
        .find(|&domain| index.level_of(domain).index() == at && index.domain(domain).name == name);
    found.ok_or_else(|| format!("the level {level:?} has no domain {name:?}"))
}

fn summary(index: &Index, hits: &[Hit]) -> String {
    let count = |is: &dyn Fn(&Hit) -> bool| hits.iter().filter(|hit| is(hit)).count();
    let value: f64 =
        hits.iter().map(|hit| hit.down_s * index.instance.shards[hit.shard].value as f64).sum();
    format!(
        "{} shards stall, {} of them without any copy left; {} lose replicas only, {} their store \
         only; {value:.0} value·s are lost until all work again\n",
        count(&|hit| hit.stalls),
        count(&|hit| hit.loses_state),
        count(&|hit| !hit.stalls && hit.copies > 0),
        count(&|hit| hit.copies == 0 && hit.store),
    )
}

fn table(
    index: &Index,
    plan: &placewright_models::replication_placement::plan::Plan,
    hits: &[Hit],
) -> String {
    if hits.is_empty() {
        return String::new();
    }
    let what = |hit: &Hit| match hit {
        Hit { loses_state: true, .. } => "no copy left",
        Hit { stalls: true, .. } => "stalls",
        Hit { copies: 0, .. } => "its store is lost",
        _ => "a replica is lost",
    };
    let row = |hit: &Hit| {
        vec![
            shortened(&index.instance.shards[hit.shard].name, NAME_WIDTH),
            what(hit).to_owned(),
            format!("{:.1}", hit.down_s),
            decision_text(index, &plan.shards[hit.shard]),
        ]
    };
    let rows: Vec<Vec<String>> = hits.iter().take(MOST_ROWS).map(row).collect();
    let mut text = format!("\n{}", render(&["shard", "what happens", "lost s", "plan"], &rows, 0));
    if hits.len() > MOST_ROWS {
        text.push_str(&format!("… and {} more\n", hits.len() - MOST_ROWS));
    }
    text
}
