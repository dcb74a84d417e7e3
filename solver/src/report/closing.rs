//! The closing report: what was found, how far it can be trusted, and what it took.

use std::fmt::{self, Write};

use serde::Serialize;

use crate::objective::Objective;
use crate::outcome::{MethodStatistics, Outcome, Status};

use super::table::gap_text;

/// What the referee says about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The evidence was recomputed and carries the claim.
    Verified,
    /// The word of a solver, which nobody can recompute.
    NotVerifiable,
}

/// An outcome without its plan: everything a report, a table or a statistics file shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How good the answer is.
    pub status: Status,
    /// Cost of the plan.
    pub objective: Option<Objective>,
    /// The lower bound.
    pub bound: Option<Objective>,
    /// Relative gap between the two.
    pub gap: Option<f64>,
    /// The kind of certificate: `dual prices`, `combinatorial`, `solver claim`.
    pub certificate: Option<&'static str>,
    /// What the referee says about the certificate.
    pub trust: Option<Trust>,
    /// The limit that ended the search, if one did.
    pub stop: Option<String>,
    /// The root seed.
    pub seed: u64,
    /// Wall-clock time of the search.
    pub seconds: f64,
    /// Wall-clock time until the first plan.
    pub first_plan_seconds: Option<f64>,
    /// How far the search ran past its deadline.
    pub overshoot_seconds: f64,
    /// Deterministic work units.
    pub work: u64,
    /// Plans offered to the referee.
    pub offered: u64,
    /// Plans the referee refused.
    pub refused: u64,
    /// The methods in the order of their first run.
    pub methods: Vec<MethodSummary>,
}

/// All runs of one method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodSummary {
    /// The method's name.
    pub name: &'static str,
    /// How often it ran.
    pub runs: u64,
    /// Wall-clock time.
    pub seconds: f64,
    /// Deterministic work units.
    pub work: u64,
    /// How often it improved the plan it knew.
    pub incumbents: u64,
    /// How often it raised the bound it knew.
    pub bounds: u64,
}

impl Summary {
    /// Sums up an outcome; `trust` is what the referee says about its certificate.
    #[must_use]
    pub fn new<Plan>(outcome: &Outcome<Plan>, trust: Option<Trust>) -> Self {
        let statistics = &outcome.statistics;
        Self {
            status: outcome.status,
            objective: outcome.objective.clone(),
            bound: outcome.bound().cloned(),
            gap: outcome.gap(),
            certificate: outcome.certificate.as_ref().map(|each| each.proof.label()),
            trust,
            stop: outcome.stop.map(|stop| stop.to_string()),
            seed: outcome.seed,
            seconds: statistics.elapsed.as_secs_f64(),
            first_plan_seconds: statistics.first_plan.map(|first| first.as_secs_f64()),
            overshoot_seconds: statistics.overshoot.as_secs_f64(),
            work: statistics.work,
            offered: statistics.offered,
            refused: statistics.refused,
            methods: by_name(&statistics.methods),
        }
    }
}

fn by_name(runs: &[MethodStatistics]) -> Vec<MethodSummary> {
    let mut methods: Vec<MethodSummary> = Vec::new();
    for run in runs {
        let position = methods.iter().position(|method| method.name == run.name);
        let position = position.unwrap_or_else(|| {
            let (name, seconds) = (run.name, 0.0);
            methods.push(MethodSummary {
                name,
                runs: 0,
                seconds,
                work: 0,
                incumbents: 0,
                bounds: 0,
            });
            methods.len() - 1
        });
        let method = &mut methods[position];
        method.runs += 1;
        method.seconds += run.elapsed.as_secs_f64();
        method.work += run.work;
        method.incumbents += run.incumbents;
        method.bounds += run.bounds;
    }
    methods
}

/// The report as lines for people; `cost` writes a cost with its unit.
#[must_use]
pub fn closing_report(summary: &Summary, cost: impl Fn(&Objective) -> String) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _infallible = write_report(&mut text, summary, cost);
    text
}

fn write_report(
    out: &mut String,
    summary: &Summary,
    cost: impl Fn(&Objective) -> String,
) -> fmt::Result {
    let mut line = |label: &str, value: &str| writeln!(out, "  {label:<13}{value}");
    let stop = summary.stop.as_deref().map(|stop| format!(" (stopped by the {stop})"));
    let stop = stop.map(|text| text.replace("by the interrupted", "by an interrupt"));
    line("status", &format!("{}{}", summary.status, stop.unwrap_or_default()))?;
    line("objective", &summary.objective.as_ref().map_or("none".to_owned(), &cost))?;
    let bound = summary.bound.as_ref().map(&cost);
    line("bound", &bound.unwrap_or_else(|| "none".to_owned()))?;
    line("certificate", &certificate_text(summary))?;
    line("gap", &summary.gap.map_or("-".to_owned(), gap_text))?;
    let first = summary.first_plan_seconds;
    let first = first.map(|first| format!(", first plan after {first:.3} s"));
    line("time", &format!("{:.3} s{}", summary.seconds, first.unwrap_or_default()))?;
    if summary.overshoot_seconds > 0.0 {
        line("overshoot", &format!("{:.3} s past the time limit", summary.overshoot_seconds))?;
    }
    line("work", &format!("{} units, seed {}", summary.work, summary.seed))?;
    line("plans", &format!("{} offered, {} refused", summary.offered, summary.refused))?;
    write_methods(out, &summary.methods)
}

fn certificate_text(summary: &Summary) -> String {
    match (summary.certificate, summary.trust) {
        (None, _) => "none".to_owned(),
        (Some(kind), Some(Trust::Verified)) => format!("{kind}, verified"),
        (Some(kind), _) => format!("{kind}, not verifiable"),
    }
}

fn write_methods(out: &mut String, methods: &[MethodSummary]) -> fmt::Result {
    writeln!(out, "\n  method             runs      time         work  plans  bounds")?;
    for MethodSummary { name, runs, seconds, work, incumbents, bounds } in methods {
        writeln!(out, "  {name:<16}{runs:>7}{seconds:>9.2}s{work:>13}{incumbents:>7}{bounds:>8}")?;
    }
    Ok(())
}
