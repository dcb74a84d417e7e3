//! A failure log's rates, written into an instance.

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::Instance;
use placewright_models::replication_placement::rates::fit::{
    ESTIMATORS, Estimator, Fit, fit, micro_per_day, whole_ms,
};
use placewright_models::replication_placement::rates::outages::OutageLog;
use placewright_models::replication_placement::replay::logged::followed;
use placewright_solver::problem::Problem;
use placewright_solver::seed::Seed;
use serde_json::json;

use super::outage_log;
use crate::codes;
use crate::family::{Imported, Importer, Offer, OptionHelp, Options, Report};
use crate::files::{InstanceFile, Rejected, Source};
use crate::options::Reader;
use crate::text_table::{render, shortened};

/// Of LANL's records.
pub(super) const LANL: Importer<ReplicationPlacement> = Offer {
    name: "lanl",
    title: "an instance and LANL's failure records: rates and repair times of one of its systems",
    options: OPTIONS,
    run: import,
};

/// Of plain tables.
pub(super) const OUTAGES: Importer<ReplicationPlacement> = Offer {
    name: "outages",
    title: "an instance and a table of node,start,end: rates and repair times of the nodes",
    options: OPTIONS,
    run: import,
};

const OPTIONS: &[OptionHelp] = &[
    OptionHelp { name: "system", help: "system of a log that has several" },
    OptionHelp {
        name: "estimator",
        help: "own (each node's failures), pooled (all nodes alike) or shrunk (empirical Bayes \
               between the two) [default: shrunk]",
    },
    OptionHelp { name: "confidence", help: "of intervals, in percent [default: 95]" },
    OptionHelp {
        name: "seed",
        help: "draws which of the log's nodes each node follows, unless the log names them all \
               [default: 1]",
    },
    OptionHelp { name: "days", help: "observed at least so long [default: to the last outage]" },
    OptionHelp {
        name: "log_nodes",
        help: "nodes that were observed, failed or not [default: those that the log knows]",
    },
];

/// Rows that are told about.
const WORST: usize = 10;

struct Settings {
    system: Option<String>,
    estimator: Estimator,
    confidence: f64,
    seed: u64,
    days: Option<u64>,
    nodes: Option<u64>,
}

impl Settings {
    fn read(options: &Options) -> Result<Self, Rejected> {
        let mut reader = Reader::new(options, OPTIONS);
        let named = |text: &str| {
            ESTIMATORS.iter().find(|(name, _)| *name == text).map(|(_, estimator)| *estimator)
        };
        let settings = Self {
            system: reader.text("system").map(str::to_owned),
            estimator: reader
                .value("estimator", "own, pooled or shrunk", named)
                .unwrap_or(Estimator::Shrunk),
            confidence: reader.integer("confidence", 1, 99).unwrap_or(95) as f64 / 100.0,
            seed: reader.integer("seed", 0, u64::MAX).unwrap_or(1),
            days: reader.integer("days", 1, 100_000),
            nodes: reader.integer("log_nodes", 1, 1 << 20),
        };
        if reader.issues.is_empty() {
            Ok(settings)
        } else {
            Err(Rejected::new("options", reader.issues))
        }
    }
}

fn import(sources: &[Source], options: &Options) -> Result<Imported<Instance>, Rejected> {
    let settings = Settings::read(options)?;
    let [file, log] = sources else {
        let cause = format!("{} files, two are needed: an instance and a log", sources.len());
        return Err(Rejected::new("files", vec![codes::issue(codes::NO_SAMPLES, "", cause)]));
    };
    let mut instance = InstanceFile::read::<ReplicationPlacement>(file)?.instance;
    let logs = outage_log::read(&log.text).map_err(|issues| log.reject(issues))?;
    let log = outage_log::system(logs, settings.system.as_deref())
        .map_err(|issue| log.reject(vec![issue]))?;
    let log = outage_log::observed(log, settings.days, settings.nodes);
    let found = fit(&log, settings.estimator, settings.confidence);
    let order = order(&instance, &log, settings.seed);
    for (node, &(followed, _)) in instance.nodes.iter_mut().zip(&order) {
        node.failures_micro_per_day = micro_per_day(found.nodes[followed].per_day);
        node.repair_ms = whole_ms(found.mean_repair_ms);
    }
    let issues = ReplicationPlacement::validate(&instance);
    if !issues.is_empty() {
        return Err(file.reject(issues));
    }
    let summary = summary(&instance, &log, &found, &order, settings.confidence);
    Ok(Imported { instance, summary })
}

