//! The plan in which everybody stays where they are, as far as that is allowed.

use placewright_solver::context::Context;

use super::footprint::may_be;
use super::instance::{Index, StoreId};
use super::problem::ReplicationPlacement;
use super::regret_insertion::finish;
use super::search::board::Board;
use super::search::candidates::Candidates;
use super::search::insertion::{Order, insert_into, is_large, order};
use super::search::scout::{Allowed, RowPrices, Scout};

/// Passes over the shards in which decisions may change to exceed less.
const PASSES: u32 = 3;

/// Offers the plan in which nobody moves, where at least one shard is somewhere. Shards that are
/// nowhere, or whose place breaks a rule of their own, are inserted into what the others leave, the
/// largest first. Where capacities are exceeded then, the largest change their decisions first, as
/// little as it takes. Time O(shards · log shards) where all may stay.
pub(super) fn stay(context: &Context<'_, ReplicationPlacement>, index: &Index) {
    let shards = context.instance.shards.len();
    if (0..shards).all(|shard| index.current(shard).is_none()) {
        return;
    }
    let mut board = Board::new(index);
    for shard in 0..shards {
        if let Some(current) = index.current(shard)
            && may_be(index, shard, current)
        {
            board.put(shard, current.clone());
        }
    }
    context.budget.spend(shards as u64);
    let mut scout = Scout::default();
    let mut list = order(index, &mut scout, Order::Size);
    list.retain(|&shard| board.decision(shard).is_none());
    let (seed, budget) = (context.seed, context.budget);
    let Some(mut board) = insert_into(board, &mut scout, &list, Allowed::All, seed, budget) else {
        return;
    };
    let by_size = order(index, &mut scout, Order::Size);
    let mut scout = Scout::with_prices(shared_prices(&board));
    scout.is_quick = is_large(context.instance);
    for _ in 0..PASSES {
        exceed_less(context, &mut board, &mut scout, &by_size);
    }
    let changed =
        (0..shards).filter(|&shard| board.decision(shard) != index.current(shard)).count();
    let note = match changed {
        0 => "everything stays as it is".to_owned(),
        changed => format!("all but {changed} of {shards} stay as they are"),
    };
    finish(context, board, &note);
}

/// Prices of what all nodes share: stores, trunks and moves. All there is of each costs as much as the
/// whole plan, so the large shards take those that count copies, the small ones those that count MiB.
fn shared_prices(board: &Board) -> RowPrices {
    let first = board.layout.stored(StoreId(0));
    let all = board.total().cost.max(1) as f64;
    let price = |row: u32| match board.rows().limit(row).most {
        _ if row < first => 0.0,
        most => all / most.max(1) as f64,
    };
    (0..board.layout.rows() as u32).map(price).collect()
}

/// Changes decisions of shards in an order, each to the one that exceeds least, until nothing is
/// exceeded.
fn exceed_less(
    context: &Context<'_, ReplicationPlacement>,
    board: &mut Board,
    scout: &mut Scout,
    order: &[usize],
) {
    let mut candidates = Candidates::new(board.index);
    let mut random = context.seed.generator();
    let mut violation = board.total().violation;
    for &shard in order {
        if violation == 0 || context.budget.cancel_token().is_cancelled() {
            return;
        }
        let drawn = candidates.draw(board, shard, &mut random);
        context.budget.spend(drawn.len() as u64 / 4 + 1);
        let found = scout.best(board, shard, drawn, Allowed::All);
        if let Some(found) = found.filter(|found| found.effect.violation < 0) {
            violation += found.effect.violation;
            board.put(shard, found.decision);
        }
    }
}
