//! Who gets what, or which circuits change, as text and as data.

use std::collections::BTreeMap;

use placewright_models::circuit_allocation::instance::{
    Circuits, Instance, Job, Question, server_shares,
};
use placewright_models::circuit_allocation::plan::{Placement, Plan};
use serde_json::json;

use crate::family::Report;
use crate::text_table::{render, shortened};

const NAME_WIDTH: usize = 40;
/// Leaves or spines that are named one by one.
const MOST_NAMED: usize = 8;

/// The report of a plan that the referee accepts.
#[must_use]
pub fn report(instance: &Instance, plan: &Plan) -> Report {
    let mut text = String::new();
    let mut json = json!({});
    if !instance.question.jobs().is_empty() {
        let jobs: Vec<(&Job, &Option<Placement>)> =
            instance.question.jobs().iter().zip(&plan.placed).collect();
        let header = ["job", "GPUs", "weight", "servers", "leaves", "circuits", "spines"];
        let rows: Vec<Vec<String>> = jobs.iter().map(|each| row(*each)).collect();
        text.push_str(&render(&header, &rows, 0));
        json["jobs"] = jobs.iter().map(|each| entry(*each)).collect();
    }
    let changes = changes(instance, plan);
    if plan.wiring.is_some() {
        if !text.is_empty() {
            text.push('\n');
        }
        let header = ["switch", "stay", "torn down", "set up"];
        let number = |change: &Change| {
            [change.stay, change.torn_down, change.set_up].map(|count| count.to_string())
        };
        let row = |(switch, change): (&u32, &Change)| {
            [switch.to_string()].into_iter().chain(number(change)).collect::<Vec<_>>()
        };
        text.push_str(&render(&header, &changes.iter().map(row).collect::<Vec<_>>(), 0));
        let of_switch = |(switch, change): (&u32, &Change)| {
            json!({
                "switch": switch,
                "stay": change.stay,
                "torn_down": change.torn_down,
                "set_up": change.set_up,
            })
        };
        json["switches"] = changes.iter().map(of_switch).collect();
    }
    text.push_str(&headline(instance, plan));
    text.push('\n');
    Report { text, json }
}

/// What a plan that the referee accepts achieves, in one line.
#[must_use]
pub fn headline(instance: &Instance, plan: &Plan) -> String {
    let changes = changes(instance, plan);
    let sum = |of: fn(&Change) -> u64| changes.values().map(of).sum::<u64>();
    let (torn_down, set_up) = (sum(|each| each.torn_down), sum(|each| each.set_up));
    let jobs = instance.question.jobs();
    let placed = || jobs.iter().zip(&plan.placed).filter(|(_, placed)| placed.is_some());
    let gpus: u64 = placed().map(|(job, _)| u64::from(job.gpus)).sum();
    match &instance.question {
        Question::Place(place) => {
            let leaves =
                plan.placed.iter().flatten().map(|each| server_shares(&each.servers).len());
            let leaves: usize = leaves.sum();
            let leaf = if leaves == 1 { "leaf" } else { "leaves" };
            format!("{} runs on {leaves} {leaf}, alone on its circuits", place.job.name)
        }
        Question::Batch(_) => {
            let (some, all) = (placed().count(), jobs.len());
            format!("{some} of {all} jobs run, on {gpus} GPUs, each alone on its circuits")
        }
        Question::Rewire(_) => {
            format!("{torn_down} circuits are torn down and {set_up} set up")
        }
    }
}

fn row((job, placement): (&Job, &Option<Placement>)) -> Vec<String> {
    let mut cells =
        vec![shortened(&job.name, NAME_WIDTH), job.gpus.to_string(), job.weight.to_string()];
    match placement {
        None => cells.extend(["-", "left out", "-", "-"].map(str::to_owned)),
        Some(placement) => {
            let shares = server_shares(&placement.servers);
            let circuits: u32 = placement.circuits.iter().map(|each| each.count).sum();
            cells.extend([
                placement.servers.len().to_string(),
                named(shares.iter().map(|share| share.0)),
                circuits.to_string(),
                named(spines(placement).into_iter()),
            ]);
        }
    }
    cells
}

fn spines(placement: &Placement) -> Vec<u32> {
    let mut spines: Vec<u32> = placement.circuits.iter().map(|each| each.spine).collect();
    spines.sort_unstable();
    spines.dedup();
    spines
}

/// Numbers, the first of them one by one.
fn named(numbers: impl Iterator<Item = u32>) -> String {
    let all: Vec<String> = numbers.map(|number| number.to_string()).collect();
    match all.len() {
        0 => "-".to_owned(),
        count if count > MOST_NAMED => {
            format!("{}, … ({count})", all[..MOST_NAMED - 2].join(","))
        }
        _ => all.join(","),
    }
}

fn entry((job, placement): (&Job, &Option<Placement>)) -> serde_json::Value {
    let Some(placement) = placement else {
        return json!({ "job": job.name, "gpus": job.gpus, "placed": false });
    };
    let shares = server_shares(&placement.servers);
    let shares = shares.iter().map(|(leaf, gpus)| json!({ "leaf": leaf, "gpus": gpus }));
    json!({
        "job": job.name,
        "gpus": job.gpus,
        "placed": true,
        "leaves": shares.collect::<Vec<_>>(),
        "circuits": placement.circuits.iter().map(|each| u64::from(each.count)).sum::<u64>(),
        "spines": spines(placement),
    })
}

/// What happens to the circuits of a switch.
#[derive(Default)]
struct Change {
    stay: u64,
    torn_down: u64,
    set_up: u64,
}

/// Changes of live circuits per switch; nothing where all stay.
fn changes(instance: &Instance, plan: &Plan) -> BTreeMap<u32, Change> {
    let mut changes: BTreeMap<u32, Change> = BTreeMap::new();
    let Some(wiring) = &plan.wiring else { return changes };
    let mut counts: BTreeMap<(u32, u32, u32), (u64, u64)> = BTreeMap::new();
    let at = |each: &Circuits| Some((each.switch?, each.leaf, each.spine));
    for each in instance.live.iter().flat_map(|job| &job.circuits) {
        if let Some(at) = at(each) {
            counts.entry(at).or_default().0 += u64::from(each.count);
        }
    }
    for each in wiring {
        if let Some(at) = at(each) {
            counts.entry(at).or_default().1 += u64::from(each.count);
        }
    }
    for ((switch, _, _), (before, after)) in counts {
        let change = changes.entry(switch).or_default();
        change.stay += before.min(after);
        change.torn_down += before.saturating_sub(after);
        change.set_up += after.saturating_sub(before);
    }
    changes
}
