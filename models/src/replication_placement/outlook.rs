//! What to expect of a plan, for operators: losses, probabilities, the worst domain, utilisation.
//! Reads a plan; proves nothing.

use super::check::shard_cost;
use super::instance::{DomainId, Index, Loads, NodeId, WEIGHT_PER_BIT, limits};
use super::plan::{Mode, Plan, ShardPlan};

/// What to expect of a shard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShardOutlook {
    /// Value times microseconds lost per day, by overheads and failures.
    pub lost_value_us: i128,
    /// The same without the value, in seconds.
    pub lost_s: f64,
    /// Price of room and of moves.
    pub paid: i128,
    /// Share of the time in which every place that holds its state is away, if places fail
    /// independently.
    pub all_away: f64,
    /// How likely it is that within a year no place that holds its state is up, at some moment.
    pub lost_in_a_year: f64,
}

/// What to expect of a shard's decision.
#[must_use]
pub fn shard_outlook(index: &Index, shard: usize, decision: &ShardPlan) -> ShardOutlook {
    let paid = index.paid_cost(shard, decision.mode, &decision.nodes);
    let lost_value_us = shard_cost(index, shard, decision) - paid;
    let value = index.instance.shards[shard].value;
    let lost_s = if value == 0 { 0.0 } else { lost_value_us as f64 / value as f64 / 1e6 };
    let nodes = decision.nodes.iter().map(|&node| index.node_weight(node));
    let weight = nodes.sum::<u64>() + index.store_weight(decision.mode);
    let all_away = (-(weight as f64) / WEIGHT_PER_BIT as f64).exp2();
    let events = losses_per_year(index, decision);
    let lost_in_a_year = -(-events).exp_m1();
    ShardOutlook { lost_value_us, lost_s, paid, all_away, lost_in_a_year }
}

/// How often a year every place that holds the state is away: shocks that take all of them at once,
/// and independent failures that coincide. Places `i` with unavailability `u_i` and repair times
/// `r_i` are all away `Π u_i · Σ 1/r_i` times per unit of time (the frequency of a cut set, R.
/// Billinton, R. N. Allan, *Reliability Evaluation of Engineering Systems*, 1992, chapter 9).
#[must_use]
pub fn losses_per_year(index: &Index, decision: &ShardPlan) -> f64 {
    const DAYS: f64 = 365.0;
    const DAY_MS: f64 = 86_400_000.0;
    let store = decision.mode.store();
    let shared = index.levels().map(|level| {
        let mut domains = decision.nodes.iter().map(|&node| index.domain_of_node(level, node));
        let first = domains.next();
        let with_store = store.is_none_or(|store| index.domain_of_store(level, store) == first);
        match first.filter(|&first| with_store && domains.all(|other| other == first)) {
            Some(domain) => index.domain(domain).shocks_micro_per_day as f64 / 1e6,
            None => 0.0,
        }
    });
    let of_nodes = decision.nodes.iter().map(|&node| {
        let rate = index.rate_micro_per_day(node) as f64 / 1e6;
        (rate, index.instance.nodes[node.index()].repair_ms as f64 / DAY_MS)
    });
    let of_store = store.map(|store| {
        let data = &index.instance.stores[store.index()];
        let domains = index.levels().filter_map(|level| index.domain_of_store(level, store));
        let shocks: u64 = domains.map(|each| index.domain(each).shocks_micro_per_day).sum();
        let rate = (data.failures_micro_per_day + shocks) as f64 / 1e6;
        (rate, data.repair_ms as f64 / DAY_MS)
    });
    let (mut all_away, mut repairs) = (1.0, 0.0);
    for (rate, repair) in of_nodes.chain(of_store) {
        let away = rate * repair;
        all_away *= away / (1.0 + away);
        repairs += if repair > 0.0 { 1.0 / repair } else { 0.0 };
    }
    DAYS * (shared.sum::<f64>() + all_away * repairs)
}

/// What the loss of a domain would cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DomainOutlook {
    /// The domain.
    pub domain: DomainId,
    /// Shards whose primary is in it.
    pub primaries: usize,
    /// Shards of which no copy is left.
    pub lost: usize,
    /// Value times seconds until all of them work again.
    pub value_s: f64,
}

