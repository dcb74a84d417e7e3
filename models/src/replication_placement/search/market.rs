//! Prices of memory and stores for large clusters.
//!
//! **Idea.** What sets nodes apart for a shard is how often they go down and what memory on them
//! costs. Where memory is short, a node that goes down less often is worth more to everybody: its
//! price is what is left of a falling function of how often nodes go down, `f`, after its own price of
//! memory; nodes that are soon back are worth more where availability counts, and have an `f` of their
//! own. So all prices of memory are known by a few values of `f`, and these are found by a subgradient
//! walk over a sample of the shards; at every step the prices of stores follow (see `clearing`).
//!
//! **Reference.** The walk: `placewright_solver::bound::subgradient`. **Complexity.** O(sample ·
//! choices · log nodes + nodes) per step. **Guarantee.** None here; whatever prices come out, they are
//! a valid certificate (see `certificate`).

use placewright_solver::bound::subgradient::{
    self, Evaluation, Sign, SubgradientSettings, maximise,
};
use placewright_solver::budget::Budget;

use super::clearing::{Offer, clear};
use super::menu::{Entry, Menu};
use crate::replication_placement::certificate::{Corner, Hulls, Pricing, least_together};
use crate::replication_placement::instance::{Index, Layout, NodeId, StoreId};

/// Values of `f` that are looked for.
const KNOTS: usize = 24;
/// Groups of nodes by how long they are away, each with its own `f`.
const GROUPS: usize = 4;
/// Rounds over the prices of stores at every step.
const ROUNDS: usize = 2;
/// Denominator of coordinates of points, and of weights.
const UNIT: f64 = (1_u64 << 30) as f64;
/// Binary logarithm of the denominator of prices.
const SHIFT: u32 = 24;

/// Prices and where shards look for nodes under them.
pub struct Market {
    /// Nodes by how often they go down.
    pub by_rate: Vec<NodeId>,
    /// Positions in `by_rate`, by node.
    pub place: Vec<u32>,
    /// What a MiB costs with its price, by node.
    pub per_mib: Vec<f64>,
    /// Prices of rows.
    pub prices: Vec<f64>,
    hulls: Hulls,
    levels: Vec<u64>,
}

impl Market {
    /// The market of known prices, by row. Time O(nodes · log nodes).
    #[must_use]
    pub fn of_prices(index: &Index, prices: Vec<f64>) -> Self {
        let layout = Layout::of(index);
        let mut by_rate: Vec<NodeId> = index.nodes().collect();
        by_rate.sort_by_key(|&node| (index.rate_micro_per_day(node), node));
        let mut place = vec![0; by_rate.len()];
        for (at, &node) in (0..).zip(&by_rate) {
            place[node.index()] = at;
        }
        let own = |node: NodeId| index.instance.nodes[node.index()].price_per_gib as f64 / 1024.0;
        let of_node = |node: NodeId| prices[layout.memory(node) as usize] + own(node);
        let per_mib: Vec<f64> = index.nodes().map(of_node).collect();
        let corner = |node: NodeId| {
            let y = (per_mib[node.index()] * UNIT) as i128;
            Corner { x: index.rate_micro_per_day(node).into(), y, owner: node.0 }
        };
        let points = index.nodes().map(|node| (corner(node), index.node_weight(node))).collect();
        let levels = Hulls::levels(index.nodes().map(|node| index.node_weight(node)).collect());
        let hulls = Hulls::of(points, levels.clone());
        Self { by_rate, place, per_mib, prices, hulls, levels }
    }

    /// What a choice costs with prices on the best nodes, and which these are; `None` where no nodes
    /// reach its availability target.
    #[must_use]
    pub fn value(&self, index: &Index, entry: &Entry, size_mib: f64) -> Option<(f64, [u32; 5])> {
        let (value, nodes) = self.beside_store(entry, size_mib)?;
        Some((value + self.in_store(index, entry), nodes))
    }

    /// What a choice costs beside the prices of stores.
    fn beside_store(&self, entry: &Entry, size_mib: f64) -> Option<(f64, [u32; 5])> {
        let steep = entry.steep.map(|steep| (steep * UNIT) as i128);
        let size = size_mib as i128;
        let copies = entry.choice.copies;
        let (nodes, owners) =
            least_together(copies, entry.wanted, &self.levels, |position, weight| {
                let (value, corner) = self.hulls.least(steep[position], size, weight)?;
                Some((value, corner.owner))
            })?;
        Some((entry.fixed + nodes as f64 / UNIT, owners))
    }

    /// What a choice pays for its store with prices.
    #[must_use]
    pub fn in_store(&self, index: &Index, entry: &Entry) -> f64 {
        let layout = Layout::of(index);
        entry.choice.mode.store().map_or(0.0, |store| {
            self.prices[layout.stored(store) as usize] * entry.stored
                + self.prices[layout.taken(store) as usize] * entry.taken
        })
    }

    /// The prices as a certificate has them.
    #[must_use]
    pub fn pricing(&self, index: &Index) -> Pricing {
        Pricing::rounded_down(index, SHIFT, self.prices.iter().copied())
    }
}

