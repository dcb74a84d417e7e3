//! A plan from the values of the linear program.
//!
//! **Idea.** Most shards have one plan with a value of one; a few share theirs between plans, for want
//! of room. Those of one plan come first, then the others, the largest state first, each with the plan
//! that costs least with prices among those generated for it that still have room; where none has, a
//! scout who knows the prices finds another. Guarantee: none. Time O(plans + shards · nodes).

use placewright_solver::search::row_loads::Use;

use super::generation::Generated;
use crate::replication_placement::instance::{Index, NodeId};
use crate::replication_placement::plan::ShardPlan;
use crate::replication_placement::search::board::{Board, Trial};
use crate::replication_placement::search::scout::{Allowed, Scout};

/// What a plan with the value of one may cost more than another, relative to its cost.
const TRUST: f64 = 1e-3;

/// From this value on a plan counts as the only one of its shard.
const WHOLE: f64 = 1.0 - 1e-6;

/// A full board; `None` where a shard finds no decision at all.
pub(super) fn rounded<'a>(index: &'a Index<'a>, generated: &Generated) -> Option<Board<'a>> {
    let shards: Vec<usize> = (0..index.instance.shards.len()).collect();
    let nodes: Vec<NodeId> = index.nodes().collect();
    let mut board = Board::new(index);
    round_up(&mut board, &shards, &nodes, generated).then_some(board)
}

/// A full board from decisions of some shards; the others are rounded. `None` where a shard finds no
/// decision at all.
pub(super) fn completed<'a>(
    index: &'a Index<'a>,
    generated: &Generated,
    decisions: Vec<(usize, ShardPlan)>,
) -> Option<Board<'a>> {
    let mut board = Board::new(index);
    for (shard, decision) in decisions {
        board.put(shard, decision);
    }
    let all = 0..index.instance.shards.len();
    let open: Vec<usize> = all.filter(|&shard| board.decision(shard).is_none()).collect();
    let nodes: Vec<NodeId> = index.nodes().collect();
    round_up(&mut board, &open, &nodes, generated).then_some(board)
}

/// Gives every one of some shards, ascending, that the board lacks a decision on some nodes; `false`
/// where a shard finds none at all.
pub(super) fn round_up(
    board: &mut Board,
    shards: &[usize],
    nodes: &[NodeId],
    generated: &Generated,
) -> bool {
    let rows = 0..generated.pricing.rows.len() as u32;
    let prices: Vec<f64> = rows.map(|row| generated.pricing.price(row)).collect();
    let mut of_shard: Vec<Vec<(f64, &ShardPlan)>> = vec![Vec::new(); shards.len()];
    for ((shard, decision), &value) in generated.decisions.iter().zip(&generated.values) {
        if let Ok(number) = shards.binary_search(shard) {
            of_shard[number].push((value, decision));
        }
    }
    let largest = |own: &[(f64, &ShardPlan)]| own.iter().map(|each| each.0).fold(0.0, f64::max);
    let mut order: Vec<usize> = (0..of_shard.len()).collect();
    let keys: Vec<f64> = of_shard.iter().map(|own| largest(own)).collect();
    let size = |number: usize| board.index.instance.shards[shards[number]].state_mib;
    order.sort_by_key(|&number| (keys[number] < WHOLE, std::cmp::Reverse(size(number)), number));
    let mut scout = Scout::with_prices(prices.clone());
    let mut trial = Trial::default();
    for number in order {
        let shard = shards[number];
        let mut best: Option<((i128, f64), &ShardPlan)> = None;
        for &(value, decision) in &of_shard[number] {
            let effect = board.effect(&[(shard, decision)], &mut trial);
            let price = |each: &Use| prices[each.row as usize] * each.amount as f64;
            let priced: f64 = board.tried_uses(&trial).iter().map(price).sum();
            let cost = effect.cost as f64 + priced;
            let rank = (effect.violation, cost - TRUST * value * cost.abs());
            if best.as_ref().is_none_or(|best| rank < best.0) {
                best = Some((rank, decision));
            }
        }
        let decision = match best {
            Some(((violation, _), decision)) if violation <= 0 => decision.clone(),
            _ => match scout.best(board, shard, nodes, Allowed::All) {
                Some(found) => found.decision,
                None => return false,
            },
        };
        board.put(shard, decision);
    }
    true
}
