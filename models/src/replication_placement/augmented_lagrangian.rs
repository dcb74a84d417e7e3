//! The heuristic `augmented-lagrangian`: a plan of a large cluster by prices.
//!
//! **Idea.** In a large cluster prices say almost everything: who needs a node that seldom goes down
//! pays for it, and who needs it less goes elsewhere. Prices that are roughly right come with the best
//! bound, or from a sample of the shards (`search::market`). From these, shards settle on alike parts of
//! the cluster side by side (`search::parts`): prices and decisions follow each other until they agree
//! (`search::settling`). What does not fit together then goes where it costs least
//! (`search::seeker`). The mean prices prove a bound. Afterwards all shards look again, those first whose
//! decision is furthest from what these prices promise: at first with all of the prices, then with less
//! and less of them, since what room is left over is left for nobody.
//!
//! **Reference.** Prices that guide a primal heuristic: M. L. Fisher, *The Lagrangian relaxation method
//! for solving integer programming problems*, Management Science 27, 1981. **Complexity.** O(shards ·
//! choices that may be best · nodes of a part) per pass. **Guarantee.** None.

use std::cmp::Reverse;
use std::time::Duration;

use placewright_solver::budget::Budget;
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;
use rayon::prelude::*;

use super::certificate::{prices_of, soon_proved_by, write_prices};
use super::check::shard_cost;
use super::footprint::{Footprint, may_be};
use super::instance::{Index, Instance, Layout, NodeId};
use super::plan::ShardPlan;
use super::problem::ReplicationPlacement;
use super::regret_insertion::finish;
use super::search::board::{Board, Trial};
use super::search::guide::Guide;
use super::search::insertion::{Order, is_cut, order};
use super::search::market::{Market, find_prices};
use super::search::menu::Menu;
use super::search::parts::{alike, cut, deal_to_sets, put_if_allowed};
use super::search::scout::{Allowed, Scout};
use super::search::seeker::{Seeker, Wanted};
use super::search::settling::{Settled, Side, settle};

/// Shards in the sample that prices come from, and steps over it.
const SAMPLE: (usize, u32) = (1_000, 120);
/// More than all moves together.
const NO_LIMIT: f64 = 1e18;
/// The share of the budget in which shards settle.
const SETTLING: [u32; 2] = [3, 4];
/// How much longer a proof takes than a look at all shards, at most.
const SLOWER: u32 = 8;
/// Rounds in which decisions are taken over into a plan, at most.
const ROUNDS: u32 = 8;
/// What the log says of plans that are settled so.
const NOTE: &str = "settled by prices";
/// Shards of a part between two looks at the budget and at which nodes have room.
const STRIDE: usize = 16;
/// Shards that are looked at by the same thread.
const CHUNK: usize = 1_000;
/// What a look for one shard is charged, in units of work.
const WORK: u64 = 50;
/// Nodes with room that a shard looks at that found nothing.
const LAST_RESORT: usize = 64;
/// The share of the prices that counts in the passes; the last one in all that follow.
const SHARES: [f64; 3] = [1.0, 0.5, 0.0];
/// Of the cost, a pass without prices has to gain the inverse of this for another one to follow.
const WORTH_WHILE: i128 = 1_000;

/// The heuristic `augmented-lagrangian`.
#[derive(Clone, Copy, Debug)]
pub struct AugmentedLagrangian {
    /// Nodes of parts on which shards settle side by side. On more, a look at all takes longer; on fewer,
    /// prices differ by chance from part to part, and prove less.
    pub part_nodes: usize,
}

impl Default for AugmentedLagrangian {
    fn default() -> Self {
        Self { part_nodes: 2_500 }
    }
}

impl Method<ReplicationPlacement> for AugmentedLagrangian {
    fn name(&self) -> &'static str {
        "augmented-lagrangian"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn applies(&self, instance: &Instance) -> bool {
        is_cut(instance)
    }

    fn opening_share(&self) -> [u32; 2] {
        [3, 4]
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        if !is_cut(context.instance) {
            return Ok(());
        }
        let budget = context.budget.share(SETTLING[0], SETTLING[1]);
        let (board, prices) = {
            let market = market(context, &index);
            self.settle_all(context, &index, &market, &budget)
        };
        context.budget.settle(&budget);
        match board.plan() {
            Some(plan) if board.total().violation == 0 => {
                context.offer(plan, NOTE);
            }
            full => {
                adopt(context, &board);
                if full.is_some() {
                    finish(context, board, NOTE);
                }
            }
        }
        if context.should_stop() {
            return Ok(());
        }
        let began = context.budget.elapsed();
        let market = Market::of_prices(&index, prices);
        let promised = promises(&index, &market);
        context.budget.spend(8 * index.instance.shards.len() as u64);
        prove(context, &index, &market, context.budget.elapsed().saturating_sub(began))?;
        let guide = Guide::new(&index, &market);
        // Where that failed, what is known already is looked at again.
        let Some((plan, _)) = context.best() else { return Ok(()) };
        let mut board = Board::with_plan(&index, &plan);
        for pass in 0.. {
            let before = board.total().cost;
            let share = SHARES[SHARES.len().min(pass + 1) - 1];
            look_again(context, &guide, &promised, &mut board, pass, share);
            offer(context, &board, "another look by prices");
            let gained = before - board.total().cost;
            let is_last = pass + 1 >= SHARES.len() && gained <= before / WORTH_WHILE;
            if is_last || context.should_stop() {
                break;
            }
        }
        Ok(())
    }
}