/// What the loss of each domain would cost, the worst first. Time O(shards · domains).
#[must_use]
pub fn domain_outlooks(index: &Index, plan: &Plan) -> Vec<DomainOutlook> {
    let outlook = |domain: DomainId| {
        let mut sum = DomainOutlook { domain, primaries: 0, lost: 0, value_s: 0.0 };
        for (shard, decision) in plan.shards.iter().enumerate() {
            let inside = |node: &NodeId| index.has_node(domain, *node);
            if !inside(&decision.nodes[0]) {
                continue;
            }
            sum.primaries += 1;
            let store_lost = decision.mode.store().is_some_and(|s| index.has_store(domain, s));
            let no_copy = decision.mode.is_chain() && decision.nodes.iter().all(inside);
            let down_s = if store_lost || no_copy {
                sum.lost += 1;
                index.instance.timing.cold_restart_ms as f64 / 1e3
            } else {
                outage_s(index, shard, decision)
            };
            sum.value_s += down_s * index.instance.shards[shard].value as f64;
        }
        sum
    };
    let mut all: Vec<DomainOutlook> = index.domains().map(outlook).collect();
    all.sort_by(|a, b| b.value_s.total_cmp(&a.value_s));
    all
}

/// What one failure of the primary costs, in seconds of work.
#[must_use]
pub fn outage_s(index: &Index, shard: usize, decision: &ShardPlan) -> f64 {
    let (data, timing) = (&index.instance.shards[shard], &index.instance.timing);
    let restart_ms = (timing.detection_ms + timing.restart_ms) as f64;
    let takeover_ms = (timing.detection_ms + timing.takeover_ms) as f64;
    let lost_ms = match decision.mode {
        Mode::Checkpoint { store, interval_ms } => {
            interval_ms as f64 / 2.0 + restart_ms + index.restore_ms(shard, store) as f64
        }
        Mode::RelaxedChain { period_ms } => {
            let send_ms = index.send_ms(shard, decision.nodes[0]) as f64;
            period_ms as f64 / 2.0 + send_ms + takeover_ms
        }
        Mode::StrictChain => takeover_ms,
        Mode::Stateless { store, .. } => {
            let lost = (limits::PPM - data.stale_progress_ppm) as f64 / limits::PPM as f64;
            lost * (restart_ms + index.restore_ms(shard, store) as f64)
        }
    };
    lost_ms / 1e3
}

/// How full something is.
#[derive(Clone, Debug, PartialEq)]
pub struct Utilisation {
    /// What it is, such as `memory of nodes`.
    pub what: &'static str,
    /// Share of all capacity together.
    pub mean: f64,
    /// Share of the fullest one.
    pub most: f64,
    /// Name of the fullest one.
    pub fullest: String,
}

/// How full memory, network, stores and trunks are.
#[must_use]
pub fn utilisation(index: &Index, plan: &Plan) -> Vec<Utilisation> {
    let loads = Loads::of(index, plan.shards.iter().map(Some));
    let (nodes, stores) = (&index.instance.nodes, &index.instance.stores);
    let node_names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
    let store_names: Vec<&str> = stores.iter().map(|store| store.name.as_str()).collect();
    let trunks: Vec<u64> = index.trunks().iter().map(|trunk| trunk.1).collect();
    let domains = index.trunks().iter().map(|&(domain, _)| index.domain(domain).name.as_str());
    let trunk_names: Vec<&str> = domains.collect();
    let of_nodes = |size: &dyn Fn(usize) -> u64| (0..nodes.len()).map(size).collect::<Vec<u64>>();
    let of_stores = |size: &dyn Fn(usize) -> u64| (0..stores.len()).map(size).collect::<Vec<u64>>();
    vec![
        fill("memory of nodes", &loads.memory, &of_nodes(&|n| nodes[n].memory_mib), &node_names),
        fill("network out", &loads.sent, &of_nodes(&|n| nodes[n].nic_out_kib_per_s), &node_names),
        fill("network in", &loads.received, &of_nodes(&|n| nodes[n].nic_in_kib_per_s), &node_names),
        fill(
            "room in stores",
            &loads.stored,
            &of_stores(&|j| stores[j].capacity_mib),
            &store_names,
        ),
        fill(
            "ingest of stores",
            &loads.taken,
            &of_stores(&|j| stores[j].ingest_kib_per_s),
            &store_names,
        ),
        fill("trunks of domains", &loads.crossing, &trunks, &trunk_names),
    ]
}

fn fill(what: &'static str, loads: &[u128], sizes: &[u64], names: &[&str]) -> Utilisation {
    let share = |load: f64, size: f64| if size > 0.0 { load / size } else { 0.0 };
    let load: f64 = loads.iter().map(|&load| load as f64).sum();
    let size: f64 = sizes.iter().map(|&size| size as f64).sum();
    let each = loads.iter().zip(sizes).map(|(&load, &size)| share(load as f64, size as f64));
    let fullest = each.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    let (at, most) = fullest.unwrap_or((0, 0.0));
    let fullest = names.get(at).copied().unwrap_or_default().to_owned();
    Utilisation { what, mean: share(load, size), most, fullest }
}
