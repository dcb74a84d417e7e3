//! What a decision's cost consists of.

use std::ops::Sub;

use serde::Serialize;

use crate::replication_placement::check::shard_cost;
use crate::replication_placement::instance::{Index, Instance};
use crate::replication_placement::plan::ShardPlan;

/// The parts of a decision's own cost, in the unit of costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// What failures and shocks lose.
    pub failures: i128,
    /// What their prevention loses: saves, pushes, latencies.
    pub overhead: i128,
    /// Memory of nodes and room in stores.
    pub room: i128,
    /// Moves.
    pub moves: i128,
}

impl Sub for Parts {
    type Output = Parts;

    fn sub(self, other: Parts) -> Parts {
        Parts {
            failures: self.failures - other.failures,
            overhead: self.overhead - other.overhead,
            room: self.room - other.room,
            moves: self.moves - other.moves,
        }
    }
}

/// The instance in which nothing ever fails: what a decision still loses there is overhead, to the
/// unit, since every term of a cost is rounded by itself.
#[must_use]
pub fn calm(instance: &Instance) -> Instance {
    let mut calm = instance.clone();
    calm.nodes.iter_mut().for_each(|node| node.failures_micro_per_day = 0);
    for store in &mut calm.stores {
        store.failures_micro_per_day = 0;
        store.losses_micro_per_day.clear();
    }
    let domains = calm.levels.iter_mut().flat_map(|level| &mut level.domains);
    domains.for_each(|domain| domain.shocks_micro_per_day = 0);
    calm
}

/// The parts of a decision's cost; `calm` is the index of the calm instance.
#[must_use]
pub fn parts(index: &Index, calm: &Index, shard: usize, decision: &ShardPlan) -> Parts {
    let paid = index.paid_cost(shard, decision.mode, &decision.nodes);
    let without_failures = shard_cost(calm, shard, decision);
    let moved = decision.nodes.iter().filter(|&&node| index.is_move(shard, node)).count();
    let moves = i128::from(index.instance.shards[shard].move_cost) * moved as i128;
    Parts {
        failures: shard_cost(index, shard, decision) - without_failures,
        overhead: without_failures - paid,
        room: paid - moves,
        moves,
    }
}
