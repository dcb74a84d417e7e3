//! How well losses are predicted: rates from one part of a log, losses from another.
//!
//! On a cluster with the nodes of the log, every node serves one shard per mode. Rates are fitted
//! on the part for training; the cost model predicts what the shards lose, and the replay of the
//! other part says what they do lose.

use placewright_solver::seed::Seed;

use super::comparison::{Intervals, Row, Setting, compare};
use super::logged::follow;
use super::trial::{ReplicaStalls, Rules, Spares};
use crate::replication_placement::instance::{
    Index, Instance, ModeKind, MoveLimits, Node, NodeId, Policies, Shard, Store, StoreId, Timing,
};
use crate::replication_placement::plan::{Mode, Plan, ShardPlan};
use crate::replication_placement::rates::fit::{Estimator, Fit, fit, micro_per_day, whole_ms};
use crate::replication_placement::rates::outages::OutageLog;
use crate::replication_placement::rates::poisson::{Interval, normal_quantile};

/// What every node serves, once per mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Size of a state, in MiB.
    pub state_mib: u64,
    /// Speed of networks and stores, in KiB per second.
    pub kib_per_s: u64,
    /// Time between two checkpoints, in ms.
    pub interval_ms: u64,
    /// Time between two pushes of a relaxed chain, in ms.
    pub period_ms: u64,
    /// Steps of a recovery.
    pub timing: Timing,
}

impl Default for Load {
    /// 8 GiB over 10 Gbit/s, checkpoints every hour, pushes every ten minutes.
    fn default() -> Self {
        Self {
            state_mib: 8192,
            kib_per_s: 1_220_703,
            interval_ms: 3_600_000,
            period_ms: 600_000,
            timing: Timing {
                detection_ms: 10_000,
                restart_ms: 60_000,
                takeover_ms: 3_000,
                cold_restart_ms: 14_400_000,
            },
        }
    }
}

/// What came of a prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What the part for training says.
    pub fit: Fit,
    /// Predicted and found losses; their intervals are those of what was found.
    pub rows: Vec<Row>,
    /// Half the width of the interval of the predicted part of failures, relative to it: a count of
    /// `k` failures with the dispersion `d` has the relative deviation `√(d/k)`.
    pub relative_half: f64,
    /// Failures predicted and found in the part that was predicted.
    pub failures: (f64, u64),
    /// Logarithm of the likelihood of every node's failures under its rate, per node, without what
    /// all rates share; minus infinity where a node failed that should never fail.
    pub log_likelihood: f64,
}

/// How a prediction is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judging {
    /// Confidence of the intervals.
    pub confidence: f64,
    /// Length of the blocks that the bootstrap draws, in ms.
    pub block_ms: u64,
    /// Of the bootstrap.
    pub seed: u64,
}

impl Outcome {
    /// Where the predicted loss of a group is, given how well the rate is known.
    #[must_use]
    pub fn predicted_interval(&self, row: &Row) -> Interval {
        let half = self.relative_half * (row.predicted - row.predicted_overhead);
        (row.predicted - half, row.predicted + half)
    }

    /// Whether predicted and found losses differ by no more than both intervals allow together.
    #[must_use]
    pub fn agrees(&self, row: &Row) -> bool {
        let half = |(low, high): Interval| (high - low) / 2.0;
        let both = half(self.predicted_interval(row)).hypot(half(row.interval));
        (row.predicted - row.found).abs() <= both
    }
}

