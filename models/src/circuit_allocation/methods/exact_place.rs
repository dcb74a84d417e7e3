//! The method `leaf-search`: one job's fewest and fullest leaves by exhaustive search.
//!
//! In a static fabric what the search finds is optimal, and where it finds nothing there is nothing,
//! for the traffic and splits of [`Task::is_exact`]; it claims so as a solver. Elsewhere it is a
//! heuristic. See [`super::leaf_search`] for the search and its complexity.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::super::instance::Question;
use super::super::plan::Plan;
use super::super::problem::CircuitAllocation;
use super::greedy::offer;
use super::leaf_search::{Rule, Task};
use super::place_one::place_one;
use super::state::State;

/// Most nodes per number of leaves without any other limit.
const NODES: u64 = 20_000_000;
/// Nodes of a work unit.
const NODES_PER_UNIT: u64 = 20;

/// The method `leaf-search`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExactPlace;

impl Method<CircuitAllocation> for ExactPlace {
    fn name(&self) -> &'static str {
        "leaf-search"
    }

    fn symbol(&self) -> char {
        'E'
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        let Question::Place(place) = &context.instance.question else { return Ok(()) };
        let state = State::new(context.instance);
        let job = &place.job;
        let exact = Task { job, leaves: 2 }.is_exact(context.instance);
        // Where circuits are only tried for, more nodes mean more maximum flows.
        let most = if exact { NODES } else { NODES / 1000 };
        let left = context.budget.work_left().unwrap_or(u64::MAX / NODES_PER_UNIT);
        let by_time = context.budget.time_left().map_or(u64::MAX, |left| left.as_micros() as u64);
        let limit = most.min(left.saturating_mul(NODES_PER_UNIT)).min(by_time).max(1);
        let found = place_one(&state, job, Rule::BestFit, limit, |_| context.should_stop());
        context.budget.spend(1 + found.nodes / NODES_PER_UNIT);
        let placed = found.placement.is_some();
        if let Some(placement) = found.placement {
            offer(
                context,
                Plan { placed: vec![Some(placement)], wiring: None },
                "search for leaves",
            );
        }
        if !(exact && found.exhausted) {
            return Ok(());
        }
        let claim = match context.objective() {
            Some(best) if placed => Claim::AtLeast(best),
            None if !placed => Claim::Infeasible,
            // A plan where the search found none, or none accepted: it has no say.
            _ => return Ok(()),
        };
        let proof = Proof::SolverClaim { solver: "exhaustive search for leaves".into() };
        let note = format!("{} nodes, nothing left out", found.nodes);
        context.raise(Certificate { claim, proof }, &note)
    }
}
