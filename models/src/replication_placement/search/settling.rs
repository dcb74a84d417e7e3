//! Prices and decisions that follow each other until they agree.
//!
//! **Idea.** Shards take turns: each gives back what it has and takes what costs it least, at prices of
//! memory, stores and moves that rise with their loads, so that nobody meets a node that all others want as
//! well. After every pass prices move to what they were at the loads of the pass: this is the method of
//! multipliers for the capacities, with an augmented Lagrangian that is minimised shard by shard. The
//! steeper prices follow loads, the less capacities are exceeded; in the end they are kept. The mean of
//! the prices of some passes is close to those that prove the best bound.
//!
//! **Reference.** M. R. Hestenes, *Multiplier and gradient methods*, Journal of Optimization Theory and
//! Applications 4, 1969; D. P. Bertsekas, *Constrained Optimization and Lagrange Multiplier Methods*,
//! 1982. **Complexity.** O(shards · choices that may be best · nodes) per pass. **Guarantee.** None.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::guide::own_per_mib;
use super::market::Market;
use super::menu::{Entry, Menu};
use super::response::{Ground, Response, Supply, Terms};
use crate::replication_placement::footprint::Footprint;
use crate::replication_placement::instance::{Index, Layout, NodeId};
use crate::replication_placement::plan::ShardPlan;

/// Passes in which capacities may be exceeded, at most.
const PASSES: u32 = 24;
/// Those whose prices are part of the mean, as shares of all: at first they are still on their way, at
/// last the size of shards shows in them.
const MEAN: RangeInclusive<f64> = 0.35..=0.65;
/// The share of prices that counts in the passes that follow, in which capacities are kept.
const SHARES: [f64; 4] = [1.0, 1.0, 0.5, 0.0];
/// The share of the budget after which these begin.
const FREE_SHARE: f64 = 0.8;
/// For so many of these there is time at least, unless there is for few passes at all.
const LAST_PASSES: f64 = 3.0;
/// How steep prices are at first and at last: what a MiB costs more where the load is greater by all that
/// a node has, as a multiple of the mean price.
const STEEPNESS: [f64; 2] = [0.5, 16.0];
/// Of memory's own price, what counts as the mean price at least: prices may be zero at first.
const LEAST_PRICE: f64 = 0.02;
/// By which parts prices of stores and moves fall and rise in a pass, at most.
const MOST_CHANGE: [f64; 2] = [-0.5, 3.0];
/// What all of a store, and all moves, cost at first at least, as a part of what shards cost.
const LEAST_PART: f64 = 0.0001;
/// The part of the moves that shards settle for while capacities may be exceeded. The others are for those
/// who have to leave a node that is too full in the end.
const PLANNED_MOVES: f64 = 0.97;
/// Choices of a shard that are kept: without a store, and for every store, for so many stores.
const WITHOUT_STORE: usize = 4;
const PER_STORE: usize = 2;
const STORES: usize = 3;
/// Shards between two looks at the budget.
const STRIDE: usize = 64;

/// Nodes and the shards that are to be there.
pub struct Side {
    /// The nodes.
    pub nodes: Vec<NodeId>,
    /// The shards, in the order in which they take turns.
    pub shards: Vec<usize>,
    /// MiB and KiB per second that stores have for them.
    pub stores: Vec<[f64; 2]>,
    /// Copies and MiB that may move.
    pub moves: [f64; 2],
    /// What others use of the memory of nodes, in MiB.
    pub taken_mib: Vec<u64>,
    /// MiB of copies that may arrive on nodes.
    pub arriving_mib: Vec<i64>,
}

/// What became of it.
pub struct Settled {
    /// Decisions; some may exceed capacities where time was short.
    pub decisions: Vec<(usize, ShardPlan)>,
    /// Shards without a decision.
    pub left: Vec<usize>,
    /// Mean prices of memory.
    pub prices: Vec<(NodeId, f64)>,
    /// Mean prices of what stores hold and take in.
    pub stores: Vec<[f64; 2]>,
    /// Mean prices of moves and their MiB.
    pub moves: [f64; 2],
}

/// Lets the shards of a side settle on its nodes. `used` tells the share of the budget that is used, and
/// `spend` takes note of work.
#[must_use]
pub fn settle(
    index: &Index,
    market: &Market,
    side: &Side,
    used: &dyn Fn() -> f64,
    spend: &dyn Fn(u64),
) -> Settled {
    let mut settling = Settling::new(index, market, side, spend);
    let mut mean = Mean::new(&settling.ground);
    settling.ground.moves.capacity = side.moves.map(|limit| PLANNED_MOVES * limit);
    let (mut pass, mut end) = (0, FREE_SHARE);
    while pass < PASSES && used() < end {
        let began = used();
        let done = (f64::from(pass) / f64::from(PASSES)).max(began / end).min(1.0);
        let terms = settling.terms(done, pass == 0);
        if !settling.pass(terms, &|| used() >= end, spend) {
            break;
        }
        end = end.min(1.0 - LAST_PASSES * (used() - began));
        if pass > 0 {
            settling.adjust(terms, MEAN.contains(&done).then_some(&mut mean));
        }
        pass += 1;
    }
    for (number, share) in SHARES.into_iter().enumerate() {
        // At first whoever moves may go on elsewhere, so that nodes that are too full get rid of them.
        let now = if number == 0 { settling.ground.moves.load } else { [0.0; 2] };
        settling.ground.moves.capacity = [0, 1].map(|row| now[row].max(side.moves[row]));
        let terms = Terms { share, steepness: 0.0, relative: 0.0, hard: true };
        if !settling.pass(terms, &|| used() >= 1.0, spend) {
            break;
        }
    }
    settling.finish(mean)
}

