//! The referee: cost and feasibility of a plan, in exact integers.
//!
//! It imports the instance and the plan and nothing else, and it is written to be read.

use placewright_solver::objective::Objective;
use placewright_solver::problem::{Verdict, Violation};

use super::instance::{
    DomainId, Index, Instance, LevelId, Loads, ModeKind, MoveMemory, NodeId, Policy,
};
use super::plan::{Mode, Plan, ShardPlan};

/// Judges a plan: what is lost, paid and moved, in value times microseconds per day, or every
/// broken rule.
///
/// Time O(shards · (copies + levels) · copies + nodes + domains).
#[must_use]
pub fn judge(instance: &Instance, plan: &Plan) -> Verdict {
    if plan.shards.len() != instance.shards.len() {
        let (found, wanted) = (plan.shards.len(), instance.shards.len());
        let cause = format!("{found} decisions for {wanted} shards");
        return Verdict::Refused(vec![Violation::new("RP101", cause)]);
    }
    let index = Index::new(instance);
    let mut judge = Judge { index: &index, violations: Vec::new(), cost: 0 };
    for (shard, decision) in plan.shards.iter().enumerate() {
        judge.is_known(shard, decision);
    }
    // Loads mean nothing where nodes or stores do not exist.
    if judge.violations.is_empty() {
        for (shard, decision) in plan.shards.iter().enumerate() {
            judge.may_be(shard, decision);
            judge.spread(shard, decision);
            judge.availability(shard, decision);
            judge.cost += shard_cost(&index, shard, decision);
        }
        judge.capacities(plan);
        judge.moves(plan);
    }
    if judge.violations.is_empty() {
        Verdict::Feasible(Objective::single(judge.cost))
    } else {
        Verdict::Refused(judge.violations)
    }
}

/// What a shard's decision costs beside the price of excess.
#[must_use]
pub fn shard_cost(index: &Index, shard: usize, decision: &ShardPlan) -> i128 {
    let (mode, nodes) = (decision.mode, &decision.nodes);
    let on_nodes = (0..).zip(nodes);
    let on_nodes = on_nodes.map(|(at, &node)| index.node_cost(shard, mode, nodes.len(), at, node));
    let mut cost = index.store_cost(shard, mode) + on_nodes.sum::<i128>();
    if mode.is_chain() {
        for level in index.levels() {
            let domains: Vec<DomainId> =
                nodes.iter().map(|&node| index.domain_of_node(level, node)).collect();
            for (hop, ends) in domains.windows(2).enumerate() {
                if ends[0] != ends[1] {
                    cost += index.crossing_cost(shard, mode, hop, level);
                }
            }
            if domains.iter().all(|&domain| domain == domains[0]) {
                let rate = index.domain(domains[0]).shocks_micro_per_day;
                cost += index.cold_cost(shard, rate);
            }
        }
    }
    cost
}

struct Judge<'a> {
    index: &'a Index<'a>,
    violations: Vec<Violation>,
    cost: i128,
}

