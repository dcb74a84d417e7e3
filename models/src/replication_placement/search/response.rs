//! The decision that costs one shard least, on some nodes whose prices follow their loads.
//!
//! **Idea.** What a copy costs on a node is a line in how often the node goes down, and what its memory
//! costs; for all nodes at once these are a few sums over arrays. A chain goes to the cheapest nodes that
//! share no domain, or, where its messages wait for the way from domain to domain, to the cheapest pair
//! within one domain of the level that takes longest to cross: domains are skipped by the sum of their
//! least costs. **Complexity.** O(nodes) per choice that may be best. **Guarantee.** None; chains of more
//! than two copies, and pairs that need availability, look at a few heads only.

use std::ops::Range;

use super::guide::own_per_mib;
use super::menu::{Entry, shares_domain};
use crate::replication_placement::certificate::slowest_level;
use crate::replication_placement::check::shard_cost;
use crate::replication_placement::footprint::{may_be, own_rules};
use crate::replication_placement::instance::{Index, LevelId, NodeId, Policy, limits};
use crate::replication_placement::plan::ShardPlan;

/// Heads that a chain tries where it needs availability, of each kind.
const HEADS: usize = 3;

/// How prices follow loads.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The share of the prices that counts.
    pub share: f64,
    /// By how much a MiB of memory costs more where all of the memory is exceeded once over.
    pub steepness: f64,
    /// The same for stores and moves, as a multiple of their prices.
    pub relative: f64,
    /// Whether capacities are kept.
    pub hard: bool,
}

/// What shards on some nodes share: MiB in a store and KiB per second into it, or moves of copies and
/// their MiB.
#[derive(Clone, Debug)]
pub struct Supply {
    /// How much there is.
    pub capacity: [f64; 2],
    /// How much of these is used.
    pub load: [f64; 2],
    /// What these cost.
    pub price: [f64; 2],
}

impl Supply {
    /// What amounts cost under prices that follow loads; infinite where capacities are kept and these
    /// have no room.
    fn cost(&self, amounts: [f64; 2], terms: Terms) -> f64 {
        let mut value = 0.0;
        for (row, amount) in amounts.into_iter().enumerate() {
            let (load, capacity) = (self.load[row], self.capacity[row]);
            if terms.hard && load + amount > capacity {
                return f64::INFINITY;
            }
            let excess = (load + 0.5 * amount - capacity) / capacity.max(1.0);
            let price = terms.share * self.price[row] * (1.0 + terms.relative * excess);
            value += price.max(0.0) * amount;
        }
        value
    }
}

/// Some nodes, domain by domain of the level that takes longest to cross, with loads and prices.
pub struct Ground<'a> {
    index: &'a Index<'a>,
    /// The nodes.
    pub nodes: Vec<NodeId>,
    /// What each has of memory, in MiB, what is used of that, and what a MiB costs beside its own price.
    pub capacity: Vec<f64>,
    /// See `capacity`.
    pub load: Vec<f64>,
    /// See `capacity`.
    pub price: Vec<f64>,
    /// MiB of copies that may arrive on each, and that do.
    arrivals: Vec<[f64; 2]>,
    /// The stores.
    pub stores: Vec<Supply>,
    /// The moves.
    pub moves: Supply,
    rate: Vec<f64>,
    own_price: Vec<f64>,
    weight: Vec<u64>,
    least_rate: f64,
    /// Domains of the nodes, by level.
    domains: Vec<Vec<u32>>,
    /// Whether nodes share a domain with a store, by store.
    near_stores: Vec<Vec<bool>>,
    home: Option<LevelId>,
    homes: Vec<(Range<usize>, f64)>,
    /// Whether a shard is wholly on these nodes and no rule of its own stands against it, by shard.
    may_stay: Vec<bool>,
    /// Positions in `nodes` by node.
    position: Vec<u32>,
    scratch: Scratch,
}

/// What copies of one shard cost on the nodes.
#[derive(Default)]
struct Scratch {
    memory: Vec<f64>,
    head: Vec<f64>,
    follow: Vec<f64>,
}

