//! The search `neighbourhoods`: some nodes and all shards on them are decided anew, all at once.
//!
//! **Idea.** What a walk of small changes cannot do is to move several shards for the sake of one
//! that has no room. So a few nodes are drawn, the shards that have copies on them are freed, and
//! column generation with the best choice of its columns places them again, on the nodes they had
//! and a few others, within what the remaining shards leave. A result that costs less is kept.
//!
//! **Reference.** P. Shaw, *Using constraint programming and local search methods to solve vehicle
//! routing problems*, CP 1998; for machine reassignment with integer programs as here, the finalists
//! of the ROADEF/EURO challenge 2012. **Guarantee.** Never worse, no rule broken. Time per
//! neighbourhood independent of the instance but for O(rows).

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::choice::choose;
use super::generation::{Scope, generate_with};
use super::left_over::left_by_others;
use crate::replication_placement::cost_table::CostTable;
use crate::replication_placement::instance::{Index, NodeId};
use crate::replication_placement::plan::ShardPlan;
use crate::replication_placement::problem::ReplicationPlacement;
use crate::replication_placement::search::board::{Board, Trial};

/// Shards that are freed at most.
const SHARDS: usize = 24;
/// Nodes that are drawn at most.
const NODES: usize = 40;
/// Other nodes that freed shards may use.
const OTHERS: usize = 8;
/// Rounds of pricing.
const ROUNDS: u64 = 12;
/// Nodes of branch and bound.
const BRANCHES: u64 = 20;
/// Neighbourhoods without progress after which the search ends, and one more for so many shards.
const IDLE: usize = 20;
const SHARDS_PER_IDLE: usize = 8;
/// Every so many improvements the plan is offered.
const OFFER_EVERY: usize = 25;

/// The search `neighbourhoods`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Neighbourhoods;

impl Method<ReplicationPlacement> for Neighbourhoods {
    fn name(&self) -> &'static str {
        "neighbourhoods"
    }

    fn symbol(&self) -> char {
        'N'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let Some((plan, _)) = context.best() else { return Ok(()) };
        let shards = plan.shards.len();
        if shards <= SHARDS {
            // Column generation decides about all of them at once.
            return Ok(());
        }
        let index = Index::new(context.instance);
        let mut search = Search {
            index: &index,
            board: Board::with_plan(&index, &plan),
            on_node: vec![Vec::new(); index.instance.nodes.len()],
            random: context.seed.generator(),
            trial: Trial::default(),
        };
        for (shard, decision) in plan.shards.iter().enumerate() {
            search.join(shard, decision);
        }
        let (mut idle, mut improved) = (0, 0);
        while idle < IDLE + shards / SHARDS_PER_IDLE && !context.should_stop() {
            let found = search.step(context);
            if found.map_err(|cause| EngineError::Backend { method: "neighbourhoods", cause })? {
                (idle, improved) = (0, improved + 1);
                if improved % OFFER_EVERY == 0 {
                    search.offer(context);
                }
            } else {
                idle += 1;
            }
        }
        if improved > 0 {
            search.offer(context);
        }
        Ok(())
    }
}

struct Search<'a> {
    index: &'a Index<'a>,
    board: Board<'a>,
    /// Shards with a copy on a node.
    on_node: Vec<Vec<usize>>,
    random: Xoshiro256PlusPlus,
    trial: Trial,
}

impl Search<'_> {
    fn join(&mut self, shard: usize, decision: &ShardPlan) {
        decision.nodes.iter().for_each(|node| self.on_node[node.index()].push(shard));
    }

    fn leave(&mut self, shard: usize, decision: &ShardPlan) {
        for node in &decision.nodes {
            self.on_node[node.index()].retain(|&other| other != shard);
        }
    }

    fn offer(&self, context: &Context<'_, ReplicationPlacement>) {
        if let Some(plan) = self.board.plan() {
            context.offer(plan, "neighbourhoods");
        }
    }

    /// Draws a neighbourhood and decides about it; whether that helped.
    fn step(&mut self, context: &Context<'_, ReplicationPlacement>) -> Result<bool, String> {
        let (shards, nodes) = self.draw();
        let own: Option<Vec<ShardPlan>> =
            shards.iter().map(|&shard| self.board.decision(shard).cloned()).collect();
        // A full board has a decision for every shard.
        let Some(own) = own else { return Ok(false) };
        let budget = context.budget;
        let table = CostTable::of(self.index, &shards, nodes, budget);
        let Some(table) = table else { return Ok(false) };
        let limits = left_by_others(&self.board, &shards, &own);
        let scope = Scope { shards, table, limits };
        let generated = generate_with(self.index, &scope, &own, ROUNDS, budget);
        let generated = generated.map_err(|error| error.to_string())?;
        if budget.stop().is_some() {
            return Ok(false);
        }
        let (limits, decisions) = (&scope.limits, &generated.decisions);
        let chosen = choose(self.index, &scope.shards, decisions, &[], limits, BRANCHES, budget);
        let Some(chosen) = chosen.map_err(|error| error.to_string())? else { return Ok(false) };
        let changes: Vec<(usize, &ShardPlan)> = scope.shards.iter().copied().zip(&chosen).collect();
        let effect = self.board.effect(&changes, &mut self.trial);
        if effect.violation > 0 || (effect.violation == 0 && effect.cost >= 0) {
            return Ok(false);
        }
        for ((&shard, old), new) in scope.shards.iter().zip(&own).zip(chosen) {
            self.leave(shard, old);
            self.join(shard, &new);
            self.board.put(shard, new);
        }
        Ok(true)
    }

    /// The shards on a few nodes, and the nodes they may use.
    fn draw(&mut self) -> (Vec<usize>, Vec<NodeId>) {
        let (all, count) = (self.board.index.instance.shards.len(), self.on_node.len());
        let mut shards = Vec::new();
        let mut nodes: Vec<NodeId> = Vec::new();
        let anchor = self.random.random_range(0..all);
        let mut open: Vec<NodeId> =
            self.board.decision(anchor).map_or_else(Vec::new, |own| own.nodes.clone());
        while shards.len() < SHARDS && nodes.len() < NODES {
            let node = match open.pop() {
                Some(node) => node,
                None => NodeId(self.random.random_range(0..count as u32)),
            };
            if nodes.contains(&node) {
                // Small clusters run out of nodes.
                if nodes.len() >= count.min(NODES) / 2 {
                    break;
                }
                continue;
            }
            nodes.push(node);
            for &shard in &self.on_node[node.index()] {
                if shards.len() < SHARDS && !shards.contains(&shard) {
                    shards.push(shard);
                }
            }
        }
        for &shard in &shards {
            if let Some(own) = self.board.decision(shard) {
                nodes.extend_from_slice(&own.nodes);
            }
        }
        let others = (0..OTHERS).map(|_| NodeId(self.random.random_range(0..count as u32)));
        nodes.extend(others);
        nodes.sort_unstable();
        nodes.dedup();
        shards.sort_unstable();
        (shards, nodes)
    }
}
