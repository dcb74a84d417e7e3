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

use std::ops::Range;

use placewright_solver::bound::subgradient::{
    self, Evaluation, Sign, SubgradientSettings, maximise,
};
use placewright_solver::budget::Budget;
use rayon::prelude::*;

use super::clearing::{Offer, clear};
use super::menu::{Entry, Menu};
use crate::replication_placement::certificate::{
    Corner, Hulls, Pricing, least_together, slowest_level,
};
use crate::replication_placement::instance::{Index, Layout, NodeId, StoreId};

/// Values of `f` that are looked for: by how often nodes go down, and by the shocks of their domains.
const KNOTS: usize = 12;
const SHOCK_KNOTS: usize = 8;
/// Groups of nodes by how long they are away, each with its own `f`.
const GROUPS: usize = 4;
/// Rounds over the prices of stores at every step.
const ROUNDS: usize = 2;
/// Shards of a sample that are looked at one after the other.
const CHUNK: usize = 64;
/// Denominator of coordinates of points, and of weights.
const UNIT: f64 = (1_u64 << 30) as f64;
/// Binary logarithm of the denominator of prices.
const SHIFT: u32 = 24;

/// Prices and where shards look for nodes under them.
pub struct Market {
    /// Prices of rows.
    pub prices: Vec<f64>,
    borders: Borders,
    levels: Vec<u64>,
}

/// What nodes cost a copy at least: of the whole cluster, and of domains with alike shocks of the level
/// that takes longest to cross.
struct Borders {
    anywhere: Hulls,
    /// With the mean of the shocks, those with the rarest first.
    homes: Vec<(f64, Hulls)>,
}

/// Groups of domains by their shocks.
const HOMES: usize = 24;

/// In which group of domains with alike shocks nodes are, and the mean of the shocks of a group.
#[derive(Clone, Debug, Default)]
struct Homes {
    of_node: Vec<u32>,
    shocks: Vec<f64>,
}

impl Homes {
    fn of(index: &Index) -> Self {
        let Some(level) = slowest_level(index) else { return Self::default() };
        let shocks =
            |node: NodeId| index.domain(index.domain_of_node(level, node)).shocks_micro_per_day;
        let mut by_shocks: Vec<NodeId> = index.nodes().collect();
        by_shocks.sort_by_key(|&node| (shocks(node), node));
        let mut homes = Self { of_node: vec![0; by_shocks.len()], shocks: Vec::new() };
        for (group, nodes) in (0..).zip(by_shocks.chunks(by_shocks.len().div_ceil(HOMES).max(1))) {
            nodes.iter().for_each(|node| homes.of_node[node.index()] = group);
            let sum: u64 = nodes.iter().map(|&node| shocks(node)).sum();
            homes.shocks.push(sum as f64 / nodes.len() as f64);
        }
        homes
    }
}

impl Borders {
    fn of(points: Vec<(Corner, u64)>, homes: &Homes, levels: &[u64]) -> Self {
        let mut own = vec![Vec::new(); homes.shocks.len()];
        for point in &points {
            if let Some(&home) = homes.of_node.get(point.0.owner as usize) {
                own[home as usize].push(*point);
            }
        }
        let hulls = |points| Hulls::of(points, levels.to_vec());
        let homes = homes.shocks.iter().copied().zip(own.into_iter().map(hulls)).collect();
        Self { homes, anywhere: hulls(points) }
    }
}

impl Market {
    /// The market of known prices, by row. Time O(nodes · log nodes).
    #[must_use]
    pub fn of_prices(index: &Index, prices: Vec<f64>) -> Self {
        let layout = Layout::of(index);
        let own = |node: NodeId| index.instance.nodes[node.index()].price_per_gib as f64 / 1024.0;
        let corner = |node: NodeId| {
            let per_mib = prices[layout.memory(node) as usize] + own(node);
            let y = (per_mib * UNIT) as i128;
            Corner { x: index.rate_micro_per_day(node).into(), y, owner: node.0 }
        };
        let points = index.nodes().map(|node| (corner(node), index.node_weight(node))).collect();
        let levels = Hulls::levels(index.nodes().map(|node| index.node_weight(node)).collect());
        let borders = Borders::of(points, &Homes::of(index), &levels);
        Self { prices, borders, levels }
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
        let (mut best, owners) = self.together(entry, size_mib, &self.borders.anywhere)?;
        let least = best;
        best += entry.crossing;
        let mut owners = owners;
        for (shocks, hulls) in &self.borders.homes {
            let shocks = shocks * entry.cold;
            if least + shocks >= best {
                break;
            }
            if let Some((value, there)) = self.together(entry, size_mib, hulls)
                && value + shocks < best
            {
                (best, owners) = (value + shocks, there);
            }
        }
        Some((entry.fixed + best, owners))
    }

