//! What came of a comparison, as tables and as data.

use placewright_models::irs_matching::replay::summary::Summary;
use serde_json::{Value, json};

use crate::family::Report;
use crate::text_table::render;

/// A list of jobs under every policy.
pub(super) struct Workload {
    pub(super) name: String,
    /// Policies and their figures, the mean over the seeds.
    pub(super) rows: Vec<(&'static str, Summary)>,
}

/// The tables of all workloads.
pub(super) fn report(workloads: &[Workload], seeds: usize) -> Report {
    let text = workloads.iter().map(text).collect::<Vec<_>>().join("\n");
    let json: Vec<Value> = workloads.iter().map(data).collect();
    Report { text, json: json!({"replays_per_policy": seeds, "workloads": json}) }
}

fn text(workload: &Workload) -> String {
    let random = random_s(workload);
    let row = |(name, of): &(&str, Summary)| {
        let times = random.map_or("-".to_owned(), |random| format!("{:.2}", random / of.mean_s));
        let mut cells = vec![(*name).to_owned(), format!("{:.0}", of.mean_s), times];
        cells.extend([of.median_s, of.p95_s, of.max_s].map(|value| format!("{value:.0}")));
        cells.push(format!("{:.1}", of.queue_s));
        cells.extend([of.aborted, of.wasted, of.fair].map(|part| format!("{:.1}%", part * 100.0)));
        cells.extend([of.assignments, of.checkins].map(|value| format!("{value:.0}")));
        cells.push(format!("{}", of.unfinished));
        cells
    };
    let header = [
        "policy",
        "mean JCT s",
        "x random",
        "median s",
        "p95 s",
        "max s",
        "queue s",
        "aborted",
        "wasted",
        "fair",
        "assignments",
        "check-ins",
        "unfinished",
    ];
    let rows: Vec<Vec<String>> = workload.rows.iter().map(row).collect();
    let groups = workload.rows.first().map_or(0, |(_, of)| of.by_group_s.len());
    let mut by_header = vec!["mean JCT s".to_owned()];
    by_header.extend((1..=groups).map(|group| format!("group {group}")));
    by_header.extend((1..=4).map(|quarter| format!("size quarter {quarter}")));
    let by_header: Vec<&str> = by_header.iter().map(String::as_str).collect();
    let by_row = |(name, of): &(&str, Summary)| {
        let values = of.by_group_s.iter().chain(&of.by_size_s);
        let mut cells = vec![(*name).to_owned()];
        cells.extend(values.map(|value| format!("{value:.0}")));
        cells
    };
    let by_rows: Vec<Vec<String>> = workload.rows.iter().map(by_row).collect();
    let tables = [render(&header, &rows, 0), render(&by_header, &by_rows, 0)];
    format!("{}\n\n{}", workload.name, tables.join("\n"))
}

fn data(workload: &Workload) -> Value {
    let random = random_s(workload);
    let row = |(name, of): &(&str, Summary)| {
        json!({
            "policy": name,
            "mean_jct_s": of.mean_s,
            "times_better_than_random_order": random.map(|random| random / of.mean_s),
            "median_jct_s": of.median_s,
            "p95_jct_s": of.p95_s,
            "max_jct_s": of.max_s,
            "mean_queue_delay_s": of.queue_s,
            "aborted_round_fraction": of.aborted,
            "wasted_result_fraction": of.wasted,
            "within_fair_share": of.fair,
            "assignments": of.assignments,
            "checkins_seen": of.checkins,
            "unfinished_jobs": of.unfinished,
            "mean_jct_by_group_s": of.by_group_s,
            "mean_jct_by_size_quarter_s": of.by_size_s,
        })
    };
    json!({"workload": workload.name, "policies": workload.rows.iter().map(row).collect::<Vec<_>>()})
}

fn random_s(workload: &Workload) -> Option<f64> {
    let random = workload.rows.iter().find(|(name, _)| *name == "random_order");
    random.map(|(_, of)| of.mean_s)
}