/// A decision: the number of the entry and the positions of nodes.
#[derive(Clone, Copy, Debug)]
pub struct Response {
    entry: usize,
    sites: [u32; limits::COPIES as usize],
    copies: usize,
}

impl Response {
    /// The positions of its nodes on the ground.
    fn sites(&self) -> impl Iterator<Item = usize> {
        self.sites[..self.copies].iter().map(|&site| site as usize)
    }
}

/// What is the same for all choices of a shard.
struct Wish<'e> {
    shard: usize,
    size: f64,
    entries: &'e [Entry],
    /// What a shock a day (in millionths) costs that takes all copies.
    cold: f64,
    /// Levels of which a domain may have one copy only.
    apart: Vec<bool>,
    /// What a unit of weight costs that nodes lack, and how much they may.
    lack: (f64, u64),
    /// Where the shard has a copy now, if it is anywhere, and how many more it may have.
    moves: Option<(Vec<usize>, f64)>,
    best: Option<(f64, Response)>,
}

impl Wish<'_> {
    /// What nodes cost that have less weight than they should; infinite where they may not.
    fn lacking(&self, wanted: u64, weight: u64) -> f64 {
        let (price, most) = self.lack;
        match wanted.saturating_sub(weight) {
            0 => 0.0,
            missing if missing <= most => price * missing as f64,
            _ => f64::INFINITY,
        }
    }

    fn limit(&self) -> f64 {
        self.best.map_or(f64::INFINITY, |best| best.0)
    }

    fn may_move(&self, chosen: &[usize]) -> bool {
        self.moves.as_ref().is_none_or(|(holders, most)| {
            chosen.iter().filter(|at| !holders.contains(at)).count() as f64 <= *most
        })
    }

    fn keep(&mut self, value: f64, entry: usize, chosen: &[usize]) {
        if value < self.limit() && self.may_move(chosen) {
            let mut sites = [0; limits::COPIES as usize];
            sites.iter_mut().zip(chosen).for_each(|(site, &at)| *site = at as u32);
            self.best = Some((value, Response { entry, sites, copies: chosen.len() }));
        }
    }
}

impl<'a> Ground<'a> {
    /// Lays out some nodes with a price each. Time O(nodes · log nodes).
    #[must_use]
    pub fn new(
        index: &'a Index<'a>,
        mut nodes: Vec<NodeId>,
        price: impl Fn(NodeId) -> f64,
        stores: Vec<Supply>,
        moves: Supply,
    ) -> Self {
        let home = slowest_level(index);
        let domain = |level, node| index.domain_of_node(level, node);
        nodes.sort_by_key(|&node| (home.map(|level| domain(level, node)), node));
        let mut homes = Vec::new();
        let mut first = 0;
        if let Some(level) = home {
            for own in nodes.chunk_by(|&one, &other| domain(level, one) == domain(level, other)) {
                let shocks = index.domain(domain(level, own[0])).shocks_micro_per_day;
                homes.push((first..first + own.len(), shocks as f64));
                first += own.len();
            }
        }
        let mut position = vec![u32::MAX; index.nodes().len()];
        for (at, node) in (0..).zip(&nodes) {
            position[node.index()] = at;
        }
        let of = |value: &dyn Fn(NodeId) -> f64| nodes.iter().map(|&node| value(node)).collect();
        let data = |node: NodeId| &index.instance.nodes[node.index()];
        let rate: Vec<f64> = of(&|node| index.rate_micro_per_day(node) as f64);
        let near_stores = index
            .stores()
            .map(|store| nodes.iter().map(|&node| shares_domain(index, node, store)).collect())
            .collect();
        let levels = index.levels();
        let domains = levels.map(|l| nodes.iter().map(|&node| domain(l, node).0).collect());
        let is_here = |node: &NodeId| position[node.index()] != u32::MAX;
        let may_stay = |shard: usize| {
            let current = index.current(shard).filter(|now| now.nodes.iter().all(is_here));
            current.is_some_and(|current| may_be(index, shard, current))
        };
        Self {
            index,
            capacity: of(&|node| data(node).memory_mib.max(1) as f64),
            load: vec![0.0; nodes.len()],
            arrivals: vec![[f64::INFINITY, 0.0]; nodes.len()],
            price: of(&price),
            stores,
            moves,
            least_rate: rate.iter().copied().fold(f64::INFINITY, f64::min),
            rate,
            own_price: of(&|node| own_per_mib(index, node)),
            weight: nodes.iter().map(|&node| index.node_weight(node)).collect(),
            domains: domains.collect(),
            near_stores,
            home,
            homes,
            may_stay: (0..index.instance.shards.len()).map(may_stay).collect(),
            position,
            scratch: Scratch::default(),
            nodes,
        }
    }

