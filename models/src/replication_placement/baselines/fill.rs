//! Nodes by an order that knows no costs: the first few with room, and the cheapest mode on them.

use placewright_solver::context::Context;

use crate::replication_placement::instance::{Index, NodeId, limits};
use crate::replication_placement::problem::ReplicationPlacement;
use crate::replication_placement::regret_insertion::finish;
use crate::replication_placement::search::board::Board;
use crate::replication_placement::search::scout::{Allowed, Scout, keeps_apart};

/// What may keep a plan from being finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The end of the budget.
    Stopped,
    /// Nothing but a cancelled search: for the first plan of all.
    Cancelled,
}

/// Places shards one after the other; `order` says which nodes a shard tries, in which order, and is
/// followed only as far as it takes to find nodes with room.
pub fn fill<I: Iterator<Item = NodeId> + Clone>(
    context: &Context<'_, ReplicationPlacement>,
    shards: impl Iterator<Item = usize>,
    mut order: impl FnMut(usize) -> I,
    until: Until,
    note: &str,
) {
    if context.best().is_some() {
        return;
    }
    let index = Index::new(context.instance);
    let mut board = Board::new(&index);
    let mut scout = Scout::default();
    for shard in shards {
        let is_over = match until {
            Until::Stopped => context.stop().is_some(),
            Until::Cancelled => context.budget.cancel_token().is_cancelled(),
        };
        if is_over {
            return;
        }
        let tried = order(shard);
        let (chosen, looked) = first_with_room(&index, &board, shard, tried.clone());
        context.budget.spend(looked / 100 + 1);
        let found = scout.best(&board, shard, &chosen, Allowed::All);
        let found = found.filter(|found| found.effect.violation == 0);
        // Where the first few will not do, any will.
        let found = found.or_else(|| {
            let all: Vec<NodeId> = tried.collect();
            context.budget.spend(all.len() as u64 / 4 + 1);
            scout.best(&board, shard, &all, Allowed::All)
        });
        let Some(found) = found else { return };
        board.put(shard, found.decision);
    }
    finish(context, board, note);
}

/// The first nodes that have room for the shard, as many as its longest chain needs, apart from
/// each other; a pinned primary comes first. Also how many nodes were looked at.
fn first_with_room(
    index: &Index,
    board: &Board,
    shard: usize,
    tried: impl Iterator<Item = NodeId>,
) -> (Vec<NodeId>, u64) {
    let data = &index.instance.shards[shard];
    let longest = data.chain_copies.last().copied().unwrap_or(1).min(limits::COPIES);
    let mut chosen: Vec<NodeId> = index.pinned(shard).into_iter().collect();
    let mut looked = 0;
    for node in tried {
        if chosen.len() >= longest.into() {
            break;
        }
        looked += 1;
        let row = board.layout.memory(node);
        let room = board.rows().load(row) + data.state_mib as i64 <= board.rows().limit(row).most;
        if room
            && !chosen.contains(&node)
            && index.is_eligible(shard, node)
            && keeps_apart(index, shard, &chosen, node)
        {
            chosen.push(node);
        }
    }
    (chosen, looked)
}