impl Judge<'_> {
    fn refuse(&mut self, code: &'static str, shard: usize, cause: impl std::fmt::Display) {
        let name = &self.index.instance.shards[shard].name;
        self.violations.push(Violation::new(code, format!("{name}: {cause}")));
    }

    /// `RP102`: nodes and stores that exist, at least one node, none twice.
    fn is_known(&mut self, shard: usize, decision: &ShardPlan) {
        let (nodes, stores) = (self.index.instance.nodes.len(), self.index.instance.stores.len());
        if let Some(store) = decision.mode.store().filter(|store| store.index() >= stores) {
            self.refuse("RP102", shard, format!("there is no store {}", store.0));
        }
        for (at, node) in decision.nodes.iter().enumerate() {
            if node.index() >= nodes {
                self.refuse("RP102", shard, format!("there is no node {}", node.0));
            } else if decision.nodes[..at].contains(node) {
                let name = &self.index.instance.nodes[node.index()].name;
                self.refuse("RP102", shard, format!("node {name} has two copies"));
            }
        }
        if decision.nodes.is_empty() {
            self.refuse("RP102", shard, "no primary");
        }
    }

    /// `RP103` to `RP107`: the mode, its parameters, the number of copies, and who may have them.
    fn may_be(&mut self, shard: usize, decision: &ShardPlan) {
        let (instance, data) = (self.index.instance, &self.index.instance.shards[shard]);
        let (mode, kind, copies) = (decision.mode, decision.mode.kind(), decision.nodes.len());
        if !data.modes.contains(&kind) {
            self.refuse("RP103", shard, format!("{} is not one of its modes", kind.label()));
        }
        let chosen = match mode {
            Mode::Checkpoint { interval_ms, .. } => {
                Some((interval_ms, &instance.checkpoint_intervals_ms))
            }
            Mode::RelaxedChain { period_ms } => Some((period_ms, &instance.push_periods_ms)),
            Mode::StrictChain | Mode::Stateless { .. } => None,
        };
        if let Some((time_ms, menu)) = chosen
            && !menu.contains(&time_ms)
        {
            self.refuse("RP104", shard, format!("{time_ms} ms is not one of the times to choose"));
        }
        let fits = match (kind, mode) {
            (_, Mode::Stateless { copies: kept, .. }) => {
                copies == 1 && data.stateless_copies.contains(&kept)
            }
            (ModeKind::Checkpoint, _) => copies == 1,
            _ => data.chain_copies.iter().any(|&each| usize::from(each) == copies),
        };
        if !fits {
            self.refuse("RP105", shard, format!("{copies} nodes, or copies it may not have"));
        }
        for (at, &node) in decision.nodes.iter().enumerate() {
            let name = &instance.nodes[node.index()].name;
            if !self.index.is_eligible(shard, node) {
                self.refuse("RP106", shard, format!("may not be on {name}"));
            }
            if !self.index.keeps_pace(shard, mode, at, node) {
                self.refuse("RP107", shard, format!("{name} is too slow: transfers overlap"));
            }
        }
        if let Some(pinned) = self.index.pinned(shard)
            && decision.nodes[0] != pinned
        {
            let name = &instance.nodes[pinned.index()].name;
            self.refuse("RP106", shard, format!("its primary must be {name}"));
        }
    }

    /// `RP108`: copies per domain.
    fn spread(&mut self, shard: usize, decision: &ShardPlan) {
        let now = self.index.current(shard).map(|current| current.nodes.clone());
        let policy = self.index.instance.policies.spread;
        for &(level, most) in self.index.spread(shard) {
            let mut seen = Vec::new();
            for &node in &decision.nodes {
                let domain = self.index.domain_of_node(level, node);
                if seen.contains(&domain) {
                    continue;
                }
                seen.push(domain);
                let within = |nodes: &[NodeId]| {
                    nodes.iter().filter(|&&node| self.index.has_node(domain, node)).count() as u128
                };
                let (found, now) = (within(&decision.nodes), now.as_deref().map_or(0, within));
                match excess(policy, found, most.into(), now) {
                    Ok(price) => self.cost += price,
                    Err(most) => {
                        let name = self.name(domain);
                        let cause = format!("{found} copies in {name}, at most {most} are allowed");
                        self.refuse("RP108", shard, cause);
                    }
                }
            }
        }
    }

    /// `RP109`: the weight of the places that hold the state, counted as what is missing.
    fn availability(&mut self, shard: usize, decision: &ShardPlan) {
        let Some(wanted) = self.index.wanted_weight(shard) else { return };
        let missing = |decision: &ShardPlan| {
            let nodes = decision.nodes.iter().map(|&node| self.index.node_weight(node));
            let found = nodes.sum::<u64>() + self.index.store_weight(decision.mode);
            u128::from(wanted.saturating_sub(found))
        };
        let now = self.index.current(shard).map_or(0, missing);
        match excess(self.index.instance.policies.availability, missing(decision), 0, now) {
            Ok(price) => self.cost += price,
            Err(_) => {
                let parts = self.index.instance.shards[shard].max_unavailability_ppb;
                let parts = parts.unwrap_or_default();
                self.refuse("RP109", shard, format!("away more often than {parts} in 10⁹"));
            }
        }
    }

    fn name(&self, domain: DomainId) -> String {
        let level: LevelId = self.index.level_of(domain);
        let level = &self.index.instance.levels[level.index()].name;
        format!("{level} {}", self.index.domain(domain).name)
    }

    /// `RP110` to `RP114`: loads against capacities.
    fn capacities(&mut self, plan: &Plan) {
        let instance = self.index.instance;
        let found = Loads::of(self.index, plan.shards.iter().map(Some));
        let now = Loads::of(self.index, (0..instance.shards.len()).map(|s| self.index.current(s)));
        for (n, node) in instance.nodes.iter().enumerate() {
            let name = &node.name;
            let during = match instance.move_limits.memory {
                MoveMemory::AtOnce => node.memory_during_mib.unwrap_or(node.memory_mib),
                // Whether there is an order that fits is for the waves to say.
                MoveMemory::InWaves => u64::MAX,
            };
            let rows = [
                ("RP110", "MiB of memory", node.memory_mib, found.memory[n], now.memory[n]),
                ("RP111", "MiB while moving", during, found.during[n], now.during[n]),
                ("RP112", "KiB/s out", node.nic_out_kib_per_s, found.sent[n], now.sent[n]),
                ("RP112", "KiB/s in", node.nic_in_kib_per_s, found.received[n], now.received[n]),
            ];
            rows.into_iter().for_each(|row| self.capacity(name, row));
        }
        for (j, store) in instance.stores.iter().enumerate() {
            let rows = [
                ("RP113", "MiB in store", store.capacity_mib, found.stored[j], now.stored[j]),
                ("RP113", "KiB/s in", store.ingest_kib_per_s, found.taken[j], now.taken[j]),
            ];
            rows.into_iter().for_each(|row| self.capacity(&store.name, row));
        }
        for (t, &(domain, trunk)) in self.index.trunks().iter().enumerate() {
            let row = ("RP114", "KiB/s over the trunk", trunk, found.crossing[t], now.crossing[t]);
            let name = self.name(domain);
            self.capacity(&name, row);
        }
    }

    fn capacity(
        &mut self,
        name: &str,
        (code, unit, limit, found, now): (&'static str, &str, u64, u128, u128),
    ) {
        match excess(self.index.instance.policies.capacity, found, limit.into(), now) {
            Ok(price) => self.cost += price,
            Err(most) => {
                let cause = format!("{name}: {found} {unit}, at most {most} are allowed");
                self.violations.push(Violation::new(code, cause));
            }
        }
    }

    /// `RP115`: how much may move.
    fn moves(&mut self, plan: &Plan) {
        let (mut copies, mut mib) = (0_u64, 0_u64);
        for (shard, decision) in plan.shards.iter().enumerate() {
            let moved = decision.nodes.iter().filter(|&&node| self.index.is_move(shard, node));
            let moved = moved.count() as u64;
            copies += moved;
            mib += moved * self.index.instance.shards[shard].state_mib;
        }
        let limits = self.index.instance.move_limits;
        for (found, most, unit) in [(copies, limits.copies, "copies"), (mib, limits.mib, "MiB")] {
            if let Some(most) = most.filter(|&most| found > most) {
                let cause = format!("{found} {unit} move, at most {most} may");
                self.violations.push(Violation::new("RP115", cause));
            }
        }
    }
}

/// The price of what exceeds a limit, or what would have been allowed.
fn excess(policy: Policy, found: u128, limit: u128, now: u128) -> Result<i128, u128> {
    let over = found.saturating_sub(limit);
    let (most, price) = match policy {
        Policy::Hard => (limit, 0),
        Policy::Soft { price } => (u128::MAX, price),
        Policy::Default { price } => (limit.max(now), price),
    };
    if found > most { Err(most) } else { Ok((over * u128::from(price)) as i128) }
}