/// Finds prices by so many steps over a sample of so many shards.
#[must_use]
pub fn find_prices(index: &Index, sample: usize, steps: u32, budget: &Budget) -> Market {
    let mut search = Search::new(index, sample, steps, budget);
    let signs = vec![Sign::NonNegative; search.scales.len()];
    let start = vec![0.0; signs.len()];
    let best = maximise(&mut search, &signs, start, WALK, budget);
    search.follow(&best.multipliers);
    search.market(&best.multipliers)
}

const WALK: SubgradientSettings = SubgradientSettings {
    scale: 1.0,
    patience: 8,
    freshness: 0.5,
    gap: 0.0,
    noticeable: 1e-5,
    smallest_scale: 1e-3,
};

struct Search<'a> {
    index: &'a Index<'a>,
    layout: Layout,
    budget: &'a Budget,
    steps_left: std::cell::Cell<u32>,
    /// Menus of the sample: how large the shard is, and where its entries end.
    sampled: Vec<(f64, usize)>,
    entries: Vec<Entry>,
    /// What entries cost under the last prices of memory, and on which nodes.
    offers: Vec<Offer>,
    owners: Vec<[u32; 5]>,
    /// What stores hold and take in of the sample, and the prices.
    store_capacities: Vec<[f64; 2]>,
    store_prices: Vec<[f64; 2]>,
    /// How many shards each of the sample stands for.
    weight: f64,
    by_rate: Vec<NodeId>,
    /// By position in `by_rate`: between which knots, and how close to the second.
    between: Vec<(usize, f64)>,
    levels: Vec<u64>,
    /// Multipliers are prices of memory by knot, times these.
    scales: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(index: &'a Index<'a>, sample: usize, steps: u32, budget: &'a Budget) -> Self {
        let layout = Layout::of(index);
        let mut by_size: Vec<usize> = (0..index.instance.shards.len()).collect();
        by_size.sort_by_key(|&shard| index.instance.shards[shard].state_mib);
        let sample = sample.min(by_size.len());
        let mut menu = Menu::new(index);
        let (mut sampled, mut entries) = (Vec::new(), Vec::new());
        let mut states = 0.0;
        for number in 0..sample {
            let shard = by_size[(2 * number + 1) * by_size.len() / (2 * sample)];
            entries.extend_from_slice(menu.of(shard));
            let size = index.instance.shards[shard].state_mib as f64;
            states += size;
            sampled.push((size, entries.len()));
        }
        budget.spend(entries.len() as u64 / 2);
        let all: f64 = index.instance.shards.iter().map(|shard| shard.state_mib as f64).sum();
        let mut by_rate: Vec<NodeId> = index.nodes().collect();
        by_rate.sort_by_key(|&node| (index.rate_micro_per_day(node), node));
        let (between, knots) = between_knots(index, &by_rate);
        let mut scales = vec![0.0; knots];
        for (&node, &(k, part)) in by_rate.iter().zip(&between) {
            let memory = index.instance.nodes[node.index()].memory_mib as f64;
            scales[k] += (1.0 - part) * memory;
            if part > 0.0 {
                scales[k + 1] += part * memory;
            }
        }
        scales.iter_mut().for_each(|scale| *scale = scale.max(1.0));
        let steps_left = std::cell::Cell::new(steps);
        let weight = all / states;
        let stores = index.instance.stores.iter();
        let store_capacities = stores
            .map(|store| [store.capacity_mib, store.ingest_kib_per_s].map(|c| c as f64 / weight));
        let store_capacities: Vec<[f64; 2]> = store_capacities.collect();
        Self {
            index,
            layout,
            budget,
            steps_left,
            sampled,
            entries,
            offers: Vec::new(),
            owners: Vec::new(),
            store_prices: vec![[0.0; 2]; store_capacities.len()],
            store_capacities,
            weight,
            by_rate,
            between,
            levels: Hulls::levels(index.nodes().map(|node| index.node_weight(node)).collect()),
            scales,
        }
    }

    fn market(&self, multipliers: &[f64]) -> Market {
        let index = self.index;
        let mut prices = vec![0.0; self.layout.rows()];
        let price = |at: usize| multipliers[at] / self.scales[at];
        for (store, [stored, taken]) in index.stores().zip(&self.store_prices) {
            prices[self.layout.stored(store) as usize] = *stored;
            prices[self.layout.taken(store) as usize] = *taken;
        }
        let mut per_mib = vec![0.0; self.by_rate.len()];
        let mut place = vec![0; self.by_rate.len()];
        let mut points = Vec::with_capacity(self.by_rate.len());
        for (at, (&node, &(k, part))) in (0..).zip(self.by_rate.iter().zip(&self.between)) {
            let next = if part > 0.0 { part * price(k + 1) } else { 0.0 };
            let worth = (1.0 - part) * price(k) + next;
            let own = index.instance.nodes[node.index()].price_per_gib as f64 / 1024.0;
            prices[self.layout.memory(node) as usize] = (worth - own).max(0.0);
            per_mib[node.index()] = worth.max(own);
            place[node.index()] = at;
            let x = index.rate_micro_per_day(node).into();
            let corner = Corner { x, y: (worth.max(own) * UNIT) as i128, owner: node.0 };
            points.push((corner, index.node_weight(node)));
        }
        let by_rate = self.by_rate.clone();
        let levels = self.levels.clone();
        let hulls = Hulls::of(points, levels.clone());
        Market { by_rate, place, per_mib, prices, hulls, levels }
    }

    /// Lets the prices of stores follow those of memory.
    fn follow(&mut self, multipliers: &[f64]) -> Market {
        let market = self.market(multipliers);
        (self.offers, self.owners) = (Vec::new(), Vec::new());
        let mut first = 0;
        for &(size, end) in &self.sampled {
            for entry in &self.entries[first..end] {
                // What no nodes reach is never chosen.
                let found = market.beside_store(entry, size);
                let (value, owners) = found.unwrap_or((f64::INFINITY, [0; 5]));
                let store = entry.choice.mode.store().map(StoreId::index);
                let amounts = [entry.stored, entry.taken];
                self.offers.push(Offer { value, store, amounts });
                self.owners.push(owners);
            }
            first = end;
        }
        let firsts = std::iter::once(0).chain(self.sampled.iter().map(|each| each.1));
        let of_shards = firsts.zip(&self.sampled).map(|(first, each)| &self.offers[first..each.1]);
        for _ in 0..ROUNDS {
            clear(of_shards.clone(), &self.store_capacities, &mut self.store_prices);
        }
        market
    }
}

