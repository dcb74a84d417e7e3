//! What a shard's decision costs and uses: its own cost, and so much of which shared capacity.

use placewright_solver::search::row_loads::Use;

use super::certificate::{Choice, choices, will_do};
use super::check::shard_cost;
use super::instance::{Index, Layout, ModeKind, NodeId, Policy, is_between};
use super::plan::ShardPlan;

/// Costs beyond this are all alike to heuristics.
const DEAREST: i128 = 1 << 60;

/// A decision's cost beside shared capacities, and what it uses of them.
#[derive(Clone, Debug, Default)]
pub struct Footprint {
    /// Own cost, with the price of missed spread and availability.
    pub cost: i64,
    /// Own violations: units of spread and availability beyond what is allowed.
    pub violation: i64,
    /// Uses of rows, each row once.
    pub uses: Vec<Use>,
}

impl Layout {
    /// Writes a decision's footprint over another one.
    pub fn write(self, index: &Index, shard: usize, decision: &ShardPlan, to: &mut Footprint) {
        let (price, violation) = own_rules(index, shard, decision);
        to.cost = (shard_cost(index, shard, decision) + price).min(DEAREST) as i64;
        to.violation = violation.min(1 << 40) as i64;
        to.uses.clear();
        let (mode, nodes) = (decision.mode, &decision.nodes);
        let size = index.instance.shards[shard].state_mib as i64;
        let traffic = index.traffic_kib_per_s(shard, mode) as i64;
        let mut put = |row: u32, amount: i64| {
            if amount > 0 {
                to.uses.push(Use { row, amount });
            }
        };
        let holders = index.holders(shard);
        let mut moved = 0;
        for (at, &node) in nodes.iter().enumerate() {
            put(self.memory(node), size);
            if holders.binary_search(&node).is_err() {
                put(self.during(node), size);
                moved += i64::from(index.current(shard).is_some());
            }
            let (sends, receives) = match mode.kind() {
                ModeKind::Checkpoint => (true, false),
                ModeKind::Stateless => (true, true),
                _ => (at + 1 < nodes.len(), at > 0),
            };
            put(self.sent(node), if sends { traffic } else { 0 });
            put(self.received(node), if receives { traffic } else { 0 });
        }
        put(self.moved_copies(), moved);
        put(self.moved_mib(), moved * size);
        if let Some(store) = mode.store() {
            put(self.stored(store), index.store_mib(shard, mode) as i64);
            put(self.taken(store), index.store_ingest_kib_per_s(shard, mode) as i64);
        }
        for (trunk, &(domain, _)) in (0..).zip(index.trunks()) {
            let crossings = match mode.store() {
                Some(store) => {
                    let sides = [index.has_node(domain, nodes[0]), index.has_store(domain, store)];
                    let ways = if mode.kind() == ModeKind::Stateless { 2 } else { 1 };
                    ways * i64::from(is_between(sides))
                }
                None => {
                    let inside = |node| index.has_node(domain, node);
                    let hops = nodes.windows(2);
                    hops.filter(|hop| inside(hop[0]) != inside(hop[1])).count() as i64
                }
            };
            put(self.trunk(trunk), crossings * traffic);
        }
    }
}

/// Whether nothing stands against a decision but what it shares with others: the shard may have it, on
/// these nodes, and they are fast enough, apart enough and there often enough.
#[must_use]
pub fn may_be(index: &Index, shard: usize, decision: &ShardPlan) -> bool {
    let choice = Choice { mode: decision.mode, copies: decision.nodes.len() };
    let mut nodes = decision.nodes.iter().enumerate();
    nodes.all(|(at, &node)| will_do(index, shard, choice, at, node))
        && own_rules(index, shard, decision).1 == 0
        && choices(index, shard).contains(&choice)
}

/// Price and violation of the shard's spread rules and availability target.
#[must_use]
pub fn own_rules(index: &Index, shard: usize, decision: &ShardPlan) -> (i128, u64) {
    let policies = index.instance.policies;
    let (mut paid, mut violation) = (0, 0);
    let mut charge = |policy: Policy, over: u64, over_now: u64| {
        let (price, allowed) = match policy {
            Policy::Hard => (0, 0),
            Policy::Soft { price } => (price, u64::MAX),
            Policy::Default { price } => (price, over_now),
        };
        paid += i128::from(over) * i128::from(price);
        violation += over.saturating_sub(allowed);
    };
    let now = index.current(shard);
    for &(level, most) in index.spread(shard) {
        let domain = |&node: &NodeId| index.domain_of_node(level, node);
        for (at, node) in decision.nodes.iter().enumerate() {
            let own = domain(node);
            if decision.nodes[..at].iter().any(|other| domain(other) == own) {
                continue;
            }
            let over = |nodes: &[NodeId]| {
                let within = nodes.iter().filter(|&node| domain(node) == own).count() as u64;
                within.saturating_sub(most.into())
            };
            charge(policies.spread, over(&decision.nodes), now.map_or(0, |now| over(&now.nodes)));
        }
    }
    if let Some(wanted) = index.wanted_weight(shard) {
        let missing = |decision: &ShardPlan| {
            let nodes = decision.nodes.iter().map(|&node| index.node_weight(node));
            wanted.saturating_sub(nodes.sum::<u64>() + index.store_weight(decision.mode))
        };
        charge(policies.availability, missing(decision), now.map_or(0, missing));
    }
    (paid, violation)
}