    /// Takes memory of a node away that others use.
    pub fn reserve(&mut self, node: NodeId, taken_mib: f64) {
        if let Some(capacity) = self.capacity.get_mut(self.position[node.index()] as usize) {
            *capacity = (*capacity - taken_mib).max(1.0);
        }
    }

    /// Limits the MiB of copies that may arrive on a node while others have not left yet.
    pub fn limit_arrivals(&mut self, node: NodeId, most_mib: f64) {
        if let Some(arrivals) = self.arrivals.get_mut(self.position[node.index()] as usize) {
            arrivals[0] = most_mib;
        }
    }

    /// Adds what a decision uses, or takes it away.
    pub fn add(&mut self, shard: usize, entries: &[Entry], response: &Response, sign: f64) {
        let size = sign * self.index.instance.shards[shard].state_mib as f64;
        response.sites().for_each(|site| self.load[site] += size);
        let entry = &entries[response.entry];
        if let Some(store) = entry.choice.mode.store() {
            let load = &mut self.stores[store.index()].load;
            load[0] += sign * entry.stored;
            load[1] += sign * entry.taken;
        }
        for site in response.sites() {
            if self.index.is_move(shard, self.nodes[site]) {
                self.arrivals[site][1] += size;
                self.moves.load[0] += sign;
                self.moves.load[1] += size;
            }
        }
    }

    /// A response as a plan has it.
    #[must_use]
    pub fn decision(&self, entries: &[Entry], response: &Response) -> ShardPlan {
        let nodes = response.sites().map(|site| self.nodes[site]).collect();
        ShardPlan { mode: entries[response.entry].choice.mode, nodes }
    }

    /// The decision that costs a shard least under prices that follow loads; `None` where capacities are
    /// kept and nothing has room. The loads are those without the shard.
    pub fn respond(&mut self, shard: usize, entries: &[Entry], terms: Terms) -> Option<Response> {
        let index = self.index;
        // Who shares a domain now may go on, where it must only get no worse.
        let current = index.current(shard);
        let policies = index.instance.policies;
        let free = matches!(policies.spread, Policy::Default { .. }) && current.is_some();
        let apart = |level| !free && index.spread(shard).contains(&(level, 1));
        let missing = |current: &ShardPlan| {
            let weight = current.nodes.iter().map(|&node| index.node_weight(node)).sum::<u64>();
            let weight = weight + index.store_weight(current.mode);
            index.wanted_weight(shard).unwrap_or(0).saturating_sub(weight)
        };
        let lack = match policies.availability {
            Policy::Hard => (0.0, 0),
            Policy::Soft { price } => (price as f64, u64::MAX),
            Policy::Default { price } => (price as f64, current.map_or(0, missing)),
        };
        let mut wish = Wish {
            shard,
            size: index.instance.shards[shard].state_mib as f64,
            entries,
            cold: index.cold_cost(shard, 1_000_000) as f64 / 1e6,
            apart: index.levels().map(apart).collect(),
            lack,
            moves: current.map(|_| self.room_to_move(shard, terms)),
            best: None,
        };
        let mut scratch = std::mem::take(&mut self.scratch);
        self.price_memory(&wish, terms, &mut scratch.memory);
        let least_memory = least_of(&scratch.memory);
        if let Some(current) = current.filter(|_| self.may_stay[shard]) {
            self.try_current(&mut wish, current, terms, &scratch.memory);
        }
        for (number, entry) in entries.iter().enumerate() {
            let base = entry.fixed + self.in_store(entry, terms);
            let copies = entry.choice.copies;
            let steep: f64 = entry.steep[..copies].iter().sum();
            if base + steep * self.least_rate + copies as f64 * least_memory < wish.limit() {
                self.try_entry(&mut wish, number, base, &mut scratch);
            }
        }
        self.scratch = scratch;
        wish.best.map(|best| best.1)
    }