/// Between which knots every node is, and how close to the second: nodes that are away for alike times
/// share a function of how often they go down. Also how many knots there are.
fn between_knots(index: &Index, by_rate: &[NodeId]) -> (Vec<(usize, f64)>, usize) {
    let repair = |node: NodeId| index.instance.nodes[node.index()].repair_ms;
    let mut repairs: Vec<u64> = by_rate.iter().map(|&node| repair(node)).collect();
    repairs.sort_unstable();
    let mut bounds: Vec<u64> =
        (1..GROUPS).map(|group| repairs[group * repairs.len() / GROUPS]).collect();
    bounds.dedup();
    let mut groups = vec![Vec::new(); bounds.len() + 1];
    for (at, &node) in by_rate.iter().enumerate() {
        groups[bounds.partition_point(|&bound| bound <= repair(node))].push(at);
    }
    let (mut between, mut first) = (vec![(0, 0.0); by_rate.len()], 0);
    for own in groups.iter().filter(|own| !own.is_empty()) {
        let knots = KNOTS.min(own.len());
        let rate = |at: usize| index.rate_micro_per_day(by_rate[own[at]]) as f64;
        let knot = |k: usize| rate(k * (own.len() - 1) / (knots - 1).max(1));
        let mut k = 0;
        for at in 0..own.len() {
            while k + 2 < knots && rate(at) > knot(k + 1) {
                k += 1;
            }
            let width = knot((k + 1).min(knots - 1)) - knot(k);
            let part = if width > 0.0 { ((rate(at) - knot(k)) / width).min(1.0) } else { 0.0 };
            between[own[at]] = (first + k, part);
        }
        first += knots;
    }
    (between, first)
}

impl subgradient::Lagrangian for Search<'_> {
    fn evaluate(&mut self, multipliers: &[f64]) -> Evaluation {
        self.steps_left.set(self.steps_left.get().saturating_sub(1));
        self.budget.spend(self.entries.len() as u64 / 8 + self.by_rate.len() as u64 / 8);
        let market = self.follow(multipliers);
        let mut used = vec![0.0; multipliers.len()];
        let mut total = 0.0;
        let mut first = 0;
        for &(size, end) in &self.sampled {
            let priced = (first..end).map(|at| (self.offers[at].priced(&self.store_prices), at));
            let best = priced.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|best| best.0.is_finite());
            first = end;
            let Some((value, at)) = best else { continue };
            total += value * self.weight;
            for &node in &self.owners[at][..self.entries[at].choice.copies] {
                let (k, part) = self.between[market.place[node as usize] as usize];
                used[k] += (1.0 - part) * size * self.weight;
                if part > 0.0 {
                    used[k + 1] += part * size * self.weight;
                }
            }
        }
        for (&node, &(k, part)) in self.by_rate.iter().zip(&self.between) {
            let price = market.prices[self.layout.memory(node) as usize];
            if price > 0.0 {
                let memory = self.index.instance.nodes[node.index()].memory_mib as f64;
                total -= price * memory;
                used[k] -= (1.0 - part) * memory;
                if part > 0.0 {
                    used[k + 1] -= part * memory;
                }
            }
        }
        for (prices, capacities) in self.store_prices.iter().zip(&self.store_capacities) {
            let paid = prices[0] * capacities[0] + prices[1] * capacities[1];
            total -= paid * self.weight;
        }
        let subgradient = used.iter().zip(&self.scales).map(|(used, scale)| used / scale).collect();
        Evaluation { value: total, subgradient }
    }

    fn target(&self, best_value: f64) -> f64 {
        if self.steps_left.get() == 0 {
            return best_value;
        }
        best_value + 0.1 * best_value.abs() + 1.0
    }
}