/// Shards in the midst of it.
struct Settling<'a, 's> {
    side: &'s Side,
    ground: Ground<'a>,
    menus: Vec<Vec<Entry>>,
    responses: Vec<Option<Response>>,
    /// The mean price of a MiB.
    unit: f64,
}

impl<'a, 's> Settling<'a, 's> {
    fn new(index: &'a Index<'a>, market: &Market, side: &'s Side, spend: &dyn Fn(u64)) -> Self {
        let layout = Layout::of(index);
        let price = |node: NodeId| market.prices[layout.memory(node) as usize];
        let mut menu = Menu::new(index);
        let menus = side.shards.iter().map(|&shard| short_list(index, market, &mut menu, shard));
        let (menus, least): (Vec<Vec<Entry>>, Vec<f64>) = menus.unzip();
        let all: f64 = least.iter().filter(|least| least.is_finite()).sum();
        // Where a price is zero no change of it makes any difference.
        let supply = |capacity: [f64; 2], known: [f64; 2]| {
            let price = |row: usize| known[row].max(LEAST_PART * all / capacity[row].max(1.0));
            Supply { capacity, load: [0.0; 2], price: [price(0), price(1)] }
        };
        let stores = index.stores().zip(&side.stores).map(|(store, &capacity)| {
            let rows = [layout.stored(store), layout.taken(store)];
            supply(capacity, rows.map(|row| market.prices[row as usize]))
        });
        let moves = supply(side.moves, prices_of_moves(index, market, side, &least));
        let mut ground = Ground::new(index, side.nodes.clone(), price, stores.collect(), moves);
        for (&node, &taken) in side.nodes.iter().zip(&side.taken_mib) {
            ground.reserve(node, taken as f64);
        }
        for (&node, &most) in side.nodes.iter().zip(&side.arriving_mib) {
            ground.limit_arrivals(node, most as f64);
        }
        spend(side.shards.len() as u64 * 8);
        let count = side.nodes.len().max(1) as f64;
        let own = |&node: &NodeId| own_per_mib(index, node);
        let mean = side.nodes.iter().map(|&node| price(node)).sum::<f64>() / count;
        let unit = mean.max(LEAST_PRICE * side.nodes.iter().map(own).sum::<f64>() / count);
        Self { side, ground, menus, responses: vec![None; side.shards.len()], unit }
    }

    /// How prices follow loads when so much is done. The first pass has no loads to follow.
    fn terms(&self, done: f64, is_first: bool) -> Terms {
        if is_first {
            return Terms { share: 1.0, steepness: 0.0, relative: 0.0, hard: true };
        }
        let relative = STEEPNESS[0] * (STEEPNESS[1] / STEEPNESS[0]).powf(done);
        Terms { share: 1.0, steepness: relative * self.unit, relative, hard: false }
    }

    /// Lets all shards take a turn; `false` where that ended early.
    fn pass(&mut self, terms: Terms, is_over: &dyn Fn() -> bool, spend: &dyn Fn(u64)) -> bool {
        let work = 5 + self.side.nodes.len() as u64 / 100;
        for (turn, &shard) in self.side.shards.iter().enumerate() {
            if turn.is_multiple_of(STRIDE) {
                if is_over() {
                    return false;
                }
                spend(work * STRIDE as u64);
            }
            let entries = &self.menus[turn];
            let before = self.responses[turn];
            if let Some(before) = &before {
                self.ground.add(shard, entries, before, -1.0);
            }
            let response = self.ground.respond(shard, entries, terms).or(before);
            if let Some(response) = &response {
                self.ground.add(shard, entries, response, 1.0);
            }
            self.responses[turn] = response;
        }
        true
    }

    /// Moves prices to what they were at the loads.
    fn adjust(&mut self, terms: Terms, mean: Option<&mut Mean>) {
        let ground = &mut self.ground;
        let loads = ground.load.iter().zip(&ground.capacity);
        for (price, (load, capacity)) in ground.price.iter_mut().zip(loads) {
            *price = (*price + terms.steepness * (load - capacity) / capacity).max(0.0);
        }
        for supply in ground.stores.iter_mut().chain([&mut ground.moves]) {
            for row in 0..2 {
                let capacity = supply.capacity[row].max(1.0);
                let excess = (supply.load[row] - capacity) / capacity;
                let change = (terms.relative * excess).clamp(MOST_CHANGE[0], MOST_CHANGE[1]);
                supply.price[row] *= 1.0 + change;
            }
        }
        if let Some(mean) = mean {
            mean.add(ground);
        }
    }