/// Predicts the losses of one log from another one. Where their nodes differ, every node is given
/// the pooled rate.
#[must_use]
pub fn predict(
    training: &OutageLog,
    truth: &OutageLog,
    estimator: Estimator,
    load: &Load,
    judging: &Judging,
) -> Outcome {
    let fit = fit(training, estimator, judging.confidence);
    let same = training.nodes == truth.nodes;
    let rates: Vec<f64> = (0..truth.nodes.len())
        .map(|node| if same { fit.nodes[node].per_day } else { fit.pooled.per_day })
        .collect();
    let (instance, plan) = cluster(truth, &rates, whole_ms(fit.mean_repair_ms), load);
    let index = Index::new(&instance);
    let setting = Setting {
        index: &index,
        plan: &plan,
        rules: Rules {
            spares: Spares::Yes,
            stalls: ReplicaStalls::Yes,
            block_ms: judging.block_ms,
        },
        intervals: Intervals::OverBlocks(Seed(judging.seed)),
        confidence: judging.confidence,
    };
    let itself: Vec<(usize, usize)> = (0..truth.nodes.len()).map(|node| (node, 0)).collect();
    let timeline = |_| follow(&index, truth, &itself);
    let rows = compare(&setting, &[judging.seed], timeline, &|| ());
    let mut log_likelihood = 0.0;
    let mut expected = 0.0;
    for (node, rate) in rates.iter().enumerate() {
        let mean = rate * truth.exposure_days(node);
        let count = truth.outages[node].len() as f64;
        expected += mean;
        // 0 · ln 0 is 0.
        log_likelihood += if count > 0.0 { count * mean.ln() } else { 0.0 } - mean;
    }
    log_likelihood /= truth.nodes.len().max(1) as f64;
    let deviation = (fit.dispersion.max(1.0) / fit.pooled.failures.max(1) as f64).sqrt();
    let relative_half = normal_quantile(f64::midpoint(1.0, judging.confidence)) * deviation;
    Outcome {
        fit,
        rows,
        relative_half,
        failures: (expected, truth.failures() as u64),
        log_likelihood,
    }
}

/// The cluster of a log, and the plan in which every node serves a shard per mode.
fn cluster(log: &OutageLog, per_day: &[f64], repair_ms: u64, load: &Load) -> (Instance, Plan) {
    let node = |(name, per_day): (&String, &f64)| Node {
        name: name.clone(),
        memory_mib: 8 * load.state_mib,
        memory_during_mib: None,
        nic_out_kib_per_s: load.kib_per_s,
        nic_in_kib_per_s: load.kib_per_s,
        failures_micro_per_day: micro_per_day(*per_day),
        repair_ms,
        price_per_gib: 0,
        labels: Default::default(),
        domains: Default::default(),
    };
    let store = Store {
        name: "store".to_owned(),
        capacity_mib: 4 * load.state_mib * log.nodes.len() as u64,
        ingest_kib_per_s: load.kib_per_s,
        restore_kib_per_s: load.kib_per_s,
        failures_micro_per_day: 0,
        repair_ms: 0,
        losses_micro_per_day: Vec::new(),
        price_per_gib: 0,
        domains: Default::default(),
    };
    let nodes = log.nodes.len() as u32;
    let modes = [
        Mode::Checkpoint { store: StoreId(0), interval_ms: load.interval_ms },
        Mode::RelaxedChain { period_ms: load.period_ms },
        Mode::StrictChain,
        Mode::Stateless { store: StoreId(0), copies: 1 },
    ];
    let (mut shards, mut decisions) = (Vec::new(), Vec::new());
    for primary in 0..nodes {
        for mode in modes {
            shards.push(shard(&log.nodes[primary as usize], mode.kind(), load));
            // A chain of two, where there are two nodes.
            let next = NodeId((primary + 1) % nodes);
            let mut own = vec![NodeId(primary)];
            own.extend((mode.is_chain() && nodes > 1).then_some(next));
            decisions.push(ShardPlan { mode, nodes: own });
        }
    }
    let instance = Instance {
        levels: Vec::new(),
        nodes: log.nodes.iter().zip(per_day).map(node).collect(),
        stores: vec![store],
        shards,
        checkpoint_intervals_ms: vec![load.interval_ms],
        push_periods_ms: vec![load.period_ms],
        timing: load.timing,
        policies: Policies::default(),
        move_limits: MoveLimits::default(),
    };
    (instance, Plan { shards: decisions })
}

fn shard(node: &str, kind: ModeKind, load: &Load) -> Shard {
    Shard {
        name: format!("{node} {}", kind.label()),
        state_mib: load.state_mib,
        value: 1,
        write_kib_per_s: 1_000,
        updates_milli_per_s: 1_000,
        batch_ms: 3_600_000,
        backlog_kib_per_s: 1_000,
        blocking_ppm: 10_000,
        stale_progress_ppm: 500_000,
        modes: vec![kind],
        chain_copies: vec![2],
        stateless_copies: vec![1],
        max_unavailability_ppb: None,
        spread: Vec::new(),
        requires: Default::default(),
        pinned_primary: None,
        excluded_nodes: Vec::new(),
        current: None,
        moves_in_flight: Vec::new(),
        move_cost: 0,
    }
}
