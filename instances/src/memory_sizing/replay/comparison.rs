//! What came of a comparison, as tables and as data.

use std::time::Duration;

use placewright_models::memory_sizing::replay::charge::BYTE_MS_PER_GBH;
use placewright_models::memory_sizing::replay::run::Tally;
use serde_json::{Value, json};

use super::trade_off::Prices;
use crate::family::Report;
use crate::text_table::render;

/// Policies on workflows; tallies are sums over all replays of a workflow.
pub(super) struct Comparison {
    pub(super) policies: Vec<&'static str>,
    pub(super) prices: Prices,
    /// Replays per workflow.
    pub(super) runs: usize,
    /// Whether times are reported.
    pub(super) times: bool,
    pub(super) workflows: Vec<Workflow>,
}

pub(super) struct Workflow {
    pub(super) name: String,
    pub(super) types: Vec<String>,
    /// Per policy and type, then per price and type.
    pub(super) tallies: Vec<Vec<Tally>>,
}

impl Workflow {
    pub(super) fn total(&self, policy: usize) -> Tally {
        let mut total = Tally::default();
        self.tallies[policy].iter().for_each(|&tally| total += tally);
        total
    }
}

impl Comparison {
    pub(super) fn report(&self) -> Report {
        let workflows: Vec<Value> = self.workflows.iter().map(|w| self.workflow_json(w)).collect();
        let ratios = self.policies.iter().enumerate();
        let ratios: Vec<Value> = ratios
            .map(|(policy, name)| json!({"policy": name, "ratio": self.against_others(policy)}))
            .collect();
        let mut json = json!({
            "replays_per_workflow": self.runs,
            "workflows": workflows,
            "geometric_mean_of_best_other": ratios,
        });
        let mut text = format!("{}\n{}", self.wastage(), self.coverage());
        if !self.prices.ascending.is_empty() {
            json["trade_off"] = self.trade_off_json();
            text += &format!("\n{}", self.trade_off());
        }
        Report { text, json }
    }

    fn workflow_json(&self, workflow: &Workflow) -> Value {
        let of_policy = |(policy, name): (usize, &&str)| {
            let types = workflow.types.iter().zip(&workflow.tallies[policy]);
            let types = types.filter(|(_, tally)| tally.tasks > 0).map(|(name, tally)| {
                let mut of_type = self.tally_json(tally);
                of_type["type"] = json!(name);
                of_type
            });
            let mut of_policy = self.tally_json(&workflow.total(policy));
            of_policy["policy"] = json!(name);
            of_policy["types"] = types.collect();
            of_policy
        };
        let policies: Vec<Value> = self.policies.iter().enumerate().map(of_policy).collect();
        json!({"workflow": workflow.name, "policies": policies})
    }

    pub(super) fn tally_json(&self, tally: &Tally) -> Value {
        let runs = self.runs as f64;
        let mut json = json!({
            "wastage_gbh": self.gbh(tally),
            "tasks": tally.tasks as f64 / runs,
            "failures": tally.failures as f64 / runs,
            "unserved": tally.unserved as f64 / runs,
            "first_attempt_coverage": ratio(tally.covered as f64, tally.tasks as f64),
            "used_of_allocated": ratio(tally.used_byte_ms, tally.allocated_byte_ms),
        });
        if self.times {
            let per_task = |time: Duration| ratio(time.as_secs_f64() * 1e6, tally.tasks as f64);
            json["microseconds_per_decision"] = json!(per_task(tally.deciding));
            json["microseconds_per_observation"] = json!(per_task(tally.learning));
        }
        json
    }

    fn gbh(&self, tally: &Tally) -> f64 {
        tally.waste_byte_ms / BYTE_MS_PER_GBH / self.runs as f64
    }

    /// Geometric mean over workflows of a policy's wastage against the least of all policies of
    /// another kind, where there are any; `experts` and `experts-careful` are one kind.
    fn against_others(&self, policy: usize) -> Option<f64> {
        let kind = |policy: usize| self.policies[policy].split('-').next();
        let others: Vec<usize> =
            (0..self.policies.len()).filter(|&other| kind(other) != kind(policy)).collect();
        if others.is_empty() {
            return None;
        }
        let logarithm = |workflow: &Workflow| {
            let waste = |policy: usize| workflow.total(policy).waste_byte_ms;
            let least = others.iter().map(|&other| waste(other)).fold(f64::INFINITY, f64::min);
            (waste(policy) / least).ln()
        };
        let sum: f64 = self.workflows.iter().map(logarithm).sum();
        Some((sum / self.workflows.len().max(1) as f64).exp())
    }

    fn wastage(&self) -> String {
        let cell = |policy: usize, workflow: &Workflow| {
            let total = workflow.total(policy);
            let failures = total.failures as f64 / self.runs as f64;
            format!("{} ({failures:.0})", three_digits(self.gbh(&total)))
        };
        let last = |policy: usize| match self.against_others(policy) {
            Some(ratio) => format!("{ratio:.3}"),
            None => "-".to_owned(),
        };
        self.table("wastage GB·h (failed attempts)", cell, "of best other", last)
    }

    fn coverage(&self) -> String {
        let cell = |policy: usize, workflow: &Workflow| {
            let total = workflow.total(policy);
            format!("{:.1} %", 100.0 * ratio(total.covered as f64, total.tasks as f64))
        };
        let last = |policy: usize| {
            let mut all = Tally::default();
            self.workflows.iter().for_each(|workflow| all += workflow.total(policy));
            let covered = format!("{:.1} %", 100.0 * ratio(all.covered as f64, all.tasks as f64));
            let time = (all.deciding + all.learning).as_secs_f64() * 1e6;
            let time = format!("{:.1} µs", ratio(time, all.tasks as f64));
            if self.times { format!("{covered}, {time}") } else { covered }
        };
        let title = if self.times { "all tasks, time each" } else { "all tasks" };
        self.table("first attempts that succeed", cell, title, last)
    }

    /// A row per policy, a column per workflow and one for all of them.
    fn table(
        &self,
        title: &str,
        cell: impl Fn(usize, &Workflow) -> String,
        last_title: &str,
        last: impl Fn(usize) -> String,
    ) -> String {
        let names = self.workflows.iter().map(|workflow| workflow.name.as_str());
        let header: Vec<&str> = [title].into_iter().chain(names).chain([last_title]).collect();
        let row = |policy: usize| {
            let mut row = vec![self.policies[policy].to_owned()];
            row.extend(self.workflows.iter().map(|workflow| cell(policy, workflow)));
            row.push(last(policy));
            row
        };
        let rows: Vec<Vec<String>> = (0..self.policies.len()).map(row).collect();
        render(&header, &rows, 0)
    }
}

pub(super) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// A quantity for people.
pub(super) fn three_digits(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}
