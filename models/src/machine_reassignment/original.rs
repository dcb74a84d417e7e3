//! The plan `original`: every process stays where it is. It keeps all rules and moves nothing.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::problem::MachineReassignment;

/// The plan `original`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Original;

impl Method<MachineReassignment> for Original {
    fn name(&self) -> &'static str {
        "original"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, MachineReassignment>) -> Result<(), EngineError> {
        context.budget.spend(context.instance.processes.len() as u64 / 100 + 1);
        context.offer(context.instance.original(), "nothing moves");
        Ok(())
    }
}