    /// What is now, whatever else would look at it.
    fn try_current(&self, wish: &mut Wish, current: &ShardPlan, terms: Terms, memory: &[f64]) {
        let (index, shard) = (self.index, wish.shard);
        let copies = current.nodes.len();
        let is_same =
            |entry: &Entry| entry.choice.mode == current.mode && entry.choice.copies == copies;
        let Some(number) = wish.entries.iter().position(is_same) else { return };
        let sites = current.nodes.iter().map(|node| self.position[node.index()] as usize);
        let sites: Vec<usize> = sites.collect();
        let entry = &wish.entries[number];
        let priced = |&at: &usize| memory[at] - wish.size * self.own_price[at];
        let own = shard_cost(index, shard, current) + own_rules(index, shard, current).0;
        let priced = sites.iter().map(priced).sum::<f64>();
        let value = own as f64 + priced + self.in_store(entry, terms);
        wish.keep(value, number, &sites);
    }

    /// Where a shard has copies, and how many more it may have.
    fn room_to_move(&self, shard: usize, terms: Terms) -> (Vec<usize>, f64) {
        let holders = self.index.holders(shard).iter();
        let holders = holders.map(|holder| self.position[holder.index()] as usize).collect();
        if !terms.hard {
            return (holders, f64::INFINITY);
        }
        let size = self.index.instance.shards[shard].state_mib.max(1) as f64;
        let [copies, mib] = [0, 1].map(|row| self.moves.capacity[row] - self.moves.load[row]);
        // Where too many move already, whoever stays still may.
        (holders, copies.min(mib / size).floor().max(0.0))
    }

    /// What memory costs the shard on every node, and moves to it.
    fn price_memory(&self, wish: &Wish, terms: Terms, memory: &mut Vec<f64>) {
        let index = self.index;
        memory.clear();
        let half = 0.5 * wish.size;
        let nodes =
            self.price.iter().zip(&self.own_price).zip(self.load.iter().zip(&self.capacity));
        memory.extend(nodes.map(|((price, own), (load, capacity))| {
            let excess = (load + half - capacity) / capacity;
            let price = terms.share * price + terms.steepness * excess;
            wish.size * (own + if price > 0.0 { price } else { 0.0 })
        }));
        if index.current(wish.shard).is_some() {
            let moved = index.instance.shards[wish.shard].move_cost as f64
                + self.moves.cost([1.0, wish.size], terms);
            let holders = index.holders(wish.shard).iter();
            let holders = holders.map(|holder| self.position[holder.index()] as usize);
            let stay = holders.filter_map(|at| Some((at, *memory.get(at)?)));
            let stay: Vec<(usize, f64)> = stay.collect();
            for (cost, [most, load]) in memory.iter_mut().zip(&self.arrivals) {
                *cost += if load + wish.size > *most { f64::INFINITY } else { moved };
            }
            stay.into_iter().for_each(|(at, cost)| memory[at] = cost);
        }
        if terms.hard {
            for (cost, (load, capacity)) in
                memory.iter_mut().zip(self.load.iter().zip(&self.capacity))
            {
                if load + wish.size > *capacity {
                    *cost = f64::INFINITY;
                }
            }
        }
        for (cost, &node) in memory.iter_mut().zip(&self.nodes) {
            if !index.is_eligible(wish.shard, node) {
                *cost = f64::INFINITY;
            }
        }
    }

