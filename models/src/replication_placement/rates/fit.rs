//! Rates and repair times of a log's nodes.

use super::outages::OutageLog;
use super::poisson::{Interval, interval_of_count, interval_of_gamma};
use super::shrinkage::Prior;
use crate::replication_placement::instance::limits;

/// How a node's rate comes from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimator {
    /// From its own failures alone.
    Own,
    /// From those of all nodes.
    Pooled,
    /// From its own, shrunk towards those of all.
    Shrunk,
}

/// Estimators by name.
pub const ESTIMATORS: [(&str, Estimator); 3] =
    [("own", Estimator::Own), ("pooled", Estimator::Pooled), ("shrunk", Estimator::Shrunk)];

/// How often something fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Failures that were counted.
    pub failures: u64,
    /// Time in which it was up and watched, in days.
    pub exposure_days: f64,
    /// Expected failures per day.
    pub per_day: f64,
    /// Where the rate is with the confidence asked for.
    pub interval: Interval,
}

/// What a log says of its nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Rates by node.
    pub nodes: Vec<Rate>,
    /// The rate of all nodes together, with Garwood's interval.
    pub pooled: Rate,
    /// The distribution of rates over nodes, where it was asked for and something failed.
    pub prior: Option<Prior>,
    /// Mean time away, in ms; 0 without failures.
    pub mean_repair_ms: f64,
    /// Median time away, in ms.
    pub median_repair_ms: f64,
    /// Variance over mean of the failures of all nodes in thirty days: 1 if they are independent.
    pub dispersion: f64,
}

/// What a log says of its nodes. Time O(failures · log failures + nodes · 60²).
#[must_use]
pub fn fit(log: &OutageLog, estimator: Estimator, confidence: f64) -> Fit {
    let counts: Vec<u64> = log.outages.iter().map(|own| own.len() as u64).collect();
    let times: Vec<f64> = (0..log.nodes.len()).map(|node| log.exposure_days(node)).collect();
    let of_count = |failures: u64, exposure_days: f64| {
        let (low, high) = interval_of_count(failures, confidence);
        let per = |count: f64| if exposure_days > 0.0 { count / exposure_days } else { 0.0 };
        let interval = (per(low), per(high));
        Rate { failures, exposure_days, per_day: per(failures as f64), interval }
    };
    let pooled = of_count(counts.iter().sum(), times.iter().sum());
    let prior = match estimator {
        Estimator::Shrunk => Prior::fit(&counts, &times),
        Estimator::Own | Estimator::Pooled => None,
    };
    let of_node = |(&failures, &exposure_days): (&u64, &f64)| match (estimator, prior) {
        (Estimator::Own, _) => of_count(failures, exposure_days),
        (_, Some(prior)) => {
            let (shape, rate) = prior.posterior(failures, exposure_days);
            let interval = interval_of_gamma(shape, rate, confidence);
            Rate { failures, exposure_days, per_day: shape / rate, interval }
        }
        _ => Rate { failures, exposure_days, ..pooled },
    };
    let nodes = counts.iter().zip(&times).map(of_node).collect();
    let mut repairs_ms: Vec<u64> =
        log.outages.iter().flatten().map(|span| span.end_ms - span.start_ms).collect();
    repairs_ms.sort_unstable();
    let mean = repairs_ms.iter().sum::<u64>() as f64 / repairs_ms.len().max(1) as f64;
    Fit {
        nodes,
        pooled,
        prior,
        mean_repair_ms: mean,
        median_repair_ms: repairs_ms.get(repairs_ms.len() / 2).map_or(0.0, |&time| time as f64),
        dispersion: dispersion(log),
    }
}

/// Length of the parts in which failures are counted, in ms.
const PART_MS: u64 = 30 * 86_400_000;

fn dispersion(log: &OutageLog) -> f64 {
    let parts = (log.length_ms / PART_MS) as usize;
    let mut counts = vec![0.0; parts];
    for span in log.outages.iter().flatten() {
        if let Some(count) = counts.get_mut((span.start_ms / PART_MS) as usize) {
            *count += 1.0;
        }
    }
    let mean = counts.iter().sum::<f64>() / parts as f64;
    let squares: f64 = counts.iter().map(|count| (count - mean).powi(2)).sum();
    if parts < 2 || mean <= 0.0 { 1.0 } else { squares / (parts - 1) as f64 / mean }
}

/// A rate per day in the unit of instances, within their limits.
#[must_use]
pub fn micro_per_day(per_day: f64) -> u64 {
    ((per_day * 1e6).round().max(0.0) as u64).min(limits::MICRO_PER_DAY)
}

/// A time in ms in the unit of instances, within their limits.
#[must_use]
pub fn whole_ms(time_ms: f64) -> u64 {
    (time_ms.round().max(0.0) as u64).min(limits::TIME_MS)
}

#[cfg(test)]
mod tests {
    use super::super::outages::Span;
    use super::*;

    const DAY: u64 = 86_400_000;

    fn log() -> OutageLog {
        let away = |day: u64| Span { start_ms: day * DAY, end_ms: day * DAY + DAY / 24 };
        let nodes = (0..10).map(|node| format!("n{node}")).collect();
        let often = (0..30).map(|i| (0, away(3 * i)));
        let seldom = (1..10).filter(|node| node % 3 == 0).map(|node| (node, away(7)));
        OutageLog::new(nodes, 90 * DAY, often.chain(seldom))
    }

    #[test]
    fn estimators_differ_where_nodes_do() {
        let of = |estimator| fit(&log(), estimator, 0.95);
        let (own, pooled, shrunk) =
            (of(Estimator::Own), of(Estimator::Pooled), of(Estimator::Shrunk));
        assert_eq!(own.nodes[1].per_day, 0.0);
        assert!((own.nodes[0].per_day - 30.0 / 88.75).abs() < 1e-9);
        assert!(pooled.nodes.iter().all(|node| node.per_day == pooled.pooled.per_day));
        for (one, other) in [(0, 0.2), (1, 0.0005)] {
            assert!(shrunk.nodes[one].per_day > other, "{:?}", shrunk.nodes[one]);
            let (low, high) = shrunk.nodes[one].interval;
            assert!(low < shrunk.nodes[one].per_day && shrunk.nodes[one].per_day < high);
        }
        assert!((own.mean_repair_ms - 3_600_000.0).abs() < 1.0);
        assert_eq!(micro_per_day(0.0035), 3_500);
    }
}
