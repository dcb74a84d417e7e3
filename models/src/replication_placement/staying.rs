//! The plan in which everybody stays where they are, as far as that is allowed.

use placewright_solver::context::Context;

use super::footprint::Footprint;
use super::instance::Index;
use super::problem::ReplicationPlacement;
use super::regret_insertion::finish;
use super::search::board::Board;
use super::search::insertion::{Order, insert_into, order};
use super::search::scout::{Allowed, Scout};

/// Offers the plan in which nobody moves, where at least one shard is somewhere. Shards that are
/// nowhere, or whose place breaks a rule of their own, are inserted into what the others leave, the
/// largest first; what is exceeded then is mended. Time O(shards · log shards) where all may stay.
pub(super) fn stay(context: &Context<'_, ReplicationPlacement>, index: &Index) {
    let shards = context.instance.shards.len();
    if (0..shards).all(|shard| index.current(shard).is_none()) {
        return;
    }
    let mut board = Board::new(index);
    let mut footprint = Footprint::default();
    for shard in 0..shards {
        if let Some(current) = index.current(shard) {
            board.layout.write(index, shard, current, &mut footprint);
            if footprint.violation == 0 {
                board.put(shard, current.clone());
            }
        }
    }
    context.budget.spend(shards as u64);
    let mut scout = Scout::default();
    let mut list = order(index, &mut scout, Order::Size);
    list.retain(|&shard| board.decision(shard).is_none());
    let note = match list.len() {
        0 => "everybody stays".to_owned(),
        left => format!("all but {left} of {shards} stay"),
    };
    let (seed, budget) = (context.seed, context.budget);
    if let Some(board) = insert_into(board, &mut scout, &list, Allowed::All, seed, budget) {
        finish(context, board, &note);
    }
}
