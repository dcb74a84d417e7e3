//! The heuristic `local-search`: a walk from the best plan, in rounds of falling thresholds.
//!
//! See `search::walk` and `search::moves`. Ends by budget, or after some rounds without progress.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::instance::Index;
use super::problem::ReplicationPlacement;
use super::search::board::Board;
use super::search::walk::{STEP, Walk};

/// The heuristic `local-search`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalSearch;

/// Thresholds of a round, as parts of a typical shard's cost.
const THRESHOLDS: [f64; 8] = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0];
/// Changes tried per threshold: so many, and so many per shard.
const CHANGES: usize = 5_000;
const CHANGES_PER_SHARD: usize = 100;
/// Rounds without progress after which the search ends.
const IDLE_ROUNDS: u32 = 6;

/// How much of the thresholds is worth while: where the bound is near, worse plans are not left for
/// better ones far away.
fn reach(context: &Context<'_, ReplicationPlacement>) -> f64 {
    let (Some(best), Some(bound)) = (context.objective(), context.bound()) else { return 1.0 };
    let (best, bound) = (best.first() as f64, bound.first() as f64);
    (REACH * (best - bound) / best.abs().max(1.0)).clamp(0.0, 1.0)
}

/// Thresholds are full where the gap is the inverse of this, or larger.
const REACH: f64 = 5.0;

impl Method<ReplicationPlacement> for LocalSearch {
    fn name(&self) -> &'static str {
        "local-search"
    }

    fn symbol(&self) -> char {
        'L'
    }

    fn run(&self, context: &Context<'_, ReplicationPlacement>) -> Result<(), EngineError> {
        let Some((plan, _)) = context.best() else { return Ok(()) };
        let index = Index::new(context.instance);
        let board = Board::with_plan(&index, &plan);
        let Some(mut walk) = Walk::new(board, context.seed) else { return Ok(()) };
        let changes = CHANGES + CHANGES_PER_SHARD * context.instance.shards.len();
        let steps = changes.div_ceil(STEP as usize);
        let mut idle = 0;
        while idle < IDLE_ROUNDS && !context.should_stop() {
            let before = walk.best().1;
            let typical = walk.typical_cost() * reach(context);
            for threshold in THRESHOLDS {
                for _ in 0..steps {
                    if context.should_stop() {
                        break;
                    }
                    walk.step(threshold * typical);
                    context.budget.spend(STEP.into());
                }
                walk.return_to_best();
            }
            if walk.best().1 < before {
                idle = 0;
                context.offer(walk.best().0.clone(), "walk");
            } else {
                idle += 1;
            }
        }
        Ok(())
    }
}
