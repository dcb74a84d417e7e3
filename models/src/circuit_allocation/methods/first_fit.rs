//! The heuristic `first-fit`: every job of the queue on the first leaves that do.
//!
//! One leaf if it can be, otherwise as few as will do, the lowest numbers first. Guarantee: none.
//! O(jobs · (leaves + search)) with a search of at most `NODES` nodes per number of leaves.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::super::problem::CircuitAllocation;
use super::greedy::place_in_turn;
use super::leaf_search::Rule;

/// Nodes visited per job and number of leaves.
const NODES: u64 = 200;

/// The heuristic `first-fit`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstFit;

impl Method<CircuitAllocation> for FirstFit {
    fn name(&self) -> &'static str {
        "first-fit"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        let jobs = context.instance.question.jobs();
        if jobs.is_empty() {
            return Ok(());
        }
        let order: Vec<usize> = (0..jobs.len()).collect();
        place_in_turn(context, &order, Rule::FirstFit, NODES, "the first leaves that do");
        Ok(())
    }
}
