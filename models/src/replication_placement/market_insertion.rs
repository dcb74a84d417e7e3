//! The heuristic `market-insertion`: a plan of a large cluster by prices.
//!
//! **Idea.** In a large cluster prices say almost everything: who needs a node that seldom goes down
//! pays for it, and who needs it less goes elsewhere. So prices are those that prove the bound, or are
//! found over a sample of the shards (see `search::market`). First it is settled who gets what stores
//! have (`search::reservation`); then the shards, the largest state first, look for the decision that
//! costs least with prices on a few nodes that suit it (`search::seeker`). Parts of the cluster are
//! filled side by side (`search::parts`). Afterwards all shards look again, those first whose decision
//! is furthest from what the market promised: at first with all of the prices, then with less and less
//! of them, since what room is left over is left for nobody.
//!
//! **Reference.** Prices that guide a primal heuristic: M. L. Fisher, *The Lagrangian relaxation method
//! for solving integer programming problems*, Management Science 27, 1981. **Complexity.** O(sample ·
//! choices · log nodes) per step towards prices, and O(shards · (nodes of a part + choices)) per pass.
//! **Guarantee.** None.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use rayon::prelude::*;

use super::certificate::prices_of;
use super::check::shard_cost;
use super::footprint::Footprint;
use super::instance::{Index, Instance, NodeId};
use super::plan::ShardPlan;
use super::problem::ReplicationPlacement;
use super::regret_insertion::finish;
use super::search::board::{Board, Trial};
use super::search::guide::Guide;
use super::search::insertion::{Order, is_large, order};
use super::search::market::{Market, find_prices};
use super::search::parts::{Part, cut, deal, put_if_allowed};
use super::search::reservation::{Reservation, reserve};
use super::search::scout::{Allowed, Scout};
use super::search::seeker::{Seeker, Wanted};

/// Shards in the sample that prices come from, and steps over it.
const SAMPLE: (usize, u32) = (1_000, 120);
/// Shards of a part between two looks at the budget and at which nodes have room.
const STRIDE: usize = 16;
/// What a look for one shard is charged, in units of work.
const WORK: u64 = 50;
/// Nodes with room that a shard looks at that found nothing.
const LAST_RESORT: usize = 64;
/// Of the shards, the inverse of this may find nothing in their part.
const MOST_LEFT: usize = 10;
/// The share of the prices that counts in the passes; the last one in all that follow.
const SHARES: [f64; 3] = [1.0, 0.5, 0.0];
/// Of the cost, a pass without prices has to gain the inverse of this for another one to follow.
const WORTH_WHILE: i128 = 1_000;

/// The heuristic `market-insertion`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarketInsertion;

impl Method<ReplicationPlacement> for MarketInsertion {
    fn name(&self) -> &'static str {
        "market-insertion"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn applies(&self, instance: &Instance) -> bool {
        is_large(instance)
    }

