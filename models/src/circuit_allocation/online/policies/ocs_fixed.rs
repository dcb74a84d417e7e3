//! Optical switches without moving live circuits.

use crate::circuit_allocation::kernel::shapes::shapes;
use crate::circuit_allocation::online::circuits::Circuits;
use crate::circuit_allocation::online::equal_split::{cause, whole_gpus};
use crate::circuit_allocation::online::leaves::{Local, equal_leaves, local, whole_servers};
use crate::circuit_allocation::online::placement::{Ask, Cause, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::rearrange::wire_fixed;
use crate::circuit_allocation::online::state::State;

/// Equal splits on the fullest leaves, fewest leaves first; circuits by maximum flow to one spine,
/// the fullest that will do, else by fractions to several. Live circuits stay.
#[derive(Clone, Debug, Default)]
pub struct OcsFixed {
    free: Vec<u32>,
}

impl Policy for OcsFixed {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        match local(state, ask) {
            Local::Found(placement) => return Ok(placement),
            Local::Blocked(cause) => return Err(cause),
            Local::Spread => (),
        }
        let Circuits::Switched(ports) = state.circuits() else { return Err(Cause::Ports) };
        let cluster = state.cluster();
        whole_gpus(state, &mut self.free);
        let shapes =
            shapes(ask.gpus, cluster.gpus_per_server, cluster.gpus_per_leaf(), cluster.leaves);
        for shape in shapes.iter().filter(|shape| shape.leaves > 1) {
            let Some(leaves) = equal_leaves(&self.free, shape.leaves, shape.share) else {
                continue;
            };
            let flows: Vec<(u32, u32)> = leaves.iter().map(|&leaf| (leaf, shape.share)).collect();
            if let Some(circuits) = wire_fixed(&flows, ports, cluster.switches()) {
                let servers = shape.share / cluster.gpus_per_server;
                let counts: Vec<(u32, u32)> = leaves.iter().map(|&leaf| (leaf, servers)).collect();
                let servers = whole_servers(state, &counts);
                return Ok(Placement { servers, circuits, moved: Vec::new() });
            }
        }
        Err(cause(state, &self.free, &shapes))
    }

    fn needs(&self) -> Needs {
        Needs::Switched
    }
}