    /// What the nodes of a choice cost at least within a border, and which these are.
    fn together(&self, entry: &Entry, size_mib: f64, hulls: &Hulls) -> Option<(f64, [u32; 5])> {
        let steep = entry.steep.map(|steep| (steep * UNIT) as i128);
        let size = size_mib as i128;
        let copies = entry.choice.copies;
        let (nodes, owners) =
            least_together(copies, entry.wanted, &self.levels, |position, weight| {
                let (value, corner) = hulls.least(steep[position], size, weight)?;
                Some((value, corner.owner))
            })?;
        Some((nodes as f64 / UNIT, owners))
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
    /// Menus of the sample: how large the shard is, and where its entries are.
    sampled: Vec<(f64, Range<usize>)>,
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
    /// Positions in `by_rate`, by node.
    place: Vec<u32>,
    homes: Homes,
    /// By position in `by_rate`: knots and how much of each.
    between: Vec<[(usize, f64); 4]>,
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
            let first = entries.len();
            entries.extend_from_slice(menu.of(shard));
            let size = index.instance.shards[shard].state_mib as f64;
            states += size;
            sampled.push((size, first..entries.len()));
        }
        budget.spend(entries.len() as u64 / 2);
        let all: f64 = index.instance.shards.iter().map(|shard| shard.state_mib as f64).sum();
        let mut by_rate: Vec<NodeId> = index.nodes().collect();
        by_rate.sort_by_key(|&node| (index.rate_micro_per_day(node), node));
        let mut place = vec![0; by_rate.len()];
        for (at, &node) in (0..).zip(&by_rate) {
            place[node.index()] = at;
        }
        let (between, knots) = between_knots(index, &by_rate);
        let mut scales = vec![0.0; knots];
        for (&node, between) in by_rate.iter().zip(&between) {
            let memory = index.instance.nodes[node.index()].memory_mib as f64;
            between.iter().for_each(|&(knot, part)| scales[knot] += part * memory);
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
            place,
            homes: Homes::of(index),
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
        let mut points = Vec::with_capacity(self.by_rate.len());
        for (&node, between) in self.by_rate.iter().zip(&self.between) {
            let worth: f64 = between.iter().map(|&(knot, part)| part * price(knot)).sum();
            let own = index.instance.nodes[node.index()].price_per_gib as f64 / 1024.0;
            prices[self.layout.memory(node) as usize] = (worth - own).max(0.0);
            let x = index.rate_micro_per_day(node).into();
            let corner = Corner { x, y: (worth.max(own) * UNIT) as i128, owner: node.0 };
            points.push((corner, index.node_weight(node)));
        }
        let levels = self.levels.clone();
        let borders = Borders::of(points, &self.homes, &levels);
        Market { prices, borders, levels }
    }

    /// Lets the prices of stores follow those of memory.
    fn follow(&mut self, multipliers: &[f64]) -> Market {
        let market = self.market(multipliers);
        let offer = |(entry, size): (&Entry, f64), best: &mut f64| {
            let store = entry.choice.mode.store().map(StoreId::index);
            // What no nodes reach, or another choice without a store is better than, is never chosen.
            let worse = store.is_none() && entry.fixed >= *best;
            let found = if worse { None } else { market.beside_store(entry, size) };
            let (value, owners) = found.unwrap_or((f64::INFINITY, [0; 5]));
            if store.is_none() {
                *best = best.min(value);
            }
            (Offer { value, store, amounts: [entry.stored, entry.taken] }, owners)
        };
        let of_chunk = |chunk: &[(f64, Range<usize>)]| {
            let of_shard = |(size, range): &(f64, Range<usize>)| {
                let mut best = f64::INFINITY;
                let own = self.entries[range.clone()].iter();
                own.map(|entry| offer((entry, *size), &mut best)).collect::<Vec<_>>()
            };
            chunk.iter().flat_map(of_shard).collect::<Vec<_>>()
        };
        let offered: Vec<_> = self.sampled.par_chunks(CHUNK).flat_map_iter(of_chunk).collect();
        (self.offers, self.owners) = offered.into_iter().unzip();
        let of_shards = self.sampled.iter().map(|each| &self.offers[each.1.clone()]);
        for _ in 0..ROUNDS {
            clear(of_shards.clone(), &self.store_capacities, &mut self.store_prices);
        }
        market
    }
}

