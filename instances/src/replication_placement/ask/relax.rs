//! What is the least that has to give?

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::{Index, WEIGHT_PER_BIT};
use placewright_models::replication_placement::questions::relaxed::{
    Excess, Weights, excesses, relaxed,
};
use serde_json::json;

use super::super::emit::row_text;
use super::told::{outcome_json, outcome_text};
use crate::family::{Asked, OptionHelp, Options, Report, Unanswered, Until};
use crate::options::Reader;

pub(super) const OPTIONS: &[OptionHelp] = &[
    OptionHelp { name: "capacity", help: "weight of a MiB, or of a KiB per second [1]" },
    OptionHelp { name: "spread", help: "weight of a copy too many in a domain [10000]" },
    OptionHelp {
        name: "availability",
        help: "weight of 1/1024 of a halving of the unavailability [10]",
    },
];

const MOST_WEIGHT: u64 = 1 << 30;

pub(super) fn ask(
    asked: &Asked<ReplicationPlacement>,
    options: &Options,
) -> Result<Report, Unanswered> {
    let mut reader = Reader::new(options, OPTIONS);
    let mut weight = |name: &str, usual: u64| reader.integer(name, 1, MOST_WEIGHT).unwrap_or(usual);
    let weights = Weights {
        capacity: weight("capacity", 1),
        spread: weight("spread", 10_000),
        availability: weight("availability", 10),
    };
    if !reader.issues.is_empty() {
        return Err(Unanswered::Options(reader.issues));
    }
    let elastic = relaxed(asked.instance, weights);
    let outcome = (asked.search)(&elastic, None, Until::BestPlan)?;
    let mut json = json!({ "search": outcome_json(&elastic, &outcome) });
    let Some(plan) = &outcome.plan else {
        let reasons = outcome_text(&elastic, &outcome);
        let text =
            format!("no excess helps, single shards or limits on moves are in the way:\n{reasons}");
        return Ok(Report { text, json });
    };
    let index = Index::new(asked.instance);
    let found: Vec<String> =
        excesses(&index, plan).into_iter().map(|each| excess_text(&index, each)).collect();
    let total = outcome.objective.as_ref().map_or(0, |cost| cost.first());
    let least = outcome.bound().map_or(0, |bound| bound.first());
    let mut text = if found.is_empty() {
        "nothing has to give: there is a plan that keeps every rule\n".to_owned()
    } else {
        format!(
            "{} rules have to give, weight {total}; at least {least} in any plan\n",
            found.len()
        )
    };
    found.iter().for_each(|each| text.push_str(&format!("  {each}\n")));
    json["gives"] = json!(found);
    Ok(Report { text, json })
}

fn excess_text(index: &Index, excess: Excess) -> String {
    let instance = index.instance;
    match excess {
        Excess::Row { row, over } => format!("{over} more: {}", row_text(index, row)),
        Excess::Spread { shard, domain, over } => {
            let level = &instance.levels[index.level_of(domain).index()].name;
            let (name, domain) = (&instance.shards[shard].name, &index.domain(domain).name);
            format!("{over} copies too many of {name} in {level} {domain}")
        }
        Excess::Availability { shard, missing } => {
            let name = &instance.shards[shard].name;
            let times = (missing as f64 / WEIGHT_PER_BIT as f64).exp2();
            format!("{name} is away {times:.2} times as often as it may be")
        }
    }
}
