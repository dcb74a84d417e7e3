//! What fewer failures cost: the default policy at several prices of a failure.

use placewright_models::memory_sizing::replay::run::Tally;
use serde_json::{Value, json};

use super::comparison::{Comparison, Workflow, ratio};
use crate::text_table::render;

/// The prices, in multiples of what a task uses.
#[derive(Clone, Debug, Default)]
pub(super) struct Prices {
    /// Ascending; none where no trade-off was asked for.
    pub(super) ascending: Vec<f64>,
    /// The one that the other policies pay, among them.
    pub(super) usual: f64,
}

impl Comparison {
    /// A row per price, a column per workflow and one for all of them.
    pub(super) fn trade_off(&self) -> String {
        let names = self.workflows.iter().map(|workflow| workflow.name.as_str());
        let header: Vec<&str> =
            ["price"].into_iter().chain(names).chain(["geometric mean"]).collect();
        let row = |(index, price): (usize, &f64)| {
            let cell = |workflow: &Workflow| {
                let tally = self.at_price(workflow, index);
                let failures = tally.failures as f64 / self.runs as f64;
                let covered = 100.0 * ratio(tally.covered as f64, tally.tasks as f64);
                format!("{:.3} ({failures:.0}, {covered:.1} %)", self.ratio(workflow, index))
            };
            let mut row = vec![price.to_string()];
            row.extend(self.workflows.iter().map(cell));
            row.push(format!("{:.3}", self.mean_ratio(index)));
            row
        };
        let rows: Vec<Vec<String>> = self.prices.ascending.iter().enumerate().map(row).collect();
        let against = self.reference_name();
        let table = render(&header, &rows, 0);
        format!(
            "what a failure costs, in usages of the task: wastage of the default policy against \
             {against} (failed attempts, first attempts that succeed)\n\n{table}"
        )
    }

    pub(super) fn trade_off_json(&self) -> Value {
        let of_price = |(index, price): (usize, &f64)| {
            let of_workflow = |workflow: &Workflow| {
                let mut json = self.tally_json(&self.at_price(workflow, index));
                json["workflow"] = json!(workflow.name);
                json["ratio"] = json!(self.ratio(workflow, index));
                json
            };
            let workflows: Vec<Value> = self.workflows.iter().map(of_workflow).collect();
            json!({
                "failure_price": price,
                "workflows": workflows,
                "geometric_mean": self.mean_ratio(index),
            })
        };
        let prices: Vec<Value> = self.prices.ascending.iter().enumerate().map(of_price).collect();
        json!({"against": self.reference_name(), "prices": prices})
    }

    /// Tallies by price follow those by policy.
    fn at_price(&self, workflow: &Workflow, index: usize) -> Tally {
        workflow.total(self.policies.len() + index)
    }

    /// Policies of another kind than the default.
    fn rivals(&self) -> impl Iterator<Item = usize> {
        (0..self.policies.len()).filter(|&policy| !self.policies[policy].starts_with("experts"))
    }

    fn reference_name(&self) -> String {
        match self.rivals().next() {
            Some(_) => "the best other policy".to_owned(),
            None => format!("that at {}", self.prices.usual),
        }
    }

    /// Waste against the best rival or, without any, against the usual price.
    fn ratio(&self, workflow: &Workflow, index: usize) -> f64 {
        let waste = |tally: Tally| tally.waste_byte_ms;
        let rivals = self.rivals().map(|policy| waste(workflow.total(policy)));
        let least = rivals.min_by(f64::total_cmp).unwrap_or_else(|| {
            let usual = self.prices.ascending.iter().position(|&price| price == self.prices.usual);
            waste(self.at_price(workflow, usual.unwrap_or(0)))
        });
        waste(self.at_price(workflow, index)) / least
    }

    fn mean_ratio(&self, index: usize) -> f64 {
        let logarithms = self.workflows.iter().map(|workflow| self.ratio(workflow, index).ln());
        (logarithms.sum::<f64>() / self.workflows.len().max(1) as f64).exp()
    }
}
