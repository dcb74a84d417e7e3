//! The compact model as a method, for instances that it has a chance with.
//!
//! At a thousand processes an hour of a commercial solver does not find a plan of every instance of
//! the challenge's set A, and meanwhile the walk stands still.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::exact::Exact;

use super::formulation::Compact;
use super::instance::Instance;
use super::problem::MachineReassignment;

/// Places, a process on a machine, beyond which the model is left out.
const MOST_PLACES: usize = 4_000;

/// The compact model of small instances.
#[derive(Clone, Copy, Debug, Default)]
pub struct SmallExact;

const EXACT: Exact<Compact> = Exact { formulation: Compact };

impl Method<MachineReassignment> for SmallExact {
    fn name(&self) -> &'static str {
        Method::<MachineReassignment>::name(&EXACT)
    }

    fn symbol(&self) -> char {
        Method::<MachineReassignment>::symbol(&EXACT)
    }

    fn applies(&self, instance: &Instance) -> bool {
        instance.processes.len().saturating_mul(instance.machines.len()) <= MOST_PLACES
    }

    fn run(&self, context: &Context<'_, MachineReassignment>) -> Result<(), EngineError> {
        if self.applies(context.instance) {
            return EXACT.run(context);
        }
        context.note("too many processes and machines for the exact model: left out");
        Ok(())
    }
}