/// The log node that each node follows: the one of its name where the log knows every name, else
/// drawn.
pub(in crate::replication_placement) fn order(
    instance: &Instance,
    log: &OutageLog,
    seed: u64,
) -> Vec<(usize, usize)> {
    let place = |name: &String| log.nodes.iter().position(|each| each == name);
    let named = instance.nodes.iter().map(|node| Some((place(&node.name)?, 0)));
    named
        .collect::<Option<Vec<_>>>()
        .unwrap_or_else(|| followed(log.nodes.len(), instance.nodes.len(), Seed(seed)))
}

fn summary(
    instance: &Instance,
    log: &OutageLog,
    fit: &Fit,
    order: &[(usize, usize)],
    confidence: f64,
) -> Report {
    let per_1000 = |per_day: f64| format!("{:.2}", 1000.0 * per_day);
    let percent = 100.0 * confidence;
    let mut worst: Vec<usize> = (0..order.len()).collect();
    worst.sort_by(|&a, &b| fit.nodes[order[b].0].per_day.total_cmp(&fit.nodes[order[a].0].per_day));
    let row = |&node: &usize| {
        let rate = &fit.nodes[order[node].0];
        vec![
            shortened(&instance.nodes[node].name, 40),
            shortened(&log.nodes[order[node].0], 20),
            rate.failures.to_string(),
            format!("{:.0}", rate.exposure_days),
            per_1000(rate.per_day),
            format!("{} to {}", per_1000(rate.interval.0), per_1000(rate.interval.1)),
        ]
    };
    let rows: Vec<Vec<String>> = worst.iter().take(WORST).map(row).collect();
    let header =
        ["node", "follows", "failures", "days up", "per 1000 days", "interval of the rate"];
    let pooled = &fit.pooled;
    let prior = fit.prior.map_or(String::new(), |prior| {
        format!(
            "rates over nodes: gamma of shape {:.3} and mean {} per 1000 days\n",
            prior.shape,
            per_1000(prior.mean)
        )
    });
    let text = format!(
        "{}{} failures in {:.0} node-days: {} per 1000 node-days, {percent:.0} % interval {} to {} if \
         failures are independent\n\
         variance over mean of failures in 30 days: {:.1} (1 if they are)\n{prior}\
         time away: mean {:.0} min, median {:.0} min\n",
        render(&header, &rows, 0),
        pooled.failures,
        pooled.exposure_days,
        per_1000(pooled.per_day),
        per_1000(pooled.interval.0),
        per_1000(pooled.interval.1),
        fit.dispersion,
        fit.mean_repair_ms / 60_000.0,
        fit.median_repair_ms / 60_000.0,
    );
    let nodes: Vec<_> = order
        .iter()
        .enumerate()
        .map(|(node, &(followed, _))| {
            let rate = &fit.nodes[followed];
            json!({
                "node": instance.nodes[node].name,
                "follows": log.nodes[followed],
                "failures": rate.failures,
                "exposure_days": rate.exposure_days,
                "failures_per_day": rate.per_day,
                "interval_per_day": [rate.interval.0, rate.interval.1],
            })
        })
        .collect();
    let json = json!({
        "failures": pooled.failures,
        "exposure_days": pooled.exposure_days,
        "failures_per_day": pooled.per_day,
        "interval_per_day": [pooled.interval.0, pooled.interval.1],
        "dispersion": fit.dispersion,
        "gamma_shape": fit.prior.map(|prior| prior.shape),
        "gamma_mean_per_day": fit.prior.map(|prior| prior.mean),
        "mean_repair_s": fit.mean_repair_ms / 1e3,
        "median_repair_s": fit.median_repair_ms / 1e3,
        "nodes": nodes,
    });
    Report { text, json }
}