impl AugmentedLagrangian {
    /// A board, maybe with violations; some shards have no decision where time is over or there is none. Also
    /// the prices at which shards settled.
    fn settle_all<'a>(
        &self,
        context: &Context<'_, ReplicationPlacement>,
        index: &'a Index<'a>,
        market: &Market,
        budget: &Budget,
    ) -> (Board<'a>, Vec<f64>) {
        let list = order(index, &mut Scout::default(), Order::Size);
        let sets = alike(index, self.part_nodes);
        let (dealt, across) = deal_to_sets(index, &sets, &list);
        let sides = sides(index, sets, dealt, &across);
        let allowance = budget.allowance(sides.len() as u32, rayon::current_num_threads() as u32);
        let settled: Vec<(Settled, _)> = sides
            .par_iter()
            .map(|side| {
                let own = budget.worker(allowance);
                let whole = (own.time_left(), own.work_left());
                let settled =
                    settle(index, market, side, &|| used(&own, whole), &|work| own.spend(work));
                (settled, own)
            })
            .collect();
        let layout = Layout::of(index);
        let mut prices = market.prices.clone();
        let moves = [layout.moved_copies(), layout.moved_mib()].map(|row| row as usize);
        let stored = index.stores().flat_map(|store| [layout.stored(store), layout.taken(store)]);
        stored.map(|row| row as usize).chain(moves).for_each(|row| prices[row] = 0.0);
        let mut board = Board::new(index);
        let mut trial = Trial::default();
        let mut left = Vec::new();
        for shard in across {
            let current = index.current(shard).filter(|current| may_be(index, shard, current));
            let current = current.cloned().ok_or(shard);
            let put = |current| put_if_allowed(&mut board, (shard, current), &mut trial);
            left.extend(current.and_then(put).err());
        }
        let parts = settled.len() as f64;
        for (own, spent) in settled {
            budget.settle(&spent);
            for (node, price) in own.prices {
                prices[layout.memory(node) as usize] = price;
            }
            for (store, [stored, taken]) in index.stores().zip(own.stores) {
                prices[layout.stored(store) as usize] += stored / parts;
                prices[layout.taken(store) as usize] += taken / parts;
            }
            for ((&row, limit), price) in moves.iter().zip(move_limits(index)).zip(own.moves) {
                prices[row] += limit.map_or(0.0, |_| price / parts);
            }
            left.extend(own.left);
            for (shard, decision) in own.decisions {
                // Some nodes are slower than most.
                let able = may_be(index, shard, &decision).then_some(decision).ok_or(shard);
                let put = |decision| put_if_allowed(&mut board, (shard, decision), &mut trial);
                left.extend(able.and_then(put).err());
            }
        }
        let market = Market::of_prices(index, prices.clone());
        let guide = Guide::new(index, &market);
        insert_left(context, &guide, &mut board, left);
        (board, prices)
    }
}

/// Raises the bound to what prices prove, unless that would take too long, given how long a look at all
/// shards took without a proof.
fn prove(
    context: &Context<'_, ReplicationPlacement>,
    index: &Index,
    market: &Market,
    look: Duration,
) -> Result<(), EngineError> {
    let is_late = context.budget.time_left().is_some_and(|left| left < SLOWER * look);
    if is_late || context.stop().is_some() {
        context.note("too little time to prove what these prices bound");
        return Ok(());
    }
    let pricing = market.pricing(index);
    context.budget.spend(8 * index.instance.shards.len() as u64);
    let bound = match soon_proved_by(index, &pricing) {
        Ok(bound) => bound,
        Err(error) => {
            context.note(&error.to_string());
            return Ok(());
        }
    };
    if context.bound().is_some_and(|known| known.first() >= bound) {
        return Ok(());
    }
    let claim = Claim::AtLeast(Objective::single(bound));
    let proof = Proof::DualPrices(write_prices(index, &pricing));
    context.raise(Certificate { claim, proof }, "prices at which shards settle")
}

