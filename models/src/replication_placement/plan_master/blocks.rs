//! The search `blocks`: a large cluster in blocks of neighbouring nodes, each with the shards on it.
//!
//! **Idea.** The linear program over whole plans is close to the optimum, and quick up to a few hundred
//! shards. So the list of nodes, in which neighbours are near each other, is cut into blocks; the
//! shards that are wholly on a block are freed, column generation decides about them on the nodes of
//! the block, and its solution is rounded (see `rounding`). What costs less is kept. The next sweep has
//! its borders between those of the last. Blocks have no node in common, so some of them are
//! priced at the same time; all results are judged in the order of the blocks, whatever the number of
//! threads.
//!
//! **Reference.** Parts of a solution that are optimised again and again, each with what is near it: É. D.
//! Taillard, S. Voss, *POPMUSIC: partial optimization metaheuristic under special intensification
//! conditions*, Essays and Surveys in Metaheuristics, 2002. **Guarantee.** Never worse, no rule broken. Time
//! near-linear in shards.

use placewright_solver::budget::Budget;
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;
use rayon::prelude::*;

use super::generation::{Generated, Scope, generate_with};
use super::left_over::left_by_others;
use super::rounding::round_up;
use crate::replication_placement::certificate::{Pricing, proved_by, write_prices};
use crate::replication_placement::cost_table::CostTable;
use crate::replication_placement::instance::{Index, Instance, Layout, NodeId};
use crate::replication_placement::plan::ShardPlan;
use crate::replication_placement::problem::ReplicationPlacement;
use crate::replication_placement::search::board::Board;
use crate::replication_placement::search::insertion::{BLOCK_NODES, BLOCK_SHARDS, is_cut};

/// Rounds of pricing.
const ROUNDS: u64 = 16;
/// Blocks that are priced at the same time.
const BATCH: usize = 8;
/// The part of the cost that a sweep has to gain for another one to follow is the inverse of this.
const WORTH_WHILE: i128 = 200;
/// Binary logarithm of the denominator of prices.
const SHIFT: u32 = 20;
/// Rows that every node has, which come first.
const ROWS_PER_NODE: usize = 4;
/// A sweep offers the plan so many times.
const OFFERS: usize = 8;

/// The search `blocks`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blocks;

impl Method<ReplicationPlacement> for Blocks {
    fn name(&self) -> &'static str {
        "blocks"
    }

    fn symbol(&self) -> char {
        'K'
    }

    fn applies(&self, instance: &Instance) -> bool {
        is_cut(instance)
    }

    /// Nothing else gains as much.
    fn opening_share(&self) -> [u32; 2] {
        [2, 3]
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        if !self.applies(context.instance) {
            return Ok(());
        }
        let Some((plan, _)) = context.best() else { return Ok(()) };
        let index = Index::new(context.instance);
        let mut board = Board::with_plan(&index, &plan);
        let (nodes, shards) = (index.instance.nodes.len(), index.instance.shards.len());
        let width = (BLOCK_SHARDS * nodes / shards).clamp(BLOCK_NODES[0], BLOCK_NODES[1]);
        for number in 0.. {
            let before = board.total().cost;
            // Borders are never twice in a row at the same place.
            let blocks = cut(&board, number * 5 * width / 8 % width, width);
            let mut prices = Prices::new(&board);
            sweep(context, &mut board, &blocks, &mut prices)?;
            let gained = before - board.total().cost;
            let is_last = context.should_stop() || gained <= before / WORTH_WHILE;
            if number == 0 || is_last {
                prices.raise(context)?;
            }
            if is_last {
                break;
            }
        }
        Ok(())
    }
}

/// Blocks of so many nodes, the first of which begins at an offset.
fn cut(board: &Board, offset: usize, width: usize) -> Vec<Block> {
    let count = board.index.instance.nodes.len();
    let block_of = |node: NodeId| ((node.index() + count - offset) % count) / width;
    let mut blocks: Vec<Block> = vec![Block::default(); count.div_ceil(width)];
    for node in board.index.nodes() {
        blocks[block_of(node)].nodes.push(node);
    }
    for shard in 0..board.index.instance.shards.len() {
        let Some(decision) = board.decision(shard) else { continue };
        let own = block_of(decision.nodes[0]);
        if decision.nodes.iter().all(|&node| block_of(node) == own) {
            blocks[own].shards.push(shard);
        }
    }
    blocks
}

