//! The referee of waves: replays them step by step and trusts nothing.
//!
//! It knows the instance, the plan and the waves, and computes speeds, room and loads itself.

use std::collections::BTreeMap;

use placewright_solver::problem::Violation;

use super::waves::{Drop, MovePlan, Place, Reason, Switch, Transfer, Wave};
use crate::replication_placement::instance::{
    DomainId, Index, Loads, Node, NodeId, Policy, StoreId, limits,
};
use crate::replication_placement::plan::{Mode, Plan, ShardPlan};

/// What waves do that break no rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Copies on nodes that had none, of shards that have a placement.
    pub copies: u64,
    /// Their size, in MiB.
    pub mib: u64,
    /// Whether the plan is in effect at the end, and nothing else is left.
    pub is_complete: bool,
}

/// Replays waves from the current placement.
///
/// # Errors
/// Every broken rule of the first wave that breaks one; `RP207` where the waves end elsewhere than at
/// the plan, and do not say so.
pub fn replay(index: &Index, plan: &Plan, moves: &MovePlan) -> Result<Replayed, Vec<Violation>> {
    let mut referee = Referee::new(index, plan);
    for (number, wave) in moves.waves.iter().enumerate() {
        referee.wave = number + 1;
        referee.play(wave);
        if !referee.violations.is_empty() {
            return Err(referee.violations);
        }
    }
    let is_complete = referee.is_at_the_end();
    if !is_complete && moves.stuck.is_empty() {
        referee.refuse("RP207", "the waves do not lead to the plan");
    }
    referee.budget();
    if !referee.violations.is_empty() {
        return Err(referee.violations);
    }
    let (copies, mib) = referee.moved;
    Ok(Replayed { copies, mib, is_complete })
}

struct Referee<'a> {
    index: &'a Index<'a>,
    plan: &'a Plan,
    wave: usize,
    violations: Vec<Violation>,
    now: Loads,
    end: Loads,
    memory: Vec<u128>,
    memory_most: Vec<u128>,
    in_effect: Vec<Option<ShardPlan>>,
    live: Vec<Vec<NodeId>>,
    in_flight: Vec<Vec<NodeId>>,
    /// Stores to which states were saved before the plan's mode took effect, and how much.
    saved: BTreeMap<(usize, StoreId), u64>,
    /// MiB in stores, with what is saved ahead.
    stored: Vec<u128>,
    moved: (u64, u64),
}

impl<'a> Referee<'a> {
    fn new(index: &'a Index<'a>, plan: &'a Plan) -> Self {
        let shards = 0..index.instance.shards.len();
        let in_effect: Vec<Option<ShardPlan>> =
            shards.map(|shard| index.current(shard).cloned()).collect();
        let now = Loads::of(index, in_effect.iter().map(Option::as_ref));
        let end = Loads::of(index, plan.shards.iter().map(Some));
        let mut live: Vec<Vec<NodeId>> = Vec::new();
        let mut in_flight: Vec<Vec<NodeId>> = Vec::new();
        let mut memory = vec![0_u128; index.instance.nodes.len()];
        for (shard, data) in index.instance.shards.iter().enumerate() {
            let own = in_effect[shard].as_ref().map_or(Vec::new(), |own| own.nodes.clone());
            let held = index.holders(shard).iter().copied();
            in_flight.push(held.filter(|node| !own.contains(node)).collect());
            live.push(own);
            for node in live[shard].iter().chain(&in_flight[shard]) {
                memory[node.index()] += u128::from(data.state_mib);
            }
        }
        let most = |(n, data): (usize, &Node)| {
            let limit = data.memory_during_mib.unwrap_or(data.memory_mib);
            memory[n].max(end.memory[n]).max(limit.into())
        };
        let memory_most = index.instance.nodes.iter().enumerate().map(most).collect();
        let stored = now.stored.clone();
        Self {
            index,
            plan,
            wave: 0,
            violations: Vec::new(),
            now,
            end,
            memory,
            memory_most,
            in_effect,
            live,
            in_flight,
            saved: BTreeMap::new(),
            stored,
            moved: (0, 0),
        }
    }

    fn refuse(&mut self, code: &'static str, cause: impl std::fmt::Display) {
        let cause = format!("wave {}: {cause}", self.wave);
        self.violations.push(Violation::new(code, cause));
    }

