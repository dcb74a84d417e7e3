//! Makespans as tables and as data.

use placewright_models::memory_sizing::replay::charge::BYTE_MS_PER_GBH;
use placewright_models::memory_sizing::replay::cluster::bound::MakespanBound;
use placewright_models::memory_sizing::replay::cluster::figures::Figures;
use serde_json::{Value, json};

use super::View;
use crate::family::Report;
use crate::memory_sizing::replay::comparison::three_digits;
use crate::text_table::render;

const MS_PER_HOUR: f64 = 3_600_000.0;
const HEADER: [&str; 13] = [
    "",
    "makespan h",
    "of bound",
    "tasks/h",
    "cores held",
    "memory held",
    "used",
    "wastage GB·h",
    "failed",
    "lost h",
    "one task's",
    "wait h",
    "unserved",
];

/// Rows on workflows.
pub(in super::super) struct Makespans<'a> {
    pub(in super::super) view: &'a View,
    /// The ideal, then the policies.
    pub(in super::super) rows: Vec<&'static str>,
    pub(in super::super) workflows: Vec<Workflow>,
}

/// What came of one workflow.
pub(in super::super) struct Workflow {
    pub(super) name: String,
    pub(super) tasks: usize,
    pub(super) bound: MakespanBound,
    /// One per row of [`Makespans`].
    pub(super) rows: Vec<Figures>,
}

impl Workflow {
    /// A makespan against that of the first row, the ideal.
    fn against_ideal(&self, row: usize) -> f64 {
        times(self.rows[row].makespan_ms, self.rows[0].makespan_ms)
    }
}

impl Makespans<'_> {
    pub(in super::super) fn report(&self) -> Report {
        let tables: Vec<String> = self.workflows.iter().map(|w| self.table(w)).collect();
        let text = format!("{}\n{}", tables.join("\n"), self.summary());
        let ratios = self.rows.iter().enumerate();
        let ratios: Vec<Value> = ratios
            .map(|(row, name)| json!({"policy": name, "ratio": self.mean_against_ideal(row)}))
            .collect();
        let json = json!({
            "nodes": self.view.nodes,
            "workflows": self.workflows.iter().map(|w| self.json(w)).collect::<Vec<_>>(),
            "geometric_mean_of_clairvoyant_makespan": ratios,
        });
        Report { text, json }
    }

    fn table(&self, workflow: &Workflow) -> String {
        let Workflow { name, tasks, bound, .. } = workflow;
        let row = |(row, figures): (&&str, &Figures)| {
            let mut cells = vec![(*row).to_owned()];
            cells.extend(cells_of(figures, bound));
            cells
        };
        let rows: Vec<Vec<String>> = self.rows.iter().zip(&workflow.rows).map(row).collect();
        let title = format!(
            "{name}: {tasks} tasks; at least {} h by cores, {} h by memory, {} h by one task\n",
            hours(bound.cores_ms as f64),
            hours(bound.memory_ms as f64),
            hours(bound.task_ms as f64),
        );
        title + &render(&HEADER, &rows, 0)
    }

    /// Geometric mean over workflows of a row's makespan against the ideal.
    fn mean_against_ideal(&self, row: usize) -> f64 {
        let sum: f64 = self.workflows.iter().map(|w| w.against_ideal(row).ln()).sum();
        (sum / self.workflows.len().max(1) as f64).exp()
    }

    fn summary(&self) -> String {
        let names = self.workflows.iter().map(|workflow| workflow.name.as_str());
        let header: Vec<&str> =
            ["makespan, clairvoyant = 1"].into_iter().chain(names).chain(["mean"]).collect();
        let row = |(row, name): (usize, &&'static str)| {
            let mut cells = vec![(*name).to_owned()];
            cells.extend(self.workflows.iter().map(|w| format!("{:.3}", w.against_ideal(row))));
            cells.push(format!("{:.3}", self.mean_against_ideal(row)));
            cells
        };
        let rows: Vec<Vec<String>> = self.rows.iter().enumerate().map(row).collect();
        render(&header, &rows, 0)
    }

    fn json(&self, workflow: &Workflow) -> Value {
        let Workflow { name, tasks, bound, rows } = workflow;
        let row = |(row, figures): (usize, &Figures)| {
            json!({
                "policy": self.rows[row],
                "makespan_ms": figures.makespan_ms,
                "makespan_of_bound": times(figures.makespan_ms, bound.ms()),
                "makespan_of_clairvoyant": workflow.against_ideal(row),
                "tasks_per_hour": figures.tasks_per_hour(),
                "completed": figures.completed,
                "unserved": figures.unserved,
                "failures": figures.failures,
                "cores_held": figures.cores_held(),
                "memory_held": figures.memory_allocated(),
                "memory_used": figures.memory_used(),
                "wastage_gbh": figures.waste_byte_ms() as f64 / BYTE_MS_PER_GBH,
                "lost_h": figures.lost_ms as f64 / MS_PER_HOUR,
                "most_lost_by_one_task_h": figures.most_lost_ms as f64 / MS_PER_HOUR,
                "lost_core_h": figures.lost_core_ms as f64 / MS_PER_HOUR,
                "mean_wait_h": figures.mean_wait_ms() / MS_PER_HOUR,
            })
        };
        json!({
            "workflow": name,
            "tasks": tasks,
            "bound_by_cores_ms": bound.cores_ms,
            "bound_by_memory_ms": bound.memory_ms,
            "bound_by_task_ms": bound.task_ms,
            "policies": rows.iter().enumerate().map(row).collect::<Vec<_>>(),
        })
    }
}

/// One cell per column of [`HEADER`] after the first.
fn cells_of(figures: &Figures, bound: &MakespanBound) -> [String; 12] {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    [
        hours(figures.makespan_ms as f64),
        format!("{:.3}", times(figures.makespan_ms, bound.ms())),
        three_digits(figures.tasks_per_hour()),
        percent(figures.cores_held()),
        percent(figures.memory_allocated()),
        percent(figures.memory_used()),
        three_digits(figures.waste_byte_ms() as f64 / BYTE_MS_PER_GBH),
        figures.failures.to_string(),
        hours(figures.lost_ms as f64),
        hours(figures.most_lost_ms as f64),
        hours(figures.mean_wait_ms()),
        figures.unserved.to_string(),
    ]
}

fn hours(ms: f64) -> String {
    three_digits(ms / MS_PER_HOUR)
}

/// How often one time holds another; once where both are nothing.
fn times(part_ms: u64, whole_ms: u64) -> f64 {
    if part_ms == whole_ms { 1.0 } else { part_ms as f64 / whole_ms as f64 }
}
