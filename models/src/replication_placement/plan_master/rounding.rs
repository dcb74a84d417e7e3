//! A plan from the values of the linear program.
//!
//! **Idea.** Most shards have one plan with a value of one; a few share theirs between plans, for want
//! of room. Shards take their turns in the order of their largest values, each with the plan that
//! costs least with prices among those generated for it that still have room; where none has, a scout
//! who knows the prices finds another. Guarantee: none. Time O(plans + shards · nodes).

use placewright_solver::search::row_loads::Use;

use super::generation::Generated;
use crate::replication_placement::instance::{Index, NodeId};
use crate::replication_placement::plan::ShardPlan;
use crate::replication_placement::search::board::{Board, Trial};
use crate::replication_placement::search::scout::{Allowed, Scout};

/// What a plan with the value of one may cost more than another, relative to its cost.
const TRUST: f64 = 1e-3;

/// A full board; `None` where a shard finds no decision at all.
pub(super) fn rounded<'a>(index: &'a Index<'a>, generated: &Generated) -> Option<Board<'a>> {
    let unit = f64::from(1_u32 << generated.pricing.shift);
    let prices: Vec<f64> =
        generated.pricing.rows.iter().map(|&price| price as f64 / unit).collect();
    let mut of_shard: Vec<Vec<(f64, &ShardPlan)>> = vec![Vec::new(); index.instance.shards.len()];
    for ((shard, decision), &value) in generated.decisions.iter().zip(&generated.values) {
        of_shard[*shard].push((value, decision));
    }
    let largest = |own: &[(f64, &ShardPlan)]| own.iter().map(|each| each.0).fold(0.0, f64::max);
    let mut order: Vec<usize> = (0..of_shard.len()).collect();
    let keys: Vec<f64> = of_shard.iter().map(|own| largest(own)).collect();
    order.sort_by(|&a, &b| keys[b].total_cmp(&keys[a]).then(a.cmp(&b)));
    let nodes: Vec<NodeId> = index.nodes().collect();
    let mut scout = Scout::with_prices(prices.clone());
    let (mut board, mut trial) = (Board::new(index), Trial::default());
    for shard in order {
        let mut best: Option<((i128, f64), &ShardPlan)> = None;
        for &(value, decision) in &of_shard[shard] {
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
            _ => scout.best(&board, shard, &nodes, Allowed::All)?.decision,
        };
        board.put(shard, decision);
    }
    Some(board)
}