    fn finish(self, mean: Mean) -> Settled {
        let (mut decisions, mut left) = (Vec::with_capacity(self.menus.len()), Vec::new());
        for ((&shard, entries), response) in
            self.side.shards.iter().zip(&self.menus).zip(&self.responses)
        {
            match response {
                Some(response) => {
                    decisions.push((shard, self.ground.decision(entries, response)));
                }
                None => left.push(shard),
            }
        }
        let (prices, mut stores) = mean.prices(&self.ground);
        let moves = stores.pop().unwrap_or_default();
        let prices = self.ground.nodes.iter().copied().zip(prices).collect();
        Settled { decisions, left, prices, stores, moves }
    }
}

/// Sums of prices over passes.
struct Mean {
    count: f64,
    memory: Vec<f64>,
    /// Of stores, and last of moves.
    supplies: Vec<[f64; 2]>,
}

impl Mean {
    fn new(ground: &Ground) -> Self {
        let supplies = vec![[0.0; 2]; ground.stores.len() + 1];
        Self { count: 0.0, memory: vec![0.0; ground.nodes.len()], supplies }
    }

    fn add(&mut self, ground: &Ground) {
        self.count += 1.0;
        self.memory.iter_mut().zip(&ground.price).for_each(|(sum, price)| *sum += price);
        for (sum, supply) in self.supplies.iter_mut().zip(supplies(ground)) {
            sum.iter_mut().zip(supply.price).for_each(|(sum, price)| *sum += price);
        }
    }

    /// The means, or the last prices where nothing was added.
    fn prices(self, ground: &Ground) -> (Vec<f64>, Vec<[f64; 2]>) {
        if self.count == 0.0 {
            return (ground.price.clone(), supplies(ground).map(|supply| supply.price).collect());
        }
        let memory = self.memory.iter().map(|sum| sum / self.count).collect();
        (memory, self.supplies.iter().map(|sums| sums.map(|sum| sum / self.count)).collect())
    }
}

fn supplies<'g>(ground: &'g Ground<'_>) -> impl Iterator<Item = &'g Supply> {
    ground.stores.iter().chain([&ground.moves])
}

/// What a copy, and a MiB, gains by moving for the first one who no longer may, if those who gain most
/// move. `least` is what shards cost where they cost least, moves apart.
fn prices_of_moves(index: &Index, market: &Market, side: &Side, least: &[f64]) -> [f64; 2] {
    let layout = Layout::of(index);
    let mut footprint = Footprint::default();
    let mut gains: Vec<(f64, [f64; 2])> = Vec::new();
    for (&shard, least) in side.shards.iter().zip(least) {
        let Some(current) = index.current(shard) else { continue };
        layout.write(index, shard, current, &mut footprint);
        let paid =
            footprint.uses.iter().map(|each| market.prices[each.row as usize] * each.amount as f64);
        let copies = current.nodes.len() as f64;
        let stays = footprint.cost as f64 + paid.sum::<f64>();
        let gain = stays - least - copies * index.instance.shards[shard].move_cost as f64;
        gains.push((gain, [copies, copies * index.instance.shards[shard].state_mib as f64]));
    }
    [0, 1].map(|row| {
        let each =
            |&(gain, amounts): &(f64, [f64; 2])| (gain / amounts[row].max(1.0), amounts[row]);
        let mut ranked: Vec<(f64, f64)> = gains.iter().map(each).collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut left = side.moves[row];
        let last = ranked.into_iter().find(|&(_, amount)| {
            left -= amount;
            left < 0.0
        });
        last.map_or(0.0, |(gain, _)| gain.max(0.0))
    })
}

/// The choices of a shard that may become best, those that cost least at first coming first, and what
/// the first one costs.
fn short_list(index: &Index, market: &Market, menu: &mut Menu, shard: usize) -> (Vec<Entry>, f64) {
    let size = index.instance.shards[shard].state_mib as f64;
    let mut ranked: Vec<(f64, Entry)> = menu
        .of(shard)
        .iter()
        .filter_map(|entry| Some((market.value(index, entry, size)?.0, *entry)))
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut without = 0;
    let mut per_store = BTreeMap::new();
    let mut keep = |entry: &Entry| match entry.choice.mode.store() {
        None => {
            without += 1;
            without <= WITHOUT_STORE
        }
        Some(store) => {
            let known = per_store.len();
            match per_store.get_mut(&store) {
                Some(count) if *count < PER_STORE => {
                    *count += 1;
                    true
                }
                None if known < STORES => {
                    per_store.insert(store, 1);
                    true
                }
                _ => false,
            }
        }
    };
    let least = ranked.first().map_or(f64::INFINITY, |first| first.0);
    if index.current(shard).is_some() {
        // Prices of moves may make any choice the best.
        return (ranked.into_iter().map(|each| each.1).collect(), least);
    }
    (ranked.into_iter().map(|each| each.1).filter(|entry| keep(entry)).collect(), least)
}
