//! The walk: small changes, accepted if they make nothing worse that must hold and the cost little
//! worse; less and less so within a round, then again from the best plan.
//!
//! Reference: S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, *Optimization by simulated annealing*,
//! Science 220 (1983), with a threshold instead of a probability (G. Dueck, T. Scheuer, *Threshold
//! accepting*, J. Comput. Phys. 90, 1990). Guarantee: a plan that breaks no rule never becomes one
//! that does. O(1) per change, whatever the numbers of shards and nodes.

use placewright_solver::search::row_loads::Effect;
use placewright_solver::seed::Seed;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::{Board, Trial};
use super::moves::{Change, Moves};
use crate::replication_placement::plan::{Plan, ShardPlan};

/// A walk over plans.
pub struct Walk<'a> {
    board: Board<'a>,
    moves: Moves,
    trial: Trial,
    random: Xoshiro256PlusPlus,
    now: Effect,
    best: Effect,
    best_plan: Plan,
    /// Shards that differ from the best plan, maybe.
    touched: Vec<u32>,
}

/// Changes tried by [`Walk::step`]; budgets are asked between steps.
pub const STEP: u32 = 500;

impl<'a> Walk<'a> {
    /// A walk from a full board; `None` where a shard has no decision.
    #[must_use]
    pub fn new(board: Board<'a>, seed: Seed) -> Option<Self> {
        let (best_plan, now) = (board.plan()?, board.total());
        Some(Self {
            moves: Moves::new(board.index),
            trial: Trial::default(),
            random: seed.generator(),
            now,
            best: now,
            best_plan,
            touched: Vec::new(),
            board,
        })
    }

    /// The best plan so far and what it amounts to.
    #[must_use]
    pub fn best(&self) -> (&Plan, Effect) {
        (&self.best_plan, self.best)
    }

    /// Cost of a typical shard, to measure thresholds by.
    #[must_use]
    pub fn typical_cost(&self) -> f64 {
        (self.best.cost as f64 / self.best_plan.shards.len() as f64).abs() + 1.0
    }

    /// Tries [`STEP`] changes and accepts those that cost at most a random part of the threshold.
    pub fn step(&mut self, threshold: f64) {
        for _ in 0..STEP {
            let Some(change) = self.moves.draw(&self.board, &mut self.random) else { continue };
            let borrowed: Vec<(usize, &ShardPlan)> =
                change.iter().map(|(shard, decision)| (*shard, decision)).collect();
            let effect = self.board.effect(&borrowed, &mut self.trial);
            let allowed = threshold * self.random.random::<f64>();
            let accepted =
                effect.violation < 0 || (effect.violation == 0 && effect.cost as f64 <= allowed);
            if accepted {
                self.accept(change, effect);
            }
        }
    }

    fn accept(&mut self, change: Change, effect: Effect) {
        for (shard, decision) in change {
            self.touched.push(shard as u32);
            self.board.put(shard, decision);
        }
        self.now = self.now + effect;
        if self.now < self.best {
            self.best = self.now;
            for shard in self.touched.drain(..) {
                if let Some(decision) = self.board.decision(shard as usize) {
                    self.best_plan.shards[shard as usize].clone_from(decision);
                }
            }
        }
    }

    /// Goes back to the best plan.
    pub fn return_to_best(&mut self) {
        for shard in std::mem::take(&mut self.touched) {
            let best = &self.best_plan.shards[shard as usize];
            if self.board.decision(shard as usize) != Some(best) {
                self.board.put(shard as usize, best.clone());
            }
        }
        self.now = self.best;
    }
}