/// Takes over into the best plan what keeps all rules, decisions that save most coming first. What one
/// shard leaves another may take, so there are a few rounds.
fn adopt(context: &Context<'_, ReplicationPlacement>, settled: &Board) {
    let index = settled.index;
    let Some((plan, _)) = context.best() else { return };
    let saving = |(shard, old): (usize, &ShardPlan)| {
        let new = settled.decision(shard).filter(|&new| new != old)?;
        Some((shard_cost(index, shard, old) - shard_cost(index, shard, new), shard, new))
    };
    let mut board = Board::with_plan(index, &plan);
    let mut waiting: Vec<_> = plan.shards.iter().enumerate().filter_map(saving).collect();
    waiting.sort_by_key(|&(saving, shard, _)| (Reverse(saving), shard));
    let mut trial = Trial::default();
    let cost_before = board.total().cost;
    for _ in 0..ROUNDS {
        let before = board.total().cost;
        context.budget.spend(waiting.len() as u64);
        waiting.retain(|&(_, shard, new)| {
            let effect = board.effect(&[(shard, new)], &mut trial);
            let fits = effect.violation <= 0 && effect.cost < 0;
            if fits {
                board.put(shard, new.clone());
            }
            !fits
        });
        if board.total().cost == before || context.stop().is_some() {
            break;
        }
    }
    if board.total().cost < cost_before {
        offer(context, &board, "what fits of that is settled by prices");
    }
}

fn offer(context: &Context<'_, ReplicationPlacement>, board: &Board, note: &str) {
    if let Some(plan) = board.plan() {
        context.offer(plan, note);
    }
}

/// The prices of the best bound or, without one, of a sample.
fn market(context: &Context<'_, ReplicationPlacement>, index: &Index) -> Market {
    let known = context.certificate().and_then(|certificate| prices_of(index, &certificate));
    if let Some(known) = known {
        let rows = 0..known.rows.len() as u32;
        return Market::of_prices(index, rows.map(|row| known.price(row)).collect());
    }
    let (sample, steps) = SAMPLE;
    find_prices(index, sample, steps, context.budget)
}

/// The share of a budget that is used, given what there was of it.
fn used(budget: &Budget, (time, work): (Option<Duration>, Option<u64>)) -> f64 {
    if budget.stop().is_some() {
        return 1.0;
    }
    let share = |left: f64, whole: f64| if whole > 0.0 { 1.0 - left / whole } else { 1.0 };
    let seconds = budget.time_left().zip(time);
    let time = seconds.map_or(0.0, |(left, whole)| share(left.as_secs_f64(), whole.as_secs_f64()));
    let units = budget.work_left().zip(work);
    units.map_or(0.0, |(left, whole)| share(left as f64, whole as f64)).max(time)
}

/// How many copies and MiB may move.
fn move_limits(index: &Index) -> [Option<u64>; 2] {
    let limits = &index.instance.move_limits;
    [limits.copies, limits.mib]
}

/// Sets of nodes with their shards and their part of what stores have, apart from those that stay.
fn sides(
    index: &Index,
    sets: Vec<Vec<NodeId>>,
    dealt: Vec<Vec<usize>>,
    across: &[usize],
) -> Vec<Side> {
    let mut taken_mib = vec![0; index.nodes().len()];
    let mut stores: Vec<[f64; 2]> = index
        .instance
        .stores
        .iter()
        .map(|store| [store.capacity_mib as f64, store.ingest_kib_per_s as f64])
        .collect();
    for &shard in across {
        let Some(current) = index.current(shard) else { continue };
        let size = index.instance.shards[shard].state_mib;
        current.nodes.iter().for_each(|node| taken_mib[node.index()] += size);
        if let Some(store) = current.mode.store() {
            let left = &mut stores[store.index()];
            left[0] -= index.store_mib(shard, current.mode) as f64;
            left[1] -= index.store_ingest_kib_per_s(shard, current.mode) as f64;
        }
    }
    let state = |shards: &[usize]| {
        let size = |&shard: &usize| index.instance.shards[shard].state_mib;
        shards.iter().map(size).sum::<u64>() as f64
    };
    let all = dealt.iter().map(|shards| state(shards)).sum::<f64>().max(1.0);
    let moves = move_limits(index).map(|limit| limit.map_or(NO_LIMIT, |most| most as f64));
    let layout = Layout::of(index);
    let limits = layout.limits(index);
    let side = |(nodes, shards): (Vec<NodeId>, Vec<usize>)| {
        let share = state(&shards) / all;
        let taken_mib = nodes.iter().map(|node| taken_mib[node.index()]).collect();
        let stores = stores.iter().map(|left| left.map(|left| left.max(0.0) * share)).collect();
        let moves = moves.map(|limit| limit * share);
        let arriving = nodes.iter().map(|&node| limits[layout.during(node) as usize].most);
        let arriving_mib = arriving.collect();
        Side { nodes, shards, stores, moves, taken_mib, arriving_mib }
    };
    sets.into_iter().zip(dealt).map(side).collect()
}

