//! Insertion: one shard after the other gets the best decision that is left.

use placewright_solver::budget::Budget;
use placewright_solver::seed::Seed;

use super::board::Board;
use super::candidates::Candidates;
use super::scout::{Allowed, Found, Scout};
use crate::replication_placement::instance::{Index, Instance, NodeId};

/// Beyond this many shards times nodes, regrets are not computed.
const REGRETS: usize = 200_000;

/// Beyond this many shards times nodes, insertion has to be quick.
const QUICK: usize = 4_000_000;
/// Samples of nodes that a shard tries where it has to be quick.
const SAMPLES: usize = 4;

/// Shards that a block of a large cluster has about.
pub const BLOCK_SHARDS: usize = 120;
/// Nodes that a block has at least and at most.
pub const BLOCK_NODES: [usize; 2] = [12, 36];

/// Whether a cluster is large enough to be cut into blocks of nodes.
#[must_use]
pub fn is_cut(instance: &Instance) -> bool {
    instance.shards.len() > 2 * BLOCK_SHARDS && instance.nodes.len() > 2 * BLOCK_NODES[0]
}

/// Whether an instance is so large that every shard can look at a few nodes only.
#[must_use]
pub fn is_large(instance: &Instance) -> bool {
    instance.shards.len().saturating_mul(instance.nodes.len()) > QUICK
}

/// In which order shards are inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The largest state first.
    Size,
    /// First who loses most by not getting its best primary.
    Regret,
}

/// The shards in an order. Time O(shards · log shards), with regrets two scouts per shard.
pub fn order(index: &Index, scout: &mut Scout, order: Order) -> Vec<usize> {
    let shards = index.instance.shards.len();
    let size = |shard: usize| index.instance.shards[shard].state_mib;
    let mut list: Vec<usize> = (0..shards).collect();
    list.sort_by_key(|&shard| std::cmp::Reverse(size(shard)));
    if order == Order::Regret && shards * index.instance.nodes.len() <= REGRETS {
        let board = Board::new(index);
        let nodes: Vec<NodeId> = index.nodes().collect();
        let regrets: Vec<f64> = (0..shards)
            .map(|shard| {
                let Some(first) = scout.best(&board, shard, &nodes, Allowed::All) else {
                    return f64::INFINITY;
                };
                let taken = first.decision.nodes[0];
                let others: Vec<NodeId> =
                    nodes.iter().copied().filter(|&node| node != taken).collect();
                let second = scout.best(&board, shard, &others, Allowed::All);
                second.map_or(f64::INFINITY, |second| second.rank.1 - first.rank.1)
            })
            .collect();
        list.sort_by(|&a, &b| regrets[b].total_cmp(&regrets[a]));
    }
    list
}

/// Inserts shards in an order into an empty board, as [`insert_into`] does.
pub fn insert<'a>(
    index: &'a Index<'a>,
    scout: &mut Scout,
    list: &[usize],
    allowed: Allowed,
    seed: Seed,
    budget: &Budget,
) -> Option<Board<'a>> {
    insert_into(Board::new(index), scout, list, allowed, seed, budget)
}

/// Inserts shards in an order into a board; `None` where a shard has no decision at all, or the search
/// is cancelled. Whoever finds no room is put where it exceeds least, for the walk to mend.
pub fn insert_into<'a>(
    mut board: Board<'a>,
    scout: &mut Scout,
    list: &[usize],
    allowed: Allowed,
    seed: Seed,
    budget: &Budget,
) -> Option<Board<'a>> {
    let index = board.index;
    let mut candidates = Candidates::new(index);
    let mut random = seed.generator();
    let all: Vec<NodeId> = index.nodes().collect();
    let samples = if is_large(index.instance) { SAMPLES } else { 1 };
    scout.is_quick = is_large(index.instance);
    for &shard in list {
        // Whatever the deadline, nothing is gained by half a plan.
        if budget.cancel_token().is_cancelled() {
            return None;
        }
        let mut found: Option<Found> = None;
        for _ in 0..samples {
            let drawn = candidates.draw(&board, shard, &mut random);
            budget.spend(drawn.len() as u64 / 4 + 1);
            let tried = scout.best(&board, shard, drawn, allowed);
            if let Some(tried) = tried
                && found.as_ref().is_none_or(|best| tried.rank < best.rank)
            {
                found = Some(tried);
            }
            if found.as_ref().is_some_and(|found| found.effect.violation == 0) {
                break;
            }
        }
        let sampled = candidates.is_sample();
        if sampled
            && found.as_ref().is_none_or(|f| f.effect.violation > 0 && !is_large(index.instance))
        {
            // Samples may have missed what is left.
            budget.spend(all.len() as u64 / 4 + 1);
            found = scout.best(&board, shard, &all, allowed).or(found);
        }
        board.put(shard, found?.decision);
    }
    scout.is_quick = false;
    Some(board)
}
