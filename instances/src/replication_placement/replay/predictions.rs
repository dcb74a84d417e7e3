//! Predicted and found losses, as tables and as data.

use placewright_models::replication_placement::replay::comparison::{Group, Row};
use placewright_models::replication_placement::replay::ledger::Kind;
use serde_json::{Map, Value, json};

use crate::text_table::render;

/// The name of a group of shards.
pub(super) fn name(group: Group) -> &'static str {
    match group {
        Group::Mode(kind) => kind.label(),
        Group::All => "total",
    }
}

/// Whether the interval holds what was predicted.
pub(super) fn is_within(row: &Row) -> bool {
    (row.interval.0..=row.interval.1).contains(&row.predicted)
}

/// What was lost, in which way, and what happened; in value times seconds per day.
pub(super) fn tables(rows: &[Row], confidence: f64) -> String {
    let percent = format!("{:.0} % interval", 100.0 * confidence);
    let number = |value: f64| format!("{value:.3}");
    let compared = |row: &Row| {
        vec![
            name(row.group).to_owned(),
            row.shards.to_string(),
            number(row.predicted),
            number(row.predicted_overhead),
            number(row.found),
            format!("{} to {}", number(row.interval.0), number(row.interval.1)),
            if is_within(row) { "yes" } else { "no" }.to_owned(),
            number(row.all),
            format!("{:.4} %", 100.0 * row.progress),
        ]
    };
    let header = [
        "value·s lost a day",
        "shards",
        "predicted",
        "of it overhead",
        "found",
        &percent,
        "within",
        "found, all kinds",
        "progress",
    ];
    let totals = usize::from(rows.len() > 1);
    let compared: Vec<Vec<String>> = rows.iter().map(compared).collect();
    let mut text = render(&header, &compared, totals);
    text.push('\n');
    let happens = |kind: &Kind| rows.iter().any(|row| row.kinds[*kind as usize] > 0.0);
    let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(happens).collect();
    let labels = kinds.iter().map(|kind| match kind.is_modelled() {
        true => kind.label().to_owned(),
        // The cost model leaves it out.
        false => format!("+ {}", kind.label()),
    });
    let labels: Vec<String> = ["by kind".to_owned()].into_iter().chain(labels).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let by_kind = |row: &Row| {
        let cells = kinds.iter().map(|&kind| number(row.kinds[kind as usize]));
        [name(row.group).to_owned()].into_iter().chain(cells).collect()
    };
    let by_kind: Vec<Vec<String>> = rows.iter().map(by_kind).collect();
    text.push_str(&render(&labels, &by_kind, totals));
    text.push_str("+ not in the cost model\n\n");
    let events = |row: &Row| {
        let events = &row.events;
        let mean = events.stale_s / events.stale_failures.max(1) as f64;
        let counts = [
            events.primary_failures,
            events.replica_failures,
            events.takeovers,
            events.cold_restarts,
        ];
        let mut cells = vec![name(row.group).to_owned()];
        cells.extend(counts.map(|count| count.to_string()));
        let times = [mean, events.most_stale_s, events.longest_outage_s, events.backlog_mib];
        cells.extend(times.map(|value| format!("{value:.1}")));
        cells
    };
    let header = [
        "events",
        "primary fails",
        "replica fails",
        "take-overs",
        "cold restarts",
        "mean staleness s",
        "most s",
        "longest outage s",
        "backlog MiB",
    ];
    let events: Vec<Vec<String>> = rows.iter().map(events).collect();
    text.push_str(&render(&header, &events, totals));
    text
}

/// The same as data.
pub(super) fn data(rows: &[Row]) -> Vec<Value> {
    let row = |row: &Row| {
        let kinds: Map<String, Value> = Kind::ALL
            .into_iter()
            .map(|kind| (kind.label().to_owned(), json!(row.kinds[kind as usize])))
            .collect();
        let events = &row.events;
        json!({
            "shards_of": name(row.group),
            "shards": row.shards,
            "predicted_value_s_per_day": row.predicted,
            "predicted_overhead_value_s_per_day": row.predicted_overhead,
            "found_value_s_per_day": row.found,
            "interval_value_s_per_day": [row.interval.0, row.interval.1],
            "predicted_within_interval": is_within(row),
            "found_all_kinds_value_s_per_day": row.all,
            "progress": row.progress,
            "value_s_per_day_by_kind": kinds,
            "events": {
                "primary_failures": events.primary_failures,
                "replica_failures": events.replica_failures,
                "takeovers": events.takeovers,
                "cold_restarts": events.cold_restarts,
                "mean_staleness_s": events.stale_s / events.stale_failures.max(1) as f64,
                "most_staleness_s": events.most_stale_s,
                "longest_outage_s": events.longest_outage_s,
                "most_backlog_mib": events.backlog_mib,
            },
        })
    };
    rows.iter().map(row).collect()
}
