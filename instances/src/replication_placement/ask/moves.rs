//! What is the cheapest change with so many moves?

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::check::shard_cost;
use placewright_models::replication_placement::cost_text::{cost_text, seconds_text};
use placewright_models::replication_placement::explain::decision_text;
use placewright_models::replication_placement::instance::Index;
use placewright_models::replication_placement::plan::Plan;
use placewright_solver::problem::{Problem, Verdict};
use serde_json::json;

use super::told::{bad, moved, outcome_json, outcome_text, starting_plan};
use crate::family::{Asked, OptionHelp, Options, Report, Unanswered, Until};
use crate::options::Reader;

pub(super) const OPTIONS: &[OptionHelp] = &[OptionHelp {
    name: "most",
    help: "copies that may go to nodes that have none of the shard (required)",
}];

/// Changes that are told about.
const MOST_ROWS: usize = 100;

pub(super) fn ask(
    asked: &Asked<ReplicationPlacement>,
    options: &Options,
) -> Result<Report, Unanswered> {
    let mut reader = Reader::new(options, OPTIONS);
    let most = reader.integer("most", 0, u64::MAX);
    if !reader.issues.is_empty() {
        return Err(Unanswered::Options(reader.issues));
    }
    let most = most.ok_or_else(|| bad("most", "say how many copies may move"))?;
    let mut limited = asked.instance.clone();
    limited.move_limits.copies = Some(most);
    let index = Index::new(&limited);
    let placed = (0..limited.shards.len()).filter(|&shard| index.current(shard).is_some()).count();
    let mut text = String::new();
    let stay = starting_plan(&index, None);
    let now = stay.as_ref().map(|plan| ReplicationPlacement::judge(asked.instance, plan));
    let mut start = asked.plan.filter(|plan| accepted(&limited, plan)).cloned();
    match &now {
        Some(Verdict::Feasible(cost)) => {
            text.push_str(&format!("staying costs {}\n", cost_text(cost)));
            start = start.or(stay);
        }
        Some(Verdict::Refused(violations)) => {
            let reasons: Vec<String> = violations.iter().take(3).map(ToString::to_string).collect();
            text.push_str(&format!("staying breaks rules: {}\n", reasons.join("; ")));
        }
        None if placed == 0 => text.push_str("no shard has a current placement: nothing moves\n"),
        None => text.push_str(&format!("{placed} shards have a current placement\n")),
    }
    let outcome = (asked.search)(&limited, start, Until::BestPlan)?;
    text.push_str(&format!("the best plan found with at most {most} moves "));
    text.push_str(&outcome_text(&limited, &outcome));
    let mut json = json!({ "most": most, "best": outcome_json(&limited, &outcome) });
    if let Some(Verdict::Feasible(cost)) = &now {
        json["staying"] = json!(cost.first().to_string());
    }
    if let Some(plan) = &outcome.plan {
        let (copies, mib) = moved(&index, plan);
        let gib = mib as f64 / 1024.0;
        text.push_str(&format!("it moves {copies} copies, {gib:.2} GiB\n"));
        let changes = changes(&index, plan);
        for (number, (line, _)) in changes.iter().enumerate() {
            if number == MOST_ROWS {
                text.push_str(&format!("… and {} more\n", changes.len() - MOST_ROWS));
                break;
            }
            text.push_str(line);
        }
        json["moved_copies"] = json!(copies);
        json["moved_mib"] = json!(mib);
        json["changes"] = changes.into_iter().map(|change| change.1).collect();
    }
    if let Some(Verdict::Feasible(cost)) =
        asked.plan.map(|plan| ReplicationPlacement::judge(asked.instance, plan))
    {
        let (copies, _) = asked.plan.map_or((0, 0), |plan| moved(&index, plan));
        text.push_str(&format!("the given plan moves {copies} and costs {}\n", cost_text(&cost)));
    }
    Ok(Report { text, json })
}

fn accepted(
    instance: &placewright_models::replication_placement::instance::Instance,
    plan: &Plan,
) -> bool {
    matches!(ReplicationPlacement::judge(instance, plan), Verdict::Feasible(_))
}

/// Every decision that is another one than now, those that save most first.
fn changes(index: &Index, plan: &Plan) -> Vec<(String, serde_json::Value)> {
    let mut changes = Vec::new();
    for (shard, decision) in plan.shards.iter().enumerate() {
        let Some(now) = index.current(shard).filter(|now| *now != decision) else { continue };
        let saved = shard_cost(index, shard, now) - shard_cost(index, shard, decision);
        let name = &index.instance.shards[shard].name;
        let (after, before) = (decision_text(index, decision), decision_text(index, now));
        let worth = match saved {
            0.. => format!("saves {} value·s/day", seconds_text(saved)),
            _ => format!("costs {} value·s/day", seconds_text(-saved)),
        };
        let line = format!("  {name}  {after} (was {before}): {worth}\n");
        let json = json!({
            "shard": name, "before": before, "after": after, "saved": saved.to_string()
        });
        changes.push((saved, line, json));
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.0));
    changes.into_iter().map(|(_, line, json)| (line, json)).collect()
}