/// Inserts those who found nothing in their part: anywhere, in any mode, and in the end where they
/// exceed least.
fn insert_left(
    context: &Context<'_, ReplicationPlacement>,
    guide: &Guide,
    board: &mut Board,
    left: Vec<usize>,
) {
    let index = guide.index;
    let all = 0..index.nodes().len() as u32;
    let mut seeker = Seeker::new(guide, 1.0);
    let grounds = seeker.grounds(&all);
    let mut scout = Scout::quick();
    // Where a target is hard to meet, the nodes that are away least come first.
    let mut by_weight: Vec<NodeId> = index.nodes().collect();
    by_weight.sort_by_key(|&node| (Reverse(index.node_weight(node)), node));
    for shard in left {
        if context.stop().is_some() {
            return;
        }
        context.budget.spend(WORK);
        let size = index.instance.shards[shard].state_mib as i64;
        let openings = grounds.openings(board, size);
        let mut found = seeker.best(board, shard, &openings, Wanted::Any);
        if found.is_none() {
            context.budget.spend(10 * WORK);
            let mut nodes: Vec<NodeId> = index.pinned(shard).into_iter().collect();
            let open = |&&node: &&NodeId| {
                board.rows().room(board.layout.memory(node)) >= size
                    && index.is_eligible(shard, node)
            };
            nodes.extend(by_weight.iter().filter(open).take(LAST_RESORT));
            nodes.extend(by_weight.iter().filter(|&&node| index.is_eligible(shard, node)).take(8));
            nodes.sort_unstable();
            nodes.dedup();
            found = scout.best(board, shard, &nodes, Allowed::All);
        }
        if let Some(found) = found {
            board.put(shard, found.decision);
        }
    }
}

/// Lets all shards look for a better decision, once.
fn look_again(
    context: &Context<'_, ReplicationPlacement>,
    guide: &Guide,
    promised: &[f64],
    board: &mut Board,
    pass: usize,
    share: f64,
) {
    let list = by_regret(guide, promised, board);
    let Some(plan) = board.plan() else { return };
    let parts = cut(board, &list, pass % 2 == 1);
    let count = parts.len() as u32;
    let allowance = context.budget.allowance(count, count);
    let changed: Vec<_> = parts
        .par_iter()
        .map(|part| {
            let budget = context.budget.worker(allowance);
            let mut own = Board::with_plan(guide.index, &plan);
            let mut seeker = Seeker::new(guide, share);
            let grounds = seeker.grounds(&part.nodes);
            let mut changed = Vec::new();
            for (turn, &shard) in part.shards.iter().enumerate() {
                if turn.is_multiple_of(STRIDE) && budget.stop().is_some() {
                    break;
                }
                budget.spend(WORK);
                if seeker.renew(&mut own, shard, &grounds) {
                    changed.extend(own.decision(shard).cloned().map(|new| (shard, new)));
                }
            }
            (changed, budget)
        })
        .collect();
    let mut trial = Trial::default();
    for (changed, budget) in changed {
        context.budget.settle(&budget);
        for decision in changed {
            // What does not fit with what others did is left as it was.
            let _ = put_if_allowed(board, decision, &mut trial);
        }
    }
}

/// What every shard costs at least with prices, as far as the market knows.
fn promises(index: &Index, market: &Market) -> Vec<f64> {
    let shards: Vec<usize> = (0..index.instance.shards.len()).collect();
    let of_chunk = |chunk: &[usize]| {
        let mut menu = Menu::new(index);
        let least = |&shard: &usize| {
            let size = index.instance.shards[shard].state_mib as f64;
            let entries = menu.of(shard).iter();
            let values = entries.filter_map(|entry| Some(market.value(index, entry, size)?.0));
            values.fold(f64::INFINITY, f64::min)
        };
        chunk.iter().map(least).collect::<Vec<_>>()
    };
    shards.par_chunks(CHUNK).flat_map_iter(of_chunk).collect()
}

/// The shards of a full board, those first whose decisions cost most more, with prices, than the market
/// promised.
fn by_regret(guide: &Guide, promised: &[f64], board: &Board) -> Vec<usize> {
    let (index, prices) = (guide.index, &guide.market.prices);
    let mut footprint = Footprint::default();
    let mut regrets: Vec<(f64, usize)> = Vec::with_capacity(promised.len());
    for (shard, least) in promised.iter().enumerate() {
        let Some(decision) = board.decision(shard) else { continue };
        board.layout.write(index, shard, decision, &mut footprint);
        let uses = footprint.uses.iter();
        let priced: f64 = uses.map(|each| prices[each.row as usize] * each.amount as f64).sum();
        regrets.push((shard_cost(index, shard, decision) as f64 + priced - least, shard));
    }
    regrets.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    regrets.into_iter().map(|regret| regret.1).collect()
}