    fn opening_share(&self) -> [u32; 2] {
        [1, 2]
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        if !is_large(context.instance) {
            return Ok(());
        }
        let market = market(context, &index);
        let reservation = reserve(&index, &market);
        context.budget.spend(8 * index.instance.shards.len() as u64);
        let guide = Guide::new(&index, &market);
        match insert_all(context, &guide, &reservation) {
            Some(board) if board.total().violation > 0 => {
                finish(context, board, "insertion by prices");
            }
            Some(board) => offer(context, &board, "insertion by prices"),
            None => {}
        }
        // Where the insertion failed, what is known already is looked at again.
        let Some((plan, _)) = context.best() else { return Ok(()) };
        let mut board = Board::with_plan(&index, &plan);
        for pass in 0.. {
            let before = board.total().cost;
            let share = SHARES[SHARES.len().min(pass + 1) - 1];
            look_again(context, &guide, &reservation, &mut board, pass, share);
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

/// What became of some shards: their decisions, and who found none.
type Placed = (Vec<(usize, ShardPlan)>, Vec<usize>);

/// A full board, maybe with violations; `None` where time is over, a shard has no decision, or too many
/// find none in their part.
fn insert_all<'a>(
    context: &Context<'_, ReplicationPlacement>,
    guide: &Guide<'a, '_>,
    reservation: &Reservation,
) -> Option<Board<'a>> {
    let index = guide.index;
    let list = order(index, &mut Scout::default(), Order::Size);
    let parts = deal(index, &list);
    let count = parts.len() as u32;
    let allowance = context.budget.allowance(count, count);
    let placed: Vec<(Option<Placed>, _)> = parts
        .par_iter()
        .map(|part| {
            let budget = context.budget.worker(allowance);
            let is_over = || budget.stop().is_some();
            let placed = insert_part(guide, reservation, part, &|work| budget.spend(work), is_over);
            (placed, budget)
        })
        .collect();
    let mut board = Board::new(index);
    let mut trial = Trial::default();
    let mut left = Vec::new();
    for (placed, budget) in placed {
        context.budget.settle(&budget);
        let (decisions, without) = placed?;
        left.extend(without);
        for decision in decisions {
            left.extend(put_if_allowed(&mut board, decision, &mut trial).err());
        }
    }
    if left.len() > list.len() / MOST_LEFT {
        return None;
    }
    insert_left(context, guide, &mut board, left)?;
    Some(board)
}

/// Inserts the shards of a part into the empty part; `None` where the budget is over.
fn insert_part(
    guide: &Guide,
    reservation: &Reservation,
    part: &Part,
    spend: &dyn Fn(u64),
    is_over: impl Fn() -> bool,
) -> Option<Placed> {
    let mut board = Board::new(guide.index);
    let mut seeker = Seeker::new(guide, 1.0);
    let (mut decisions, mut without) = (Vec::new(), Vec::new());
    let mut turn = 0;
    for shards in part.shards.chunks(STRIDE) {
        if is_over() {
            return None;
        }
        spend(WORK * shards.len() as u64);
        // The largest state comes first.
        let size = |&shard: &usize| guide.index.instance.shards[shard].state_mib as i64;
        let least = shards.iter().map(size).min().unwrap_or(0);
        let openings = guide.openings(&board, least, &part.nodes);
        for &shard in shards {
            turn += 1;
            let wanted = reservation.modes[shard].map_or(Wanted::NoStore, Wanted::Exactly);
            match seeker.best(&board, shard, &openings, turn, wanted) {
                Some(found) => {
                    board.put(shard, found.decision.clone());
                    decisions.push((shard, found.decision));
                }
                None => without.push(shard),
            }
        }
    }
    Some((decisions, without))
}

/// Inserts those who found nothing in their part: anywhere, in any mode, and in the end where they
/// exceed least.
fn insert_left(
    context: &Context<'_, ReplicationPlacement>,
    guide: &Guide,
    board: &mut Board,
    left: Vec<usize>,
) -> Option<()> {
    let index = guide.index;
    let all = 0..index.nodes().len() as u32;
    let mut seeker = Seeker::new(guide, 1.0);
    let mut scout = Scout::quick();
    // Where a target is hard to meet, the nodes that are away least come first.
    let mut by_weight: Vec<NodeId> = index.nodes().collect();
    by_weight.sort_by_key(|&node| (std::cmp::Reverse(index.node_weight(node)), node));
    for (turn, shard) in left.into_iter().enumerate() {
        if context.stop().is_some() {
            return None;
        }
        context.budget.spend(WORK);
        let size = index.instance.shards[shard].state_mib as i64;
        let openings = guide.openings(board, size, &all);
        let mut found = seeker.best(board, shard, &openings, turn, Wanted::Any);
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
        board.put(shard, found?.decision);
    }
    Some(())
}

/// Lets all shards look for a better decision, once.
fn look_again(
    context: &Context<'_, ReplicationPlacement>,
    guide: &Guide,
    reservation: &Reservation,
    board: &mut Board,
    pass: usize,
    share: f64,
) {
    let list = by_regret(guide, reservation, board);
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
            let mut changed = Vec::new();
            for (turn, &shard) in part.shards.iter().enumerate() {
                if turn.is_multiple_of(STRIDE) && budget.stop().is_some() {
                    break;
                }
                budget.spend(WORK);
                if seeker.renew(&mut own, shard, &part.nodes, turn + 31 * pass) {
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

/// The shards of a full board, those first whose decisions cost most more, with prices, than the market
/// promised.
fn by_regret(guide: &Guide, reservation: &Reservation, board: &Board) -> Vec<usize> {
    let (index, prices) = (guide.index, &guide.market.prices);
    let mut footprint = Footprint::default();
    let mut regrets: Vec<(f64, usize)> = Vec::with_capacity(reservation.least.len());
    for (shard, least) in reservation.least.iter().enumerate() {
        let Some(decision) = board.decision(shard) else { continue };
        board.layout.write(index, shard, decision, &mut footprint);
        let uses = footprint.uses.iter();
        let priced: f64 = uses.map(|each| prices[each.row as usize] * each.amount as f64).sum();
        regrets.push((shard_cost(index, shard, decision) as f64 + priced - least, shard));
    }
    regrets.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    regrets.into_iter().map(|regret| regret.1).collect()
}