    fn shard(&self, shard: usize) -> &'a str {
        &self.index.instance.shards[shard].name
    }

    fn node(&self, node: NodeId) -> &'a str {
        &self.index.instance.nodes[node.index()].name
    }

    fn play(&mut self, wave: &Wave) {
        let known = self.index.instance.shards.len();
        let shards = wave.transfers.iter().map(|each| each.shard);
        let shards = shards.chain(wave.switches.iter().map(|each| each.shard));
        if shards.chain(wave.drops.iter().map(|each| each.shard)).any(|shard| shard >= known) {
            return self.refuse("RP201", "there is no such shard");
        }
        let mut goals: Vec<(usize, Place)> =
            wave.transfers.iter().map(|each| (each.shard, each.to)).collect();
        goals.sort_unstable();
        if goals.windows(2).any(|pair| pair[0] == pair[1]) {
            return self.refuse("RP201", "a state is copied twice to the same place");
        }
        for transfer in &wave.transfers {
            self.transfer(transfer);
        }
        if !self.violations.is_empty() {
            return;
        }
        self.memory();
        self.at_once(wave);
        self.duration(wave);
        for transfer in &wave.transfers {
            if let Place::Node(node) = transfer.to {
                self.in_flight[transfer.shard].retain(|&each| each != node);
                self.live[transfer.shard].push(node);
            }
        }
        self.room();
        for switch in &wave.switches {
            let before = self.kept_in_stores(switch.shard);
            self.switch(switch);
            self.restock(switch.shard, &before);
            self.room();
        }
        self.loads();
        for drop in &wave.drops {
            self.drop(*drop);
        }
    }

    /// `RP201`: a copy comes from where the state is and goes where it is not, whole.
    fn transfer(&mut self, transfer: &Transfer) {
        let &Transfer { shard, from, to, mib, reason } = transfer;
        let name = self.shard(shard);
        let comes = match from {
            Place::Node(node) => self.live[shard].contains(&node),
            Place::Outside => self.in_effect[shard].is_none(),
            Place::Store(_) => false,
        };
        if !comes {
            self.refuse("RP201", format!("{name} is not where it is copied from"));
        }
        let size = self.index.instance.shards[shard].state_mib;
        match to {
            Place::Node(node) if node.index() < self.memory.len() => {
                if self.live[shard].contains(&node) || mib != size {
                    let node = self.node(node);
                    self.refuse(
                        "RP201",
                        format!("{name} is on {node} already, or not copied whole"),
                    );
                }
                if !self.in_flight[shard].contains(&node) {
                    self.memory[node.index()] += u128::from(size);
                    if self.index.current(shard).is_some() {
                        self.moved = (self.moved.0 + 1, self.moved.1 + size);
                    }
                }
            }
            Place::Store(store) if store.index() < self.index.instance.stores.len() => {
                let before = self.kept_in_stores(shard);
                *self.saved.entry((shard, store)).or_default() += mib;
                self.restock(shard, &before);
                if reason != Reason::Store || self.plan.shards[shard].mode.store() != Some(store) {
                    self.refuse("RP201", format!("{name} is saved to a store of no use"));
                }
            }
            _ => self.refuse("RP201", format!("{name} is copied to nowhere")),
        }
    }

    /// `RP202`: memory while copies are on their way.
    fn memory(&mut self) {
        for n in 0..self.memory.len() {
            let (found, most) = (self.memory[n], self.memory_most[n]);
            if found > most {
                let name = &self.index.instance.nodes[n].name;
                self.refuse("RP202", format!("{name}: {found} MiB, at most {most} are allowed"));
            }
        }
    }

    /// `RP203`: copies at a time.
    fn at_once(&mut self, wave: &Wave) {
        let limits = self.index.instance.move_limits;
        let mut ends = BTreeMap::<(&str, NodeId), u64>::new();
        for transfer in &wave.transfers {
            for (way, place) in [("sends", transfer.from), ("receives", transfer.to)] {
                if let Place::Node(node) = place {
                    *ends.entry((way, node)).or_default() += 1;
                }
            }
        }
        for ((way, node), found) in ends {
            if found > limits.copies_per_node {
                let name = self.node(node);
                self.refuse("RP203", format!("{name} {way} {found} copies at a time"));
            }
        }
        let all = wave.transfers.len() as u64;
        if limits.copies_at_once.is_some_and(|most| all > most) {
            self.refuse("RP203", format!("{all} copies at a time"));
        }
    }

    /// `RP204`: everything passes networks, ingests and trunks within the wave's time.
    fn duration(&mut self, wave: &Wave) {
        let (instance, limits) = (self.index.instance, self.index.instance.move_limits);
        let share = |speed: u64| {
            let part = u128::from(speed) * u128::from(limits.network_ppm);
            (part / u128::from(limits::PPM)).max(1)
        };
        let of_node = |speed: u64| match limits.kib_per_s_per_node {
            Some(most) => share(speed).min(u128::from(most)),
            None => share(speed),
        };
        let mut passed = BTreeMap::<String, (u128, u128)>::new();
        let mut pass = |name: String, speed: u128, mib: u64| {
            passed.entry(name).or_insert((speed, 0)).1 += u128::from(mib);
        };
        for transfer in &wave.transfers {
            if let Place::Node(node) = transfer.from {
                let data = &instance.nodes[node.index()];
                pass(format!("{} out", data.name), of_node(data.nic_out_kib_per_s), transfer.mib);
            }
            match transfer.to {
                Place::Node(node) => {
                    let data = &instance.nodes[node.index()];
                    pass(format!("{} in", data.name), of_node(data.nic_in_kib_per_s), transfer.mib);
                }
                Place::Store(store) => {
                    let data = &instance.stores[store.index()];
                    pass(
                        format!("store {}", data.name),
                        share(data.ingest_kib_per_s),
                        transfer.mib,
                    );
                }
                Place::Outside => {}
            }
            for (number, &(domain, trunk)) in self.index.trunks().iter().enumerate() {
                if self.is_in(domain, transfer.from) != self.is_in(domain, transfer.to) {
                    pass(format!("trunk {number}"), share(trunk), transfer.mib);
                }
            }
        }
        for (name, (kib_per_s, mib)) in passed {
            // KiB times 1000 against KiB per second times ms.
            if mib * 1024 * 1000 > kib_per_s * u128::from(wave.duration_ms) {
                let time_ms = wave.duration_ms;
                self.refuse("RP204", format!("{mib} MiB do not pass {name} within {time_ms} ms"));
            }
        }
    }

    fn is_in(&self, domain: DomainId, place: Place) -> bool {
        match place {
            Place::Node(node) => self.index.has_node(domain, node),
            Place::Store(store) => self.index.has_store(domain, store),
            Place::Outside => false,
        }
    }

    /// `RP205`: what takes effect has its states, and is the plan's or a way to it.
    fn switch(&mut self, switch: &Switch) {
        let Switch { shard, to } = switch;
        let (shard, name) = (*shard, self.shard(*shard));
        if to.nodes.is_empty() || !to.nodes.iter().all(|node| self.live[shard].contains(node)) {
            self.refuse("RP205", format!("{name} takes effect where its state is not"));
        }
        if *to == self.plan.shards[shard] {
            let kept = |mode: Mode| match mode {
                Mode::Checkpoint { store, .. } => Some((store, 1)),
                Mode::Stateless { store, copies } => Some((store, u64::from(copies))),
                Mode::RelaxedChain { .. } | Mode::StrictChain => None,
            };
            if let Some((store, wanted)) = kept(to.mode) {
                let now = self.index.current(shard).and_then(|now| kept(now.mode));
                let there = now.filter(|now| now.0 == store).map_or(0, |now| now.1);
                let size = self.index.instance.shards[shard].state_mib;
                let saved = self.saved.remove(&(shard, store)).unwrap_or(0);
                if saved < wanted.saturating_sub(there) * size {
                    self.refuse("RP205", format!("{name} takes effect before its store has it"));
                }
            }
        } else if !self.may_stand_in(shard, to) {
            self.refuse("RP205", format!("{name} takes effect in a way that its rules forbid"));
        }
        self.in_effect[shard] = Some(to.clone());
    }

    /// A decision on the way: the mode of the current placement, on nodes that may have it.
    fn may_stand_in(&self, shard: usize, to: &ShardPlan) -> bool {
        let index = self.index;
        let Some(now) = index.current(shard) else { return false };
        let mut nodes = to.nodes.clone();
        nodes.sort_unstable();
        nodes.dedup();
        if to.mode != now.mode
            || to.nodes.len() != now.nodes.len()
            || nodes.len() != now.nodes.len()
        {
            return false;
        }
        let pinned = index.pinned(shard);
        let leads =
            to.nodes[0] == now.nodes[0] || pinned.is_none_or(|pinned| pinned == to.nodes[0]);
        let permitted = (to.nodes.iter().zip(&now.nodes).enumerate()).all(|(at, (&node, &old))| {
            node == old
                || index.is_eligible(shard, node) && index.keeps_pace(shard, to.mode, at, node)
        });
        let policies = index.instance.policies;
        let spread = index.spread(shard).iter().all(|&(level, most)| {
            index.domains_of(level).all(|domain| {
                let within = |plan: &ShardPlan| {
                    plan.nodes.iter().filter(|&&node| index.has_node(domain, node)).count()
                };
                let most = usize::from(most);
                match policies.spread {
                    Policy::Hard => within(to) <= most,
                    Policy::Soft { .. } => true,
                    Policy::Default { .. } => within(to) <= most.max(within(now)),
                }
            })
        });
        let weight = |plan: &ShardPlan| {
            plan.nodes.iter().map(|&node| index.node_weight(node)).sum::<u64>()
                + index.store_weight(plan.mode)
        };
        let wanted = index.wanted_weight(shard).unwrap_or(0);
        let available = match policies.availability {
            Policy::Hard => weight(to) >= wanted,
            Policy::Soft { .. } => true,
            Policy::Default { .. } => weight(to) >= wanted.min(weight(now)),
        };
        leads && permitted && spread && available
    }

    /// What stores keep of a shard, in MiB.
    fn kept_in_stores(&self, shard: usize) -> Vec<(StoreId, u128)> {
        let own = self.in_effect[shard].as_ref();
        let own =
            own.and_then(|own| Some((own.mode.store()?, self.index.store_mib(shard, own.mode))));
        let mut kept: Vec<(StoreId, u128)> =
            own.iter().map(|&(store, mib)| (store, mib.into())).collect();
        let Some(store) = self.plan.shards[shard].mode.store() else { return kept };
        if self.saved.contains_key(&(shard, store)) {
            let wanted = self.index.store_mib(shard, self.plan.shards[shard].mode);
            let there = own.filter(|own| own.0 == store).map_or(0, |own| own.1);
            kept.push((store, wanted.saturating_sub(there).into()));
        }
        kept
    }

    fn restock(&mut self, shard: usize, before: &[(StoreId, u128)]) {
        for &(store, mib) in before {
            self.stored[store.index()] -= mib;
        }
        for (store, mib) in self.kept_in_stores(shard) {
            self.stored[store.index()] += mib;
        }
    }

    /// `RP202`: room in stores, with what is saved ahead.
    fn room(&mut self) {
        for (j, data) in self.index.instance.stores.iter().enumerate() {
            let most = self.now.stored[j].max(self.end.stored[j]).max(data.capacity_mib.into());
            if self.stored[j] > most {
                let (name, found) = (&data.name, self.stored[j]);
                self.refuse("RP202", format!("{name}: {found} MiB, at most {most} are allowed"));
            }
        }
    }

    /// `RP206`: networks, ingests and trunks carry what is in effect after the wave.
    fn loads(&mut self) {
        let instance = self.index.instance;
        let found = Loads::of(self.index, self.in_effect.iter().map(Option::as_ref));
        let (now, end) = (&self.now, &self.end);
        let mut broken = Vec::new();
        let mut check = |name: &str, limit: u64, [found, now, end]: [u128; 3]| {
            let most = now.max(end).max(limit.into());
            if found > most {
                broken.push(format!("{name}: {found} KiB/s, at most {most} are allowed"));
            }
        };
        for (n, data) in instance.nodes.iter().enumerate() {
            let sent = [found.sent[n], now.sent[n], end.sent[n]];
            let received = [found.received[n], now.received[n], end.received[n]];
            check(&data.name, data.nic_out_kib_per_s, sent);
            check(&data.name, data.nic_in_kib_per_s, received);
        }
        for (j, data) in instance.stores.iter().enumerate() {
            let taken = [found.taken[j], now.taken[j], end.taken[j]];
            check(&data.name, data.ingest_kib_per_s, taken);
        }
        for (t, &(domain, trunk)) in self.index.trunks().iter().enumerate() {
            let crossing = [found.crossing[t], now.crossing[t], end.crossing[t]];
            check(&self.index.domain(domain).name, trunk, crossing);
        }
        broken.into_iter().for_each(|cause| self.refuse("RP206", cause));
    }

    /// `RP205`: no copy is dropped that is needed.
    fn drop(&mut self, drop: Drop) {
        let Drop { shard, node } = drop;
        let used = self.in_effect[shard].as_ref().is_some_and(|own| own.nodes.contains(&node));
        let is_there = |list: &Vec<NodeId>| list.contains(&node);
        if used || !(is_there(&self.live[shard]) || is_there(&self.in_flight[shard])) {
            let name = self.shard(shard);
            return self.refuse("RP205", format!("{name} loses a copy that it needs or has not"));
        }
        self.live[shard].retain(|&each| each != node);
        self.in_flight[shard].retain(|&each| each != node);
        self.memory[node.index()] -= u128::from(self.index.instance.shards[shard].state_mib);
    }

    fn is_at_the_end(&self) -> bool {
        (0..self.in_effect.len()).all(|shard| {
            let wanted = &self.plan.shards[shard];
            let mut live = self.live[shard].clone();
            let mut nodes = wanted.nodes.clone();
            live.sort_unstable();
            nodes.sort_unstable();
            self.in_effect[shard].as_ref() == Some(wanted)
                && live == nodes
                && self.in_flight[shard].is_empty()
        })
    }

    /// `RP203`: how much may move in total.
    fn budget(&mut self) {
        let limits = self.index.instance.move_limits;
        let ((copies, mib), most) = (self.moved, (limits.copies, limits.mib));
        if most.0.is_some_and(|most| copies > most) || most.1.is_some_and(|most| mib > most) {
            self.refuse("RP203", format!("{copies} copies of {mib} MiB are more than may move"));
        }
    }
}