    fn in_store(&self, entry: &Entry, terms: Terms) -> f64 {
        let store = entry.choice.mode.store().map(|store| &self.stores[store.index()]);
        store.map_or(0.0, |store| store.cost([entry.stored, entry.taken], terms))
    }

    fn try_entry(&self, wish: &mut Wish, number: usize, base: f64, scratch: &mut Scratch) {
        let entry = &wish.entries[number];
        let Scratch { memory, head, follow } = scratch;
        let line = |steep: f64, values: &mut Vec<f64>| {
            values.clear();
            values.extend(memory.iter().zip(&self.rate).map(|(cost, rate)| cost + steep * rate));
        };
        line(entry.steep[0], head);
        if let Some(pinned) = self.index.pinned(wish.shard) {
            let at = self.position[pinned.index()] as usize;
            let values = head.iter_mut().enumerate().filter(|value| value.0 != at);
            values.for_each(|value| *value.1 = f64::INFINITY);
        }
        if entry.choice.copies == 1 {
            let near = entry.choice.mode.store().map(|store| &self.near_stores[store.index()]);
            for wanted in demands(entry.wanted, wish.lack.1) {
                for is_near in [false, true] {
                    let suits = |at: usize| {
                        self.weight[at] >= wanted && near.is_some_and(|near| near[at]) == is_near
                    };
                    if let Some(at) = cheapest(head, wish.limit() - base, suits) {
                        let more = if is_near { self.beside_store(wish, number, at) } else { 0.0 };
                        let lacking = wish.lacking(entry.wanted, self.weight[at]);
                        wish.keep(base + head[at] + more + lacking, number, &[at]);
                    }
                }
            }
            return;
        }
        line(entry.steep[1], follow);
        let least = [least_of(head), least_of(follow)];
        let others = (entry.choice.copies - 1) as f64;
        if base + least[0] + others * least[1] >= wish.limit() {
            return;
        }
        if base + entry.crossing + least[0] + others * least[1] < wish.limit() {
            for wanted in demands(entry.wanted, wish.lack.1) {
                self.try_far(wish, number, base + entry.crossing, [head, follow], wanted);
            }
        }
        if entry.cold.is_finite() && entry.choice.copies == 2 {
            self.try_homes(wish, number, base, [head, follow], least);
        }
    }

    /// What a single copy costs more on a node that shares shocks with its store.
    fn beside_store(&self, wish: &Wish, number: usize, at: usize) -> f64 {
        let (index, shard, node) = (self.index, wish.shard, self.nodes[at]);
        let entry = &wish.entries[number];
        let moved =
            if index.is_move(shard, node) { index.instance.shards[shard].move_cost } else { 0 };
        let there = index.node_cost(shard, entry.choice.mode, 1, 0, node) - i128::from(moved);
        let elsewhere = entry.fixed - index.store_cost(shard, entry.choice.mode) as f64
            + entry.steep[0] * self.rate[at]
            + wish.size * self.own_price[at];
        there as f64 - elsewhere
    }

    /// A chain whose copies share no domain and have a weight together.
    fn try_far(
        &self,
        wish: &mut Wish,
        number: usize,
        base: f64,
        [head, follow]: [&[f64]; 2],
        wanted: u64,
    ) {
        let entry = &wish.entries[number];
        let copies = entry.choice.copies;
        let part = wanted.div_ceil(copies as u64);
        for weight in [0, part].into_iter().take(if part > 0 { 2 } else { 1 }) {
            let heads = if part > 0 { HEADS } else { 1 };
            for first in cheapest_few(head, |at| self.weight[at] >= weight).into_iter().take(heads)
            {
                let mut chosen = [first; limits::COPIES as usize];
                let (mut value, mut total) = (base + head[first], self.weight[first]);
                for count in 1..copies {
                    let missing = wanted.saturating_sub(total);
                    let least = if count + 1 == copies { missing } else { weight };
                    let able = |at: usize| {
                        self.weight[at] >= least && self.share_nothing(&chosen[..count], at)
                    };
                    let Some(next) = cheapest(follow, wish.limit() - value, able) else {
                        value = f64::INFINITY;
                        break;
                    };
                    chosen[count] = next;
                    value += follow[next];
                    total += self.weight[next];
                }
                if value.is_finite() {
                    let lacking = wish.lacking(entry.wanted, total);
                    wish.keep(value + lacking, number, &chosen[..copies]);
                }
            }
        }
    }