/// Decides about every block once.
fn sweep(
    context: &Context<'_, ReplicationPlacement>,
    board: &mut Board<'_>,
    blocks: &[Block],
    prices: &mut Prices,
) -> Result<(), EngineError> {
    let batches = blocks.len().div_ceil(BATCH);
    let mut unsaid = false;
    for (number, batch) in (1..).zip(blocks.chunks(BATCH)) {
        if context.should_stop() {
            break;
        }
        // All have their own part of the work, so that a limit stops the same ones on any number of
        // threads; and all of the time.
        let count = batch.len() as u32;
        let allowance = context.budget.allowance(count, count);
        let priced: Vec<_> = batch
            .par_iter()
            .map(|block| {
                let part = context.budget.worker(allowance);
                (block.relax(board, &part), part)
            })
            .collect();
        for (block, (relaxed, part)) in batch.iter().zip(priced) {
            context.budget.settle(&part);
            let Some(generated) = relaxed? else { continue };
            prices.add(&block.nodes, &generated.pricing);
            unsaid |= block.settle(board, &generated);
        }
        if unsaid && number % batches.div_ceil(OFFERS) == 0 {
            offer(context, board);
            unsaid = false;
        }
    }
    if unsaid {
        offer(context, board);
    }
    Ok(())
}

fn offer(context: &Context<'_, ReplicationPlacement>, board: &Board) {
    if let Some(plan) = board.plan() {
        context.offer(plan, "blocks of nodes");
    }
}

/// The prices of all blocks: each knows what its own nodes are worth, and all together what the
/// rest is. They prove a bound on the whole.
struct Prices<'a> {
    index: &'a Index<'a>,
    by_row: Vec<f64>,
    blocks: usize,
}

impl<'a> Prices<'a> {
    fn new(board: &Board<'a>) -> Self {
        Self { index: board.index, by_row: vec![0.0; board.layout.rows()], blocks: 0 }
    }

    fn add(&mut self, nodes: &[NodeId], pricing: &Pricing) {
        let layout = Layout::of(self.index);
        for &node in nodes {
            let memory = [layout.memory(node), layout.during(node)];
            for row in memory.into_iter().chain([layout.sent(node), layout.received(node)]) {
                self.by_row[row as usize] = pricing.price(row);
            }
        }
        self.blocks += 1;
        for row in ROWS_PER_NODE * self.index.instance.nodes.len()..self.by_row.len() {
            let mean = &mut self.by_row[row];
            *mean += (pricing.price(row as u32) - *mean) / self.blocks as f64;
        }
    }

    fn raise(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        if self.blocks == 0 || context.should_stop() {
            return Ok(());
        }
        let pricing = Pricing::rounded_down(self.index, SHIFT, self.by_row.iter().copied());
        let Ok(bound) = proved_by(self.index, &pricing) else { return Ok(()) };
        if context.bound().is_some_and(|known| known.first() >= bound) {
            return Ok(());
        }
        let claim = Claim::AtLeast(Objective::single(bound));
        let proof = Proof::DualPrices(write_prices(self.index, &pricing));
        context.raise(Certificate { claim, proof }, "prices of blocks")
    }
}

#[derive(Clone, Default)]
struct Block {
    nodes: Vec<NodeId>,
    shards: Vec<usize>,
}

impl Block {
    /// The linear program over all plans of the block's shards on its nodes; `None` where there is
    /// nothing to decide, or no time.
    fn relax(&self, board: &Board, budget: &Budget) -> Result<Option<Generated>, EngineError> {
        if self.shards.is_empty() || budget.stop().is_some() {
            return Ok(None);
        }
        let own: Option<Vec<ShardPlan>> =
            self.shards.iter().map(|&shard| board.decision(shard).cloned()).collect();
        let table = CostTable::of(board.index, &self.shards, self.nodes.clone(), budget);
        let (Some(own), Some(table)) = (own, table) else { return Ok(None) };
        let limits = left_by_others(board, &self.shards, &own);
        let scope = Scope { shards: self.shards.clone(), table, limits };
        let generated = generate_with(board.index, &scope, &own, ROUNDS, budget);
        let generated = generated
            .map_err(|error| EngineError::Backend { method: "blocks", cause: error.to_string() })?;
        Ok(Some(generated).filter(|_| budget.stop().is_none()))
    }

    /// Decides about the shards anew; whether that helped.
    fn settle(&self, board: &mut Board, generated: &Generated) -> bool {
        let before = board.total();
        let lift = |&shard: &usize| board.lift(shard).map(|decision| (shard, decision));
        let old: Vec<(usize, ShardPlan)> = self.shards.iter().filter_map(lift).collect();
        let done = round_up(board, &self.shards, &self.nodes, generated);
        let after = board.total();
        if done && (after.violation, after.cost) < (before.violation, before.cost) {
            return true;
        }
        for (shard, decision) in old {
            board.put(shard, decision);
        }
        false
    }
}
