//! Timelines drawn from the rates of an instance.
//!
//! Nodes, stores and domains fail as independent Poisson processes; a shock takes every node and
//! store of its domain at once. A repair takes the time of the instance, or an exponential time of
//! that mean.

use placewright_solver::seed::Seed;
use rand::{Rng, RngExt};

use super::timeline::{Away, Cause, Timeline, apart};
use crate::replication_placement::instance::{DomainId, Index, NodeId, StoreId};
use crate::replication_placement::rates::outages::{DAY_MS, Span};

/// How long repairs take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repairs {
    /// As long as the instance says.
    Constant,
    /// Exponential with the mean that the instance says.
    #[default]
    Exponential,
}

/// A timeline of an instance. The same seed gives the same one; time O(events · log events).
#[must_use]
pub fn sample(index: &Index, horizon_ms: u64, repairs: Repairs, seed: Seed) -> Timeline {
    let shocks: Vec<Vec<u64>> = index
        .domains()
        .map(|domain| {
            let mut stream = seed.named("shocks").child(domain.0.into()).generator();
            let rate = index.domain(domain).shocks_micro_per_day;
            arrivals(rate, horizon_ms, &mut stream)
        })
        .collect();
    let of = |name: &str, number: u32, rate: u64, repair_ms: u64, domains: Vec<DomainId>| {
        let mut stream = seed.named(name).child(number.into()).generator();
        let own = arrivals(rate, horizon_ms, &mut stream).into_iter().map(|at| (at, Cause::Own));
        let shared = domains
            .into_iter()
            .flat_map(|domain| shocks[domain.index()].iter().map(move |&at| (at, domain)));
        let shared = shared.map(|(at, domain)| (at, Cause::Shock(domain)));
        let mut starts: Vec<(u64, Cause)> = own.chain(shared).collect();
        starts.sort_by_key(|&(at, _)| at);
        let away = starts.into_iter().map(|(start_ms, cause)| {
            let end_ms = start_ms + repair(repair_ms, repairs, &mut stream);
            Away { span: Span { start_ms, end_ms }, cause }
        });
        apart(away.collect())
    };
    let instance = index.instance;
    let nodes = index.nodes().map(|node: NodeId| {
        let data = &instance.nodes[node.index()];
        let domains = index.levels().map(|level| index.domain_of_node(level, node)).collect();
        of("node", node.0, data.failures_micro_per_day, data.repair_ms, domains)
    });
    let nodes = nodes.collect();
    let stores = index.stores().map(|store: StoreId| {
        let data = &instance.stores[store.index()];
        let domains = index.levels().filter_map(|level| index.domain_of_store(level, store));
        of("store", store.0, data.failures_micro_per_day, data.repair_ms, domains.collect())
    });
    Timeline { horizon_ms, nodes, stores: stores.collect() }
}

/// Times of a Poisson process, in ms.
pub(super) fn arrivals(
    rate_micro_per_day: u64,
    horizon_ms: u64,
    stream: &mut impl Rng,
) -> Vec<u64> {
    let mut times = Vec::new();
    if rate_micro_per_day == 0 {
        return times;
    }
    let mean_ms = DAY_MS * 1e6 / rate_micro_per_day as f64;
    let mut now_ms = 0.0;
    loop {
        now_ms += mean_ms * exponential(stream);
        if now_ms >= horizon_ms as f64 {
            return times;
        }
        times.push(now_ms as u64);
    }
}

fn repair(mean_ms: u64, repairs: Repairs, stream: &mut impl Rng) -> u64 {
    match repairs {
        Repairs::Constant => mean_ms,
        Repairs::Exponential => (mean_ms as f64 * exponential(stream)) as u64,
    }
}

/// An exponential number of mean one.
fn exponential(stream: &mut impl Rng) -> f64 {
    -(1.0 - stream.random::<f64>()).ln()
}
