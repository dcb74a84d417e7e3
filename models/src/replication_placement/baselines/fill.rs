//! Nodes by an order that knows no costs: the first few with room, and the cheapest mode on them.

use placewright_solver::context::Context;
use rayon::prelude::*;

use crate::replication_placement::instance::{Index, NodeId, limits};
use crate::replication_placement::plan::ShardPlan;
use crate::replication_placement::problem::ReplicationPlacement;
use crate::replication_placement::regret_insertion::finish;
use crate::replication_placement::search::board::{Board, Trial};
use crate::replication_placement::search::parts::{Part, deal, put_if_allowed};
use crate::replication_placement::search::scout::{Allowed, Found, Scout, keeps_apart};

/// Nodes with room that a shard looks at that found nothing on the first few.
const MORE: usize = 64;

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
        let Some(found) = anywhere(context, &board, &mut scout, shard, order(shard)) else {
            return;
        };
        board.put(shard, found.decision);
    }
    finish(context, board, note);
}

/// Places shards one after the other on the nodes of their part of a large cluster in turn, on all
/// parts side by side, whatever the budget; who finds nothing there is placed anywhere.
pub fn fill_parts(context: &Context<'_, ReplicationPlacement>, list: &[usize], note: &str) {
    if context.best().is_some() {
        return;
    }
    let index = Index::new(context.instance);
    let parts = deal(&index, list);
    let is_over = || context.budget.cancel_token().is_cancelled();
    let placed: Vec<_> = parts.par_iter().map(|part| fill_part(&index, part, is_over)).collect();
    context.budget.spend(10 * list.len() as u64);
    let mut board = Board::new(&index);
    let mut trial = Trial::default();
    let mut left = Vec::new();
    for (decisions, without) in placed {
        left.extend(without);
        for decision in decisions {
            left.extend(put_if_allowed(&mut board, decision, &mut trial).err());
        }
    }
    let nodes = index.instance.nodes.len() as u32;
    let mut scout = Scout::quick();
    for (turn, shard) in (0..).zip(left) {
        let next = turn % nodes;
        let in_turn = (next..nodes).chain(0..next).map(NodeId);
        let found = anywhere(context, &board, &mut scout, shard, in_turn);
        let Some(found) = found.filter(|_| !is_over()) else { return };
        board.put(shard, found.decision);
    }
    finish(context, board, note);
}

/// Fills an empty part; also gives the shards back that found nothing on the first nodes with room.
fn fill_part(
    index: &Index,
    part: &Part,
    is_over: impl Fn() -> bool,
) -> (Vec<(usize, ShardPlan)>, Vec<usize>) {
    let mut board = Board::new(index);
    let mut scout = Scout::quick();
    let (mut decisions, mut without) = (Vec::new(), Vec::new());
    let mut next = part.nodes.start;
    let data = &index.instance.shards;
    let memory = |node: u32| index.instance.nodes[node as usize].memory_mib;
    let mut room_mib: u64 = part.nodes.clone().map(memory).sum();
    let mut states_mib: u64 = part.shards.iter().map(|&shard| data[shard].state_mib).sum();
    for &shard in &part.shards {
        if is_over() {
            break;
        }
        // Long chains only as long as all that follow could have them too.
        let [short, long] = lengths(index, shard);
        let is_roomy = room_mib / long as u64 >= states_mib;
        states_mib -= data[shard].state_mib;
        next = if next + 1 < part.nodes.end { next + 1 } else { part.nodes.start };
        let in_turn = (next..part.nodes.end).chain(part.nodes.start..next).map(NodeId);
        let mut found = None;
        for most in [short, long].into_iter().skip(usize::from(is_roomy || short == long)) {
            let chosen = first_with_room(index, &board, shard, in_turn.clone(), most).0;
            found = scout.best(&board, shard, &chosen, Allowed::All);
            found = found.filter(|found| found.effect.violation <= 0);
            if found.is_some() {
                break;
            }
        }
        match found {
            Some(found) => {
                let used_mib = data[shard].state_mib * found.decision.nodes.len() as u64;
                room_mib = room_mib.saturating_sub(used_mib);
                board.put(shard, found.decision.clone());
                decisions.push((shard, found.decision));
            }
            None => without.push(shard),
        }
    }
    (decisions, without)
}

/// A decision on the first few nodes of an order with room; where that will not do, on some more; in
/// the end, on any.
fn anywhere(
    context: &Context<'_, ReplicationPlacement>,
    board: &Board,
    scout: &mut Scout,
    shard: usize,
    tried: impl Iterator<Item = NodeId> + Clone,
) -> Option<Found> {
    let index = board.index;
    for most in [lengths(index, shard)[1], MORE] {
        let (chosen, looked) = first_with_room(index, board, shard, tried.clone(), most);
        context.budget.spend(looked / 100 + 1);
        let found = scout.best(board, shard, &chosen, Allowed::All);
        if let Some(found) = found.filter(|found| found.effect.violation == 0) {
            return Some(found);
        }
    }
    let all: Vec<NodeId> = tried.collect();
    context.budget.spend(all.len() as u64 / 4 + 1);
    scout.best(board, shard, &all, Allowed::All)
}

/// How many nodes the shard's shortest chain needs, and its longest.
fn lengths(index: &Index, shard: usize) -> [usize; 2] {
    let lengths = &index.instance.shards[shard].chain_copies;
    [lengths.first(), lengths.last()]
        .map(|length| length.copied().unwrap_or(1).min(limits::COPIES).into())
}

/// The first nodes that have room for the shard, so many of them; apart from each other, where they are
/// no more than its longest chain needs. A pinned primary comes first, then where the shard is. Also how
/// many nodes were looked at.
fn first_with_room(
    index: &Index,
    board: &Board,
    shard: usize,
    tried: impl Iterator<Item = NodeId>,
    most: usize,
) -> (Vec<NodeId>, u64) {
    let data = &index.instance.shards[shard];
    let is_chain = most <= lengths(index, shard)[1];
    let mut chosen: Vec<NodeId> = index.pinned(shard).into_iter().collect();
    let mut looked = 0;
    for node in index.holders(shard).iter().copied().chain(tried) {
        if chosen.len() >= most {
            break;
        }
        looked += 1;
        let row = board.layout.memory(node);
        let room = board.rows().load(row) + data.state_mib as i64 <= board.rows().limit(row).most;
        if room
            && !chosen.contains(&node)
            && index.is_eligible(shard, node)
            && (!is_chain || keeps_apart(index, shard, &chosen, node))
        {
            chosen.push(node);
        }
    }
    (chosen, looked)
}
