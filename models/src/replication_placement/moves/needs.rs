//! What has to be copied whatever the order.

use super::waves::{Place, Reason};
use crate::replication_placement::instance::{Index, NodeId, StoreId};
use crate::replication_placement::plan::{Mode, Plan};

/// A state that some place must get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The shard.
    pub shard: usize,
    /// A node or a store.
    pub to: Place,
    /// How much, in MiB.
    pub mib: u64,
    /// Why.
    pub reason: Reason,
}

/// All that a plan needs, shard by shard: a state for every node that has none, and what its store
/// does not have yet. A copy in flight counts in full: how much of it has arrived is not known.
#[must_use]
pub fn needs(index: &Index, plan: &Plan) -> Vec<Need> {
    let mut found = Vec::new();
    for (shard, decision) in plan.shards.iter().enumerate() {
        let mib = index.instance.shards[shard].state_mib;
        let live: &[NodeId] = index.current(shard).map_or(&[], |current| &current.nodes);
        for node in decision.nodes.iter().filter(|node| !live.contains(node)) {
            let is_held = index.holders(shard).contains(node);
            let reason = if is_held { Reason::InFlight } else { Reason::Planned };
            found.push(Need { shard, to: Place::Node(*node), mib, reason });
        }
        if let Some((store, states)) = states_missing(index, shard, decision.mode) {
            let to = Place::Store(store);
            found.push(Need { shard, to, mib: states * mib, reason: Reason::Store });
        }
    }
    found
}

/// The store that lacks states before a mode can take effect, and how many.
#[must_use]
pub fn states_missing(index: &Index, shard: usize, mode: Mode) -> Option<(StoreId, u64)> {
    let kept = |mode: Mode| match mode {
        Mode::Checkpoint { store, .. } => Some((store, 1)),
        Mode::Stateless { store, copies } => Some((store, u64::from(copies))),
        Mode::RelaxedChain { .. } | Mode::StrictChain => None,
    };
    let (store, wanted) = kept(mode)?;
    let now = index.current(shard).and_then(|current| kept(current.mode));
    let there = now.filter(|now| now.0 == store).map_or(0, |now| now.1);
    (wanted > there).then_some((store, wanted - there))
}
