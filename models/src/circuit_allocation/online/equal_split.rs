//! Equal splits on a static network: `m` leaves with `q` GPUs each and `q` spines, all `m · q`
//! circuits between them.

use super::circuits::Circuits;
use super::leaves::whole_servers;
use super::placement::{Cause, Circuit, Placement};
use super::state::State;
use crate::circuit_allocation::kernel::shapes::Shape;

/// A placement on these leaves and spines.
#[must_use]
pub fn placement(state: &State, share: u32, leaves: &[u32], spines: &[u32]) -> Placement {
    let servers = share / state.cluster().gpus_per_server;
    let counts: Vec<(u32, u32)> = leaves.iter().map(|&leaf| (leaf, servers)).collect();
    let circuit = |leaf: u32| {
        spines.iter().map(move |&spine| Circuit { leaf, spine, switch: None, count: 1 })
    };
    Placement {
        servers: whole_servers(state, &counts),
        circuits: leaves.iter().flat_map(|&leaf| circuit(leaf)).collect(),
        moved: Vec::new(),
    }
}

/// GPUs in whole free servers, by leaf.
pub fn whole_gpus(state: &State, out: &mut Vec<u32>) {
    let per_server = state.cluster().gpus_per_server;
    out.clear();
    out.extend(state.gpus().whole_by_leaf().iter().map(|whole| whole * per_server));
}

/// Whether there are leaves for a shape, circuits apart.
#[must_use]
pub fn has_leaves(whole_gpus: &[u32], shape: Shape) -> bool {
    let fits = whole_gpus.iter().filter(|&&free| free >= shape.share);
    fits.take(shape.leaves as usize).count() == shape.leaves as usize
}

/// Why none of these shapes was placed: no leaves for any, or no circuits.
#[must_use]
pub fn cause(state: &State, whole_gpus: &[u32], shapes: &[Shape]) -> Cause {
    if !shapes.iter().any(|&shape| has_leaves(whole_gpus, shape)) {
        return Cause::EqualSplit;
    }
    match state.circuits() {
        Circuits::Static(_) => Cause::Links,
        Circuits::Switched(_) => Cause::Ports,
    }
}
