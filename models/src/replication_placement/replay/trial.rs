//! A plan under one timeline.

use placewright_solver::seed::Seed;

use super::chain::Chain;
use super::ledger::Ledger;
use super::server::{self, Server};
use super::timeline::Timeline;
use crate::replication_placement::instance::Index;
use crate::replication_placement::plan::{Plan, ShardPlan};

/// Whether servers with a store find another node at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spares {
    /// They restart on a spare node, as the cost model has it.
    #[default]
    Yes,
    /// They wait until their node is back.
    No,
}

/// Whether a strict chain stands still until the loss of a replica is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReplicaStalls {
    /// It does: an update counts once every server has it.
    #[default]
    Yes,
    /// It does not, as the cost model has it.
    No,
}

/// What a replay assumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Of servers with a store.
    pub spares: Spares,
    /// Of strict chains.
    pub stalls: ReplicaStalls,
    /// Length of the blocks of time in which losses are booked, in ms.
    pub block_ms: u64,
}

/// The accounts of all shards under a timeline; the seed draws what stores lose for good. Time
/// O(outages · log outages), summed over the copies of all shards.
#[must_use]
pub fn replay(
    index: &Index,
    plan: &Plan,
    timeline: &Timeline,
    rules: &Rules,
    seed: Seed,
) -> Vec<Ledger> {
    let shards = plan.shards.iter().enumerate();
    shards.map(|(shard, own)| of_shard(index, shard, own, timeline, rules, seed)).collect()
}

fn of_shard(
    index: &Index,
    shard: usize,
    decision: &ShardPlan,
    timeline: &Timeline,
    rules: &Rules,
    seed: Seed,
) -> Ledger {
    let horizon_ms = timeline.horizon_ms;
    let mut ledger = Ledger::new(horizon_ms, rules.block_ms);
    let (mode, nodes) = (decision.mode, &decision.nodes);
    if let Some(store) = mode.store() {
        let spares = rules.spares;
        let server = Server { index, timeline, spares, shard, node: nodes[0], store };
        server::replay(&server, mode, seed, &mut ledger);
    } else {
        Chain::new(index, shard, mode, nodes, rules.stalls, horizon_ms)
            .replay(timeline, &mut ledger);
    }
    ledger
}
