//! What to expect of a plan, for operators, as text and as data.

use placewright_models::replication_placement::explain::decision_text;
use placewright_models::replication_placement::instance::{Index, Instance};
use placewright_models::replication_placement::outlook::{
    domain_outlooks, shard_outlook, utilisation,
};
use placewright_models::replication_placement::plan::{Plan, ShardPlan};
use serde_json::json;

use crate::family::Report;
use crate::text_table::{render, shortened};

const NAME_WIDTH: usize = 40;
/// Domains that people are told about; programs get all.
const WORST: usize = 5;

/// The report of a plan that the referee accepts.
#[must_use]
pub fn report(instance: &Instance, plan: &Plan) -> Report {
    let index = Index::new(instance);
    let mut rows = Vec::new();
    let mut shards = Vec::new();
    for (shard, decision) in plan.shards.iter().enumerate() {
        let outlook = shard_outlook(&index, shard, decision);
        let name = &instance.shards[shard].name;
        let told = decision_text(&index, decision);
        rows.push(vec![
            shortened(name, NAME_WIDTH),
            instance.shards[shard].state_mib.to_string(),
            format!("{:.3}", outlook.lost_s),
            format!("{:.1e}", outlook.all_away),
            format!("{:.1e}", outlook.lost_in_a_year),
            told.clone(),
        ]);
        shards.push(json!({
            "shard": name,
            "decision": told,
            "lost_s_per_day": outlook.lost_s,
            "all_away": outlook.all_away,
            "lost_in_a_year": outlook.lost_in_a_year,
        }));
    }
    let header = ["shard", "state MiB", "lost s/day", "all away", "P(loss)/year", "decision"];
    let mut text = render(&header, &rows, 0);
    let domain_name = |domain| {
        let level = &instance.levels[index.level_of(domain).index()].name;
        format!("{level} {}", index.domain(domain).name)
    };
    let domains = domain_outlooks(&index, plan);
    if !domains.is_empty() {
        let rows: Vec<Vec<String>> = domains
            .iter()
            .take(WORST)
            .map(|each| {
                let counts = [each.primaries, each.lost].map(|count| count.to_string());
                let [primaries, lost] = counts;
                let value = format!("{:.0}", each.value_s);
                vec![shortened(&domain_name(each.domain), NAME_WIDTH), primaries, lost, value]
            })
            .collect();
        text.push('\n');
        let header = ["if this is lost", "primaries", "without a copy", "value·s"];
        text.push_str(&render(&header, &rows, 0));
    }
    let used = utilisation(&index, plan);
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let rows: Vec<Vec<String>> = used
        .iter()
        .map(|each| {
            let fullest = shortened(&each.fullest, NAME_WIDTH);
            vec![each.what.to_owned(), percent(each.mean), percent(each.most), fullest]
        })
        .collect();
    text.push('\n');
    text.push_str(&render(&["used", "mean", "most", "fullest"], &rows, 0));
    text.push_str(&headline(instance, plan));
    text.push('\n');
    let domains: Vec<_> = domains
        .iter()
        .map(|each| {
            json!({
                "domain": domain_name(each.domain),
                "primaries": each.primaries,
                "without_a_copy": each.lost,
                "lost_value_s": each.value_s,
            })
        })
        .collect();
    let used: Vec<_> = used
        .iter()
        .map(|each| json!({ "what": each.what, "mean": each.mean, "most": each.most }))
        .collect();
    Report { text, json: json!({ "shards": shards, "domains": domains, "used": used }) }
}

/// What a plan that the referee accepts achieves, in one line.
#[must_use]
pub fn headline(instance: &Instance, plan: &Plan) -> String {
    let index = Index::new(instance);
    let lost = |(shard, decision): (usize, &ShardPlan)| {
        shard_outlook(&index, shard, decision).lost_value_us
    };
    let value_s = |lost_us: i128| format!("{:.1} value·s", lost_us as f64 / 1e6);
    let after: i128 = plan.shards.iter().enumerate().map(lost).sum();
    let moves = |(shard, decision): (usize, &ShardPlan)| {
        decision.nodes.iter().filter(|&&node| index.is_move(shard, node)).count()
    };
    let moved: usize = plan.shards.iter().enumerate().map(moves).sum();
    let placed = (0..instance.shards.len()).filter_map(|s| Some((s, index.current(s)?)));
    let (placed, before) =
        placed.map(lost).fold((0, 0), |(count, sum), each| (count + 1, sum + each));
    let before = if placed == instance.shards.len() {
        format!(", {} before", value_s(before))
    } else {
        String::new()
    };
    format!(
        "failures and their prevention lose {} a day{before}; {moved} copies move",
        value_s(after)
    )
}