/// Between which knots every node is, and how much of each it has: nodes that are away for alike times
/// share a function of how often they go down and of the shocks of their domain. Also how many knots
/// there are.
fn between_knots(index: &Index, by_rate: &[NodeId]) -> (Vec<[(usize, f64); 4]>, usize) {
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
    let home = slowest_level(index);
    let shocks = |node: NodeId| {
        let shocks = |level| index.domain(index.domain_of_node(level, node)).shocks_micro_per_day;
        home.map_or(0.0, |level| shocks(level) as f64)
    };
    let by_shocks = Knots::of(by_rate.iter().map(|&node| shocks(node)).collect(), SHOCK_KNOTS);
    let (mut between, mut first) = (vec![[(0, 0.0); 4]; by_rate.len()], 0);
    for own in groups.iter().filter(|own| !own.is_empty()) {
        let rate = |&at: &usize| index.rate_micro_per_day(by_rate[at]) as f64;
        let knots = Knots::of(own.iter().map(rate).collect(), KNOTS);
        for at in own {
            let (row, down) = by_shocks.place(shocks(by_rate[*at]));
            let (column, right) = knots.place(rate(at));
            let knot = |row: usize, column: usize| first + row * knots.0.len() + column;
            let next = |at: usize, knots: &Knots| (at + 1).min(knots.0.len() - 1);
            let (below, beside) = (next(row, &by_shocks), next(column, &knots));
            between[*at] = [
                (knot(row, column), (1.0 - down) * (1.0 - right)),
                (knot(row, beside), (1.0 - down) * right),
                (knot(below, column), down * (1.0 - right)),
                (knot(below, beside), down * right),
            ];
        }
        first += by_shocks.0.len() * knots.0.len();
    }
    (between, first)
}

/// Quantiles of some values, ascending, each once.
struct Knots(Vec<f64>);

impl Knots {
    fn of(mut values: Vec<f64>, most: usize) -> Self {
        values.sort_by(f64::total_cmp);
        let count = most.min(values.len()).max(1);
        let quantile = |k: usize| values[k * (values.len() - 1) / (count - 1).max(1)];
        let mut knots: Vec<f64> = (0..count).map(quantile).collect();
        knots.dedup();
        Self(knots)
    }

    /// The last knot that is not above a value, and how close the value is to the next one.
    fn place(&self, value: f64) -> (usize, f64) {
        let at = self.0.partition_point(|&knot| knot <= value).saturating_sub(1);
        match self.0.get(at + 1) {
            Some(next) => (at, ((value - self.0[at]) / (next - self.0[at])).clamp(0.0, 1.0)),
            None => (at, 0.0),
        }
    }
}

impl subgradient::Lagrangian for Search<'_> {
    fn evaluate(&mut self, multipliers: &[f64]) -> Evaluation {
        self.steps_left.set(self.steps_left.get().saturating_sub(1));
        self.budget.spend(self.entries.len() as u64 / 8 + self.by_rate.len() as u64 / 8);
        let market = self.follow(multipliers);
        let mut used = vec![0.0; multipliers.len()];
        let mut total = 0.0;
        for (size, range) in &self.sampled {
            let priced = range.clone().map(|at| (self.offers[at].priced(&self.store_prices), at));
            let best = priced.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|best| best.0.is_finite());
            let Some((value, at)) = best else { continue };
            total += value * self.weight;
            for &node in &self.owners[at][..self.entries[at].choice.copies] {
                let between = &self.between[self.place[node as usize] as usize];
                for &(knot, part) in between {
                    used[knot] += part * size * self.weight;
                }
            }
        }
        for (&node, between) in self.by_rate.iter().zip(&self.between) {
            let price = market.prices[self.layout.memory(node) as usize];
            if price > 0.0 {
                let memory = self.index.instance.nodes[node.index()].memory_mib as f64;
                total -= price * memory;
                between.iter().for_each(|&(knot, part)| used[knot] -= part * memory);
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
