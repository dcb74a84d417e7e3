//! The exact search for one shape on the present state of a static network.

use super::circuits::Circuits;
use super::equal_split::whole_gpus;
use super::state::State;
use crate::circuit_allocation::kernel::links::FreeLinks;
use crate::circuit_allocation::kernel::place::Placer;
use crate::circuit_allocation::kernel::shapes::Shape;

/// Nodes after which the best placement so far is taken.
const NODE_LIMIT: u64 = 100_000;

/// Buffers of the search.
#[derive(Clone, Debug, Default)]
pub struct StaticSearch {
    placer: Placer,
    links: Option<FreeLinks>,
    free: Vec<u32>,
    costs: Vec<u64>,
}

impl StaticSearch {
    /// Reads the state; [`best`](Self::best) is about this state until the next call. None in a network
    /// of optical switches. O(leaves · spines).
    pub fn read(&mut self, state: &State) -> Option<&[u32]> {
        let Circuits::Static(side) = state.circuits() else { return None };
        whole_gpus(state, &mut self.free);
        let cluster = state.cluster();
        let mut links = FreeLinks::none(cluster.leaves, cluster.spines);
        for leaf in 0..cluster.leaves {
            super::bits::ones(side.row(leaf)).for_each(|spine| links.set(leaf, spine));
        }
        self.links = Some(links);
        Some(&self.free)
    }

    /// GPUs in whole free servers, by leaf.
    #[must_use]
    pub fn free(&self) -> &[u32] {
        &self.free
    }

    /// The cheapest leaves of a shape, and spines that they share: exact up to a limit of nodes.
    pub fn best(
        &mut self,
        shape: Shape,
        cost: impl Fn(u32) -> u64,
    ) -> Option<(Vec<u32>, Vec<u32>)> {
        let links = self.links.as_ref()?;
        self.costs.clear();
        self.costs.extend((0..self.free.len() as u32).map(cost));
        let found = self.placer.place(&self.free, links, shape, &self.costs, NODE_LIMIT).found()?;
        let spines = found.spines.iter().copied().take(shape.share as usize).collect();
        Some((found.leaves.to_vec(), spines))
    }
}
