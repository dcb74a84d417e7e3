//! Optical switches with free rearrangement.

use crate::circuit_allocation::kernel::shapes::shapes;
use crate::circuit_allocation::online::equal_split::{cause, whole_gpus};
use crate::circuit_allocation::online::leaves::{Local, equal_leaves, local, whole_servers};
use crate::circuit_allocation::online::placement::{Ask, Cause, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::rearrange::connect;
use crate::circuit_allocation::online::state::State;

/// Equal splits on the fullest leaves, fewest leaves first; live circuits move where free ports do not
/// suffice, as few as found. With equal ports everywhere no job is blocked by ports that has leaves
/// (König 1916), unless spines cannot be filled without a rest.
#[derive(Clone, Debug, Default)]
pub struct OcsRearranged {
    free: Vec<u32>,
}

impl Policy for OcsRearranged {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        match local(state, ask) {
            Local::Found(placement) => return Ok(placement),
            Local::Blocked(cause) => return Err(cause),
            Local::Spread => (),
        }
        let cluster = state.cluster();
        whole_gpus(state, &mut self.free);
        let shapes =
            shapes(ask.gpus, cluster.gpus_per_server, cluster.gpus_per_leaf(), cluster.leaves);
        for shape in shapes.iter().filter(|shape| shape.leaves > 1) {
            let Some(leaves) = equal_leaves(&self.free, shape.leaves, shape.share) else {
                continue;
            };
            let servers = shape.share / cluster.gpus_per_server;
            let counts: Vec<(u32, u32)> = leaves.iter().map(|&leaf| (leaf, servers)).collect();
            let servers = whole_servers(state, &counts);
            if let Some(placement) = connect(state, ask, servers, ask.moves) {
                return Ok(placement);
            }
        }
        Err(cause(state, &self.free, &shapes))
    }

    fn needs(&self) -> Needs {
        Needs::Switched
    }
}
