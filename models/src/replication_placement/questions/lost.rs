//! What the loss of nodes and stores does to a plan, and the instance that is left.

use crate::replication_placement::instance::{
    DomainId, Index, Instance, ModeByName, NodeId, Placement, StoreId,
};
use crate::replication_placement::outlook::outage_s;
use crate::replication_placement::plan::{Mode, Plan, ShardPlan};

/// Nodes and stores that are lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// The nodes.
    pub nodes: Vec<NodeId>,
    /// The stores.
    pub stores: Vec<StoreId>,
}

impl Lost {
    /// Everything in a domain.
    #[must_use]
    pub fn domain(index: &Index, domain: DomainId) -> Self {
        Self {
            nodes: index.nodes().filter(|&node| index.has_node(domain, node)).collect(),
            stores: index.stores().filter(|&store| index.has_store(domain, store)).collect(),
        }
    }
}

/// What a loss does to a shard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The shard.
    pub shard: usize,
    /// Copies on lost nodes.
    pub copies: usize,
    /// Whether its store is lost.
    pub store: bool,
    /// Whether its primary is lost, so that it stalls.
    pub stalls: bool,
    /// Whether no copy of its state is left.
    pub loses_state: bool,
    /// Seconds of work that are lost until it works again; 0 where it does not stall.
    pub down_s: f64,
}

/// The shards that a loss reaches, those that lose most value first. Time O(shards · copies · lost).
#[must_use]
pub fn hits(index: &Index, plan: &Plan, lost: &Lost) -> Vec<Hit> {
    let mut hits: Vec<Hit> = (plan.shards.iter().enumerate())
        .map(|(shard, decision)| hit(index, shard, decision, lost))
        .filter(|hit| hit.copies > 0 || hit.store)
        .collect();
    let value = |hit: &Hit| hit.down_s * index.instance.shards[hit.shard].value as f64;
    hits.sort_by(|a, b| value(b).total_cmp(&value(a)).then(a.shard.cmp(&b.shard)));
    hits
}

fn hit(index: &Index, shard: usize, decision: &ShardPlan, lost: &Lost) -> Hit {
    let copies = decision.nodes.iter().filter(|node| lost.nodes.contains(node)).count();
    let stalls = lost.nodes.contains(&decision.nodes[0]);
    let store = decision.mode.store().is_some_and(|store| lost.stores.contains(&store));
    let nothing_left = copies == decision.nodes.len();
    // A single server without its store has its state in its memory only.
    let loses_state = nothing_left && (store || decision.mode.is_chain());
    let down_s = match (stalls, loses_state) {
        (false, _) => 0.0,
        (true, true) => index.instance.timing.cold_restart_ms as f64 / 1e3,
        (true, false) => outage_s(index, shard, decision),
    };
    Hit { shard, copies, store, stalls, loses_state, down_s }
}

/// The instance without what is lost, with what is left of a plan, or of the current placement, as
/// the current placement; `None` where no node is left. Pins to lost nodes are gone.
#[must_use]
pub fn without(index: &Index, plan: Option<&Plan>, lost: &Lost) -> Option<Instance> {
    let mut left = index.instance.clone();
    let is_lost = |name: &String| {
        lost.nodes.iter().any(|node| &index.instance.nodes[node.index()].name == name)
    };
    left.nodes.retain(|node| !is_lost(&node.name));
    let store_lost = |name: &String| {
        lost.stores.iter().any(|store| &index.instance.stores[store.index()].name == name)
    };
    left.stores.retain(|store| !store_lost(&store.name));
    for (shard, data) in left.shards.iter_mut().enumerate() {
        data.excluded_nodes.retain(|name| !is_lost(name));
        data.moves_in_flight.retain(|name| !is_lost(name));
        data.pinned_primary = data.pinned_primary.take().filter(|name| !is_lost(name));
        let now = plan.map(|plan| &plan.shards[shard]).or(index.current(shard));
        data.current = now.and_then(|now| survivors(index, now, lost));
    }
    (!left.nodes.is_empty()).then_some(left)
}

/// What is left of a decision. A server whose store is lost is a chain of its own.
fn survivors(index: &Index, now: &ShardPlan, lost: &Lost) -> Option<Placement> {
    let mut names = (now.nodes.iter().filter(|node| !lost.nodes.contains(node)))
        .map(|node| index.instance.nodes[node.index()].name.clone());
    let primary = names.next()?;
    let store = |store: StoreId| index.instance.stores[store.index()].name.clone();
    let mode = match now.mode {
        Mode::Checkpoint { store, .. } | Mode::Stateless { store, .. }
            if lost.stores.contains(&store) =>
        {
            ModeByName::StrictChain {}
        }
        Mode::Checkpoint { store: kept, interval_ms } => {
            ModeByName::Checkpoint { store: store(kept), interval_ms }
        }
        Mode::RelaxedChain { period_ms } => ModeByName::RelaxedChain { period_ms },
        Mode::StrictChain => ModeByName::StrictChain {},
        Mode::Stateless { store: kept, copies } => {
            ModeByName::Stateless { store: store(kept), copies }
        }
    };
    Some(Placement { mode, primary, replicas: names.collect() })
}
