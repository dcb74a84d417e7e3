//! vClos by exact best fit.

use crate::circuit_allocation::kernel::shapes::shapes;
use crate::circuit_allocation::online::equal_split::{cause, has_leaves, placement};
use crate::circuit_allocation::online::leaves::{Local, local};
use crate::circuit_allocation::online::placement::{Ask, Cause, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::state::State;
use crate::circuit_allocation::online::static_search::StaticSearch;

/// The shape with the fewest leaves that has a place; of its places, one that leaves the fewest GPUs
/// free on its leaves. Finds a place whenever an equal split has one (up to a limit of nodes far beyond
/// what clusters of 16,384 GPUs take).
#[derive(Clone, Debug, Default)]
pub struct Exact {
    search: StaticSearch,
}

impl Policy for Exact {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        match local(state, ask) {
            Local::Found(placement) => return Ok(placement),
            Local::Blocked(cause) => return Err(cause),
            Local::Spread => (),
        }
        let cluster = state.cluster();
        self.search.read(state).ok_or(Cause::Links)?;
        let by_leaf = state.gpus().by_leaf();
        let shapes =
            shapes(ask.gpus, cluster.gpus_per_server, cluster.gpus_per_leaf(), cluster.leaves);
        for &shape in shapes.iter().filter(|shape| shape.leaves > 1) {
            if !has_leaves(self.search.free(), shape) {
                continue;
            }
            let left = |leaf: u32| u64::from(by_leaf[leaf as usize].saturating_sub(shape.share));
            if let Some((leaves, spines)) = self.search.best(shape, left) {
                return Ok(placement(state, shape.share, &leaves, &spines));
            }
        }
        Err(cause(state, self.search.free(), &shapes))
    }

    fn needs(&self) -> Needs {
        Needs::Static
    }
}
