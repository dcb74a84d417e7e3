//! How well losses are predicted on a failure log: rates from its first part, losses of the rest;
//! or rates from one system, losses of another.

use placewright_models::replication_placement::rates::fit::ESTIMATORS;
use placewright_models::replication_placement::rates::outages::OutageLog;
use placewright_models::replication_placement::replay::comparison::{Group, Row};
use placewright_models::replication_placement::replay::holdout::{Judging, Load, Outcome, predict};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::super::import::outage_log;
use super::predictions::{data, name};
use crate::codes;
use crate::family::{Offer, OptionHelp, Options, Progress, Replay, Report};
use crate::files::{Rejected, Source};
use crate::options::Reader;
use crate::text_table::render;

/// The replay's entry.
pub(super) const REPLAY: Replay = Offer {
    name: "holdout",
    title: "failure logs: rates fitted on the first part, losses predicted and replayed on the rest",
    options: OPTIONS,
    run,
};

const OPTIONS: &[OptionHelp] = &[
    OptionHelp { name: "first_percent", help: "part that rates are fitted on [default: 50]" },
    OptionHelp { name: "systems", help: "names with commas [default: all of the log]" },
    OptionHelp {
        name: "from_system",
        help: "fit on the whole of this system and predict the whole of the others",
    },
    OptionHelp { name: "interval_s", help: "time between two checkpoints [default: 3600]" },
    OptionHelp { name: "period_s", help: "time between two pushes of a chain [default: 600]" },
    OptionHelp { name: "state_mib", help: "size of a state [default: 8192]" },
    OptionHelp { name: "confidence", help: "of intervals, in percent [default: 95]" },
    OptionHelp { name: "block_days", help: "blocks that the bootstrap draws [default: 30]" },
    OptionHelp { name: "seed", help: "of the bootstrap [default: 1]" },
];

struct Settings {
    first_percent: u64,
    systems: Option<Vec<String>>,
    from_system: Option<String>,
    load: Load,
    judging: Judging,
}

impl Settings {
    fn read(options: &Options) -> Result<Self, Rejected> {
        let mut reader = Reader::new(options, OPTIONS);
        let usual = Load::default();
        let names = |text: &str| text.split(',').map(|name| name.trim().to_owned()).collect();
        let settings = Self {
            first_percent: reader.integer("first_percent", 1, 99).unwrap_or(50),
            systems: reader.text("systems").map(names),
            from_system: reader.text("from_system").map(str::to_owned),
            load: Load {
                interval_ms: reader
                    .integer("interval_s", 1, 4_000_000)
                    .map_or(usual.interval_ms, |time_s| 1000 * time_s),
                period_ms: reader
                    .integer("period_s", 1, 4_000_000)
                    .map_or(usual.period_ms, |time_s| 1000 * time_s),
                state_mib: reader.integer("state_mib", 1, 1 << 24).unwrap_or(usual.state_mib),
                ..usual
            },
            judging: Judging {
                confidence: reader.integer("confidence", 1, 99).unwrap_or(95) as f64 / 100.0,
                block_ms: 86_400_000 * reader.integer("block_days", 1, 100_000).unwrap_or(30),
                seed: reader.integer("seed", 0, u64::MAX).unwrap_or(1),
            },
        };
        if reader.issues.is_empty() {
            Ok(settings)
        } else {
            Err(Rejected::new("options", reader.issues))
        }
    }
}

/// A log to fit on and one to predict.
struct Case {
    name: String,
    training: OutageLog,
    truth: OutageLog,
}

fn run(
    sources: &[(String, Source)],
    options: &Options,
    progress: Progress,
) -> Result<Report, Rejected> {
    let settings = Settings::read(options)?;
    let mut cases = Vec::new();
    for (file, source) in sources {
        let logs = outage_log::read(&source.text).map_err(|issues| source.reject(issues))?;
        let unknown = |name: &String| {
            let known = logs.keys().cloned().collect::<Vec<_>>().join(", ");
            let cause = format!("there is no system {name:?}; there are: {known}");
            source.reject(vec![codes::issue(codes::BAD_OPTION, "systems", cause)])
        };
        let chosen: Vec<String> =
            settings.systems.clone().unwrap_or_else(|| logs.keys().cloned().collect());
        let from = settings.from_system.as_ref();
        let asked = chosen.iter().chain(from);
        if let Some(name) = asked.into_iter().find(|name| !logs.contains_key(*name)) {
            return Err(unknown(name));
        }
        for system in chosen.iter().filter(|system| Some(*system) != from) {
            let log = &logs[system];
            let named = if system.is_empty() { file.clone() } else { format!("system {system}") };
            let split_ms = log.length_ms / 100 * settings.first_percent;
            cases.push(match from {
                Some(from) => {
                    let mut training = logs[from].clone();
                    // Nodes of the same number are other machines.
                    training.nodes.iter_mut().for_each(|node| *node = format!("{from} {node}"));
                    let name = format!("{named} from system {from}");
                    Case { name, training, truth: log.clone() }
                }
                None => Case {
                    name: named,
                    training: log.part(0, split_ms),
                    truth: log.part(split_ms, log.length_ms),
                },
            });
        }
    }
    progress("predicting");
    let outcomes: Vec<Vec<Outcome>> = cases
        .par_iter()
        .map(|case| {
            let of = |&(_, estimator): &(&str, _)| {
                predict(&case.training, &case.truth, estimator, &settings.load, &settings.judging)
            };
            ESTIMATORS.iter().map(of).collect()
        })
        .collect();
    Ok(report(&cases, &outcomes, settings.judging.confidence))
}

