//! The bound `aggregate`: all machines taken together. See `certificate`.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::certificate::{AGGREGATE, aggregate_bound};
use super::problem::MachineReassignment;

/// The bound `aggregate`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Aggregate;

impl Method<MachineReassignment> for Aggregate {
    fn name(&self) -> &'static str {
        "aggregate"
    }

    fn symbol(&self) -> char {
        'A'
    }

    fn run(&self, context: &Context<'_, MachineReassignment>) -> Result<(), EngineError> {
        let bound = aggregate_bound(context.instance);
        context.budget.spend(context.instance.processes.len() as u64 / 100 + 1);
        let proof = Proof::Combinatorial { rule: AGGREGATE.into(), witness: Vec::new() };
        let claim = Claim::AtLeast(Objective::single(bound));
        context.raise(Certificate { claim, proof }, "all machines together")
    }
}
