//! What came of a comparison, as tables and as data.

use placewright_models::circuit_allocation::online::choice::Choice;
use placewright_models::circuit_allocation::online::order::Order;
use placewright_models::circuit_allocation::online::placement::Cause;
use placewright_models::circuit_allocation::replay::snapshots::Found;
use placewright_models::circuit_allocation::replay::summary::{Summary, Times};
use serde_json::{Value, json};

use super::options::Plan;
use crate::family::Report;
use crate::text_table::render;

/// A list of jobs in one queue order under every policy.
pub(super) struct Workload {
    pub(super) name: String,
    pub(super) order: &'static str,
    pub(super) rows: Vec<Row>,
    /// Policies on the same states; none unless asked for.
    pub(super) snapshots: Vec<Found>,
}

/// A policy and its figures, the means over the seeds.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) order: Order,
    pub(super) choice: Choice,
    /// By seed: mean completion time.
    pub(super) by_seed: Vec<f64>,
    pub(super) summary: Summary,
}

/// The tables of all workloads.
pub(super) fn report(workloads: &[Workload], plan: &Plan) -> Report {
    let text = workloads.iter().map(text).collect::<Vec<_>>().join("\n");
    let json: Vec<Value> = workloads.iter().map(data).collect();
    let json = json!({
        "seeds": plan.seeds,
        "gpus": plan.fixed.gpus(),
        "static_cluster": plan.fixed,
        "switched_cluster": {
            "leaves": plan.switched.leaves,
            "spines": plan.switched.spines,
            "switches": plan.switched.switches(),
        },
        "workloads": json,
    });
    Report { text, json }
}

fn text(workload: &Workload) -> String {
    let ideal = ideal_s(workload);
    let row = |row: &Row| {
        let of = &row.summary;
        let ratio =
            ideal.map_or("-".to_owned(), |ideal| format!("{:.3}", of.completion.mean_s / ideal));
        let mut cells =
            vec![row.choice.name().to_owned(), format!("{:.0}", of.completion.mean_s), ratio];
        let times = [
            of.completion.median_s,
            of.completion.p99_s,
            of.run.mean_s,
            of.run.p99_s,
            of.wait.mean_s,
            of.wait.median_s,
            of.wait.p99_s,
            of.makespan_s,
        ];
        cells.extend(times.map(|time| format!("{time:.0}")));
        cells.push(format!("{:.1}%", of.utilisation * 100.0));
        cells
    };
    let header = [
        "policy",
        "JCT s",
        "x ideal",
        "median",
        "p99",
        "JRT s",
        "p99",
        "JWT s",
        "median",
        "p99",
        "makespan s",
        "used",
    ];
    let rows: Vec<Vec<String>> = workload.rows.iter().map(row).collect();
    let mut by_header = vec!["blocked by"];
    by_header.extend(Cause::ALL.map(Cause::name));
    by_header.extend(["circuits moved", "conflicts", "padded", "refused"]);
    let by_row = |row: &Row| {
        let of = &row.summary;
        let mut cells = vec![row.choice.name().to_owned()];
        cells.extend(of.blocked.map(|count| format!("{count:.0}")));
        cells.push(format!("{:.0}", of.moved));
        cells.push(format!("{:.1}%", of.conflicts * 100.0));
        cells.extend([of.padded, of.refused].map(|count| format!("{count:.0}")));
        cells
    };
    let by_rows: Vec<Vec<String>> = workload.rows.iter().map(by_row).collect();
    let mut tables = vec![render(&header, &rows, 0), render(&by_header, &by_rows, 0)];
    if !workload.snapshots.is_empty() {
        tables.push(on_snapshots(&workload.snapshots));
    }
    format!("{}, order {}\n\n{}", workload.name, workload.order, tables.join("\n"))
}

/// Who finds a place where, and what it costs on average.
fn on_snapshots(found: &[Found]) -> String {
    let row = |of: &Found| {
        let mean = |sum: u64| format!("{:.2}", sum as f64 / of.placed.max(1) as f64);
        let mut cells = vec![of.choice.name().to_owned()];
        cells.extend([of.asked, of.placed].map(|count| count.to_string()));
        cells.extend([of.leaves, of.circuits, of.moved].map(mean));
        cells
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    let header = ["on snapshots", "asked", "placed", "leaves", "circuits", "live jobs moved"];
    render(&header, &rows, 0)
}

fn data(workload: &Workload) -> Value {
    let ideal = ideal_s(workload);
    let times = |of: &Times| json!({"mean": of.mean_s, "median": of.median_s, "p99": of.p99_s});
    let row = |row: &Row| {
        let of = &row.summary;
        let blocked = Cause::ALL.iter().zip(of.blocked);
        let blocked: serde_json::Map<String, Value> =
            blocked.map(|(cause, count)| (cause.name().to_owned(), json!(count))).collect();
        json!({
            "policy": row.choice.name(),
            "jct_s": times(&of.completion),
            "mean_jct_by_seed_s": row.by_seed,
            "times_ideal": ideal.map(|ideal| of.completion.mean_s / ideal),
            "jrt_s": times(&of.run),
            "jwt_s": times(&of.wait),
            "makespan_s": of.makespan_s,
            "utilisation": of.utilisation,
            "blocked_attempts": blocked,
            "live_circuits_moved": of.moved,
            "conflicting_flow_fraction": of.conflicts,
            "padded_jobs": of.padded,
            "refused_jobs": of.refused,
        })
    };
    let rows: Vec<Value> = workload.rows.iter().map(row).collect();
    let snapshot = |of: &Found| {
        json!({
            "policy": of.choice.name(),
            "asked": of.asked,
            "placed": of.placed,
            "leaves": of.leaves,
            "circuits": of.circuits,
            "live_jobs_moved": of.moved,
        })
    };
    json!({
        "workload": workload.name,
        "order": workload.order,
        "policies": rows,
        "snapshots": workload.snapshots.iter().map(snapshot).collect::<Vec<_>>(),
    })
}

fn ideal_s(workload: &Workload) -> Option<f64> {
    let ideal = workload.rows.iter().find(|row| row.choice == Choice::Ideal);
    ideal.map(|row| row.summary.completion.mean_s)
}