    fn share_nothing(&self, chosen: &[usize], at: usize) -> bool {
        self.domains.iter().all(|of| chosen.iter().all(|&other| of[other] != of[at]))
            && !chosen.contains(&at)
    }

    /// Pairs within a domain of the level that takes longest to cross.
    fn try_homes(
        &self,
        wish: &mut Wish,
        number: usize,
        base: f64,
        [head, follow]: [&[f64]; 2],
        least: [f64; 2],
    ) {
        let entry = &wish.entries[number];
        let hop = |level| self.index.crossing_cost(wish.shard, entry.choice.mode, 0, level) as f64;
        let hops: Vec<f64> = self.index.levels().map(hop).collect();
        for (home, shocks) in &self.homes {
            let base = base + entry.cold * shocks;
            if base + least[0] + least[1] >= wish.limit() {
                continue;
            }
            let least_follow = least_of(&follow[home.clone()]);
            for first in home.clone() {
                if base + head[first] + least_follow >= wish.limit() {
                    continue;
                }
                for second in home.clone() {
                    let mut value = base + head[first] + follow[second];
                    if value < wish.limit() && entry.wanted > 0 {
                        let weight = self.weight[first] + self.weight[second];
                        value += wish.lacking(entry.wanted, weight);
                    }
                    if value < wish.limit()
                        && first != second
                        && let Some(shared) = self.beside_home(wish, &hops, first, second)
                    {
                        wish.keep(value - entry.beside + shared, number, &[first, second]);
                    }
                }
            }
        }
    }

    /// What a pair pays at the other levels; `None` where it may not share a domain that it does.
    fn beside_home(&self, wish: &Wish, hops: &[f64], first: usize, second: usize) -> Option<f64> {
        let mut value = 0.0;
        for level in self.index.levels().filter(|&level| Some(level) != self.home) {
            let of = &self.domains[level.index()];
            if of[first] != of[second] {
                value += hops[level.index()];
            } else if wish.apart[level.index()] {
                return None;
            } else {
                let domain = self.index.domain_of_node(level, self.nodes[first]);
                value += wish.cold * self.index.domain(domain).shocks_micro_per_day as f64;
            }
        }
        Some(value)
    }
}

/// The weights that are asked of nodes: what they should have and, where they may lack some, none.
fn demands(wanted: u64, most_lacking: u64) -> impl Iterator<Item = u64> {
    let none = (wanted > 0 && most_lacking > 0).then_some(0);
    [wanted].into_iter().chain(none)
}

/// The least of some values.
fn least_of(values: &[f64]) -> f64 {
    // Four at a time, since sums and minima of one at a time wait for each other.
    let mut least = [f64::INFINITY; 4];
    let chunks = values.chunks_exact(4);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (least, &value) in least.iter_mut().zip(chunk) {
            *least = if value < *least { value } else { *least };
        }
    }
    least.iter().chain(rest).copied().fold(f64::INFINITY, f64::min)
}

/// Where the least of some values is, of those below a limit that will do.
fn cheapest(values: &[f64], limit: f64, will_do: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut least, mut found) = (limit, None);
    for (at, &value) in values.iter().enumerate() {
        if value < least && will_do(at) {
            (least, found) = (value, Some(at));
        }
    }
    found
}

/// Where the least few of some values are that will do, ascending.
fn cheapest_few(values: &[f64], will_do: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut best = [(f64::INFINITY, usize::MAX); HEADS];
    for (at, &value) in values.iter().enumerate() {
        if value < best[HEADS - 1].0 && will_do(at) {
            let place = best.partition_point(|each| each.0 <= value);
            best[place..].rotate_right(1);
            best[place] = (value, at);
        }
    }
    best.iter().filter(|each| each.0.is_finite()).map(|each| each.1).collect()
}
