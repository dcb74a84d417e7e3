//! Why not that mode?

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::cost_text::seconds_text;
use placewright_models::replication_placement::instance::{Index, ModeKind};
use placewright_models::replication_placement::questions::why_not::{Wanted, WhyNot, why_not};
use placewright_solver::problem::{Problem, Verdict};

use super::told::{bad, issue, starting_plan};
use crate::family::{Asked, OptionHelp, Options, Report, Unanswered};
use crate::options::Reader;

pub(super) const OPTIONS: &[OptionHelp] = &[
    OptionHelp { name: "shard", help: "the name of the shard (required)" },
    OptionHelp {
        name: "mode",
        help: "checkpoint, stateless, relaxed_chain or strict_chain (required)",
    },
    OptionHelp { name: "copies", help: "nodes of a chain, from 2 to 5; any that it may have" },
];

pub(super) fn ask(
    asked: &Asked<ReplicationPlacement>,
    options: &Options,
) -> Result<Report, Unanswered> {
    let mut reader = Reader::new(options, OPTIONS);
    let kind = reader.value("mode", "a mode: see its option", mode);
    let copies = reader.integer("copies", 2, 5).map(|copies| copies as u8);
    let name = reader.text("shard");
    let shards = &asked.instance.shards;
    let shard = name.and_then(|name| shards.iter().position(|shard| shard.name == name));
    if shard.is_none() {
        let cause =
            name.map_or("say which shard".to_owned(), |name| format!("there is no shard {name:?}"));
        reader.issues.push(issue("shard", cause));
    }
    if kind.is_none() && reader.text("mode").is_none() {
        reader.issues.push(issue("mode", "say which mode"));
    }
    let (Some(shard), Some(kind), true) = (shard, kind, reader.issues.is_empty()) else {
        return Err(Unanswered::Options(reader.issues));
    };
    let index = Index::new(asked.instance);
    let Some(plan) = starting_plan(&index, asked.plan) else {
        return Err(bad("--plan", "some shards have no current placement: give a plan"));
    };
    if let Verdict::Refused(violations) = ReplicationPlacement::judge(asked.instance, &plan) {
        let cause = format!("the current placement breaks rules, give a plan: {}", violations[0]);
        return Err(bad("--plan", cause));
    }
    let answer = why_not(asked.instance, &plan, shard, Wanted { kind, copies });
    let text = text(&shards[shard].name, kind, &answer);
    // Plain data always serialises.
    let json = serde_json::to_value(&answer).unwrap_or_default();
    Ok(Report { text, json })
}

fn mode(text: &str) -> Option<ModeKind> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

fn text(name: &str, kind: ModeKind, answer: &WhyNot) -> String {
    let mut text = format!("{name} now: {}\n", answer.now);
    let how = match (answer.more, answer.is_exact) {
        (None, _) => "closest",
        (Some(_), true) => "cheapest",
        (Some(_), false) => "best found",
    };
    match &answer.best {
        Some(best) => text.push_str(&format!("{how} {}: {best}\n", kind.label())),
        None => text.push_str(&format!("no other {} is possible\n", kind.label())),
    }
    for rule in &answer.forbidden {
        text.push_str(&format!("  in the way: {rule}\n"));
    }
    if let (Some(more), Some(parts)) = (answer.more, answer.parts) {
        let (verb, more) = if more >= 0 { ("costs", more) } else { ("saves", -more) };
        text.push_str(&format!(
            "it {verb} {} value·s/day, all others staying\n",
            seconds_text(more)
        ));
        let rows = [
            ("failures", parts.failures),
            ("overhead while all is well", parts.overhead),
            ("memory and room in stores", parts.room),
            ("moves", parts.moves),
            ("prices of soft rules", answer.shared.unwrap_or(0)),
        ];
        for (what, change) in rows.iter().filter(|row| row.1 != 0) {
            let sign = if *change > 0 { "+" } else { "" };
            text.push_str(&format!("  {what}: {sign}{}\n", seconds_text(*change)));
        }
    }
    text
}
