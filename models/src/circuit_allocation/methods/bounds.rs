//! The bound `room`: what GPUs, servers and ports alone allow, see `certificate`.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::super::certificate::{ROOM, room};
use super::super::problem::CircuitAllocation;

/// The bound `room`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Room;

impl Method<CircuitAllocation> for Room {
    fn name(&self) -> &'static str {
        "room"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        let instance = context.instance;
        let jobs = instance.question.jobs().len() as u64;
        context.budget.spend(jobs * u64::from(instance.cluster.leaves) / 100 + 1);
        let claim = room(instance).map_or(Claim::Infeasible, Claim::AtLeast);
        let proof = Proof::Combinatorial { rule: ROOM.into(), witness: Vec::new() };
        context.raise(Certificate { claim, proof }, "GPUs, servers and ports alone")
    }
}
