//! What a shard's decision costs and uses: its own cost, and so much of which shared capacity.

use placewright_solver::search::row_loads::{RowLimit, Use};

use crate::replication_placement::check::shard_cost;
use crate::replication_placement::instance::{
    Index, Loads, ModeKind, NodeId, Policy, StoreId, is_between,
};
use crate::replication_placement::plan::ShardPlan;

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

/// The rows of an instance by number: four per node, two per store, one per trunk, two of moves.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    nodes: u32,
    stores: u32,
    trunks: u32,
}

impl Layout {
    /// The layout of an instance.
    #[must_use]
    pub fn of(index: &Index) -> Self {
        Self {
            nodes: index.instance.nodes.len() as u32,
            stores: index.instance.stores.len() as u32,
            trunks: index.trunks().len() as u32,
        }
    }

    /// Memory once all moves are done.
    #[must_use]
    pub fn memory(self, node: NodeId) -> u32 {
        4 * node.0
    }

    /// Memory while copies move.
    #[must_use]
    pub fn during(self, node: NodeId) -> u32 {
        4 * node.0 + 1
    }

    /// Network out.
    #[must_use]
    pub fn sent(self, node: NodeId) -> u32 {
        4 * node.0 + 2
    }

    /// Network in.
    #[must_use]
    pub fn received(self, node: NodeId) -> u32 {
        4 * node.0 + 3
    }

    /// Room in a store.
    #[must_use]
    pub fn stored(self, store: StoreId) -> u32 {
        4 * self.nodes + 2 * store.0
    }

    /// Ingest of a store.
    #[must_use]
    pub fn taken(self, store: StoreId) -> u32 {
        4 * self.nodes + 2 * store.0 + 1
    }

    /// Trunk of a domain, by its position in [`Index::trunks`].
    #[must_use]
    pub fn trunk(self, trunk: u32) -> u32 {
        4 * self.nodes + 2 * self.stores + trunk
    }

    /// Copies that move.
    #[must_use]
    pub fn moved_copies(self) -> u32 {
        4 * self.nodes + 2 * self.stores + self.trunks
    }

    /// MiB that move.
    #[must_use]
    pub fn moved_mib(self) -> u32 {
        self.moved_copies() + 1
    }

    /// Whether a row limits moves, which no policy softens.
    #[must_use]
    pub fn is_move_limit(self, row: u32) -> bool {
        row >= self.moved_copies()
    }

    /// A row's name in models.
    #[must_use]
    pub fn name(self, row: u32) -> String {
        let (nodes, stores) = (4 * self.nodes, 2 * self.stores);
        if row < nodes {
            let kind = ["memory", "during", "sent", "received"][row as usize % 4];
            format!("{kind}_n{}", row / 4)
        } else if row < nodes + stores {
            let kind = ["stored", "taken"][(row - nodes) as usize % 2];
            format!("{kind}_j{}", (row - nodes) / 2)
        } else if row < self.moved_copies() {
            format!("trunk_t{}", row - nodes - stores)
        } else {
            ["moved_copies", "moved_mib"][(row - self.moved_copies()) as usize % 2].to_owned()
        }
    }

    /// The limits of all rows. What is held while copies move is there anyway, so of memory while
    /// moving only the rest counts.
    #[must_use]
    pub fn limits(self, index: &Index) -> Vec<RowLimit> {
        let instance = index.instance;
        let shards = 0..instance.shards.len();
        let now = Loads::of(index, shards.map(|shard| index.current(shard)));
        let policy = instance.policies.capacity;
        let row = |free: u64, now: u128, held: i64| {
            let free = free as i64;
            // Far below 2^63, see the limits of instances.
            let now = now as i64;
            let (price, most) = match policy {
                Policy::Hard => (0, free),
                Policy::Soft { price } => (price as i64, i64::MAX >> 1),
                Policy::Default { price } => (price as i64, free.max(now)),
            };
            RowLimit { free: free - held, price, most: most - held }
        };
        let mut rows = Vec::new();
        for (n, node) in instance.nodes.iter().enumerate() {
            let during = node.memory_during_mib.unwrap_or(node.memory_mib);
            rows.push(row(node.memory_mib, now.memory[n], 0));
            // Now nothing moves: what memory holds is what is held.
            rows.push(row(during, now.during[n], now.during[n] as i64));
            rows.push(row(node.nic_out_kib_per_s, now.sent[n], 0));
            rows.push(row(node.nic_in_kib_per_s, now.received[n], 0));
        }
        for (j, store) in instance.stores.iter().enumerate() {
            rows.push(row(store.capacity_mib, now.stored[j], 0));
            rows.push(row(store.ingest_kib_per_s, now.taken[j], 0));
        }
        for (t, &(_, trunk)) in index.trunks().iter().enumerate() {
            rows.push(row(trunk, now.crossing[t], 0));
        }
        for most in [instance.move_limits.copies, instance.move_limits.mib] {
            let most = most.map_or(i64::MAX >> 1, |most| most.min(1 << 61) as i64);
            rows.push(RowLimit { free: most, price: 0, most });
        }
        rows
    }

    /// Writes a decision's footprint over another one.
    pub fn write(self, index: &Index, shard: usize, decision: &ShardPlan, to: &mut Footprint) {
        let (price, violation) = self.own_rules(index, shard, decision);
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

    /// Price and violation of the shard's spread rules and availability target.
    fn own_rules(self, index: &Index, shard: usize, decision: &ShardPlan) -> (i128, u64) {
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
                charge(
                    policies.spread,
                    over(&decision.nodes),
                    now.map_or(0, |now| over(&now.nodes)),
                );
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
}