fn report(cases: &[Case], outcomes: &[Vec<Outcome>], confidence: f64) -> Report {
    let mut text = String::new();
    let mut json = Vec::new();
    for (case, own) in cases.iter().zip(outcomes) {
        text.push_str(&of_case(case, own, confidence));
        let estimators: Vec<Value> = ESTIMATORS
            .iter()
            .zip(own)
            .map(|((estimator, _), outcome)| {
                json!({
                    "estimator": estimator,
                    "failures_predicted": outcome.failures.0,
                    "failures_found": outcome.failures.1,
                    "log_likelihood_per_node": outcome.log_likelihood,
                    "fitted_per_day": outcome.fit.pooled.per_day,
                    "fitted_interval_per_day":
                        [outcome.fit.pooled.interval.0, outcome.fit.pooled.interval.1],
                    "fitted_dispersion": outcome.fit.dispersion,
                    "agrees": outcome.rows.iter().map(|row| outcome.agrees(row)).collect::<Vec<bool>>(),
                    "rows": data(&outcome.rows),
                })
            })
            .collect();
        json.push(json!({
            "case": case.name,
            "nodes": case.truth.nodes.len(),
            "days": case.truth.length_ms as f64 / 86_400_000.0,
            "estimators": estimators,
        }));
    }
    Report { text, json: json!({ "confidence": confidence, "cases": json }) }
}

fn of_case(case: &Case, outcomes: &[Outcome], confidence: f64) -> String {
    let days = |log: &OutageLog| log.length_ms as f64 / 86_400_000.0;
    let mut text = format!(
        "{}: fitted on {:.0} days, predicted {:.0} days of {} nodes\n",
        case.name,
        days(&case.training),
        days(&case.truth),
        case.truth.nodes.len()
    );
    let fitted = |(&(estimator, _), outcome): (&(&str, _), &Outcome)| {
        let pooled = &outcome.fit.pooled;
        vec![
            estimator.to_owned(),
            format!("{:.3}", 1000.0 * pooled.per_day),
            format!("{:.1}", outcome.fit.dispersion),
            format!("{:.0}", outcome.failures.0),
            outcome.failures.1.to_string(),
            format!("{:.3}", outcome.log_likelihood),
        ]
    };
    let header = [
        "rates",
        "per 1000 node-days",
        "dispersion",
        "failures predicted",
        "found",
        "log-likelihood",
    ];
    let rows: Vec<Vec<String>> = ESTIMATORS.iter().zip(outcomes).map(fitted).collect();
    text.push_str(&render(&header, &rows, 0));
    let Some(first) = outcomes.last() else { return text };
    let interval = |(low, high): (f64, f64)| format!("{low:.2} to {high:.2}");
    let lost = |row: &Row| {
        vec![
            name(row.group).to_owned(),
            format!("{:.2}", row.predicted_overhead),
            format!("{:.2}", row.predicted),
            interval(first.predicted_interval(row)),
            format!("{:.2}", row.found),
            interval(row.interval),
            if first.agrees(row) { "yes" } else { "no" }.to_owned(),
            format!("{:.2}", ratio(row)),
            format!("{:.2}", row.all - row.found),
        ]
    };
    let percent = format!("{:.0} % interval", 100.0 * confidence);
    let header = [
        "s lost a day (shrunk rates)",
        "overhead",
        "predicted",
        &percent,
        "found",
        &percent,
        "agree",
        "ratio without overhead",
        "beyond the model",
    ];
    let rows: Vec<Vec<String>> =
        first.rows.iter().filter(|row| row.group != Group::All).map(lost).collect();
    text.push('\n');
    text.push_str(&render(&header, &rows, 0));
    text.push('\n');
    text
}

/// What failures were predicted to cost, relative to what they did.
fn ratio(row: &Row) -> f64 {
    let overhead = row.predicted_overhead;
    (row.predicted - overhead) / (row.found - overhead)
}
