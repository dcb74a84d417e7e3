//! vClos in the published order.

use crate::circuit_allocation::kernel::shapes::Shape;
use crate::circuit_allocation::online::equal_split::{cause, placement};
use crate::circuit_allocation::online::leaves::{Local, local};
use crate::circuit_allocation::online::placement::{Ask, Cause, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::state::State;
use crate::circuit_allocation::online::static_search::StaticSearch;

/// vClos (Han et al., arXiv 2308.05692) in the order of its public code:
///
/// 1. a multiple of a leaf's GPUs: empty leaves, and spines free on all of them;
/// 2. less than a leaf: the fullest leaf that fits;
/// 3. for shares of a leaf, half a leaf, a quarter …: the program of the paper, which fills the leaves
///    of lowest rank by free GPUs, tried only if leaves with *more* than the share free would suffice.
///    The strict inequality, which skips exact fits, is as published.
///
/// Whole servers are kept in step 2 too, which the public code does not do. The program is solved by
/// the exact search.
#[derive(Clone, Debug, Default)]
pub struct Published {
    search: StaticSearch,
}

impl Policy for Published {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        let cluster = state.cluster();
        let (per_server, per_leaf) = (cluster.gpus_per_server, cluster.gpus_per_leaf());
        match local(state, ask) {
            Local::Found(placement) => return Ok(placement),
            Local::Blocked(cause) => return Err(cause),
            Local::Spread => (),
        }
        self.search.read(state).ok_or(Cause::Links)?;
        let by_leaf = state.gpus().by_leaf();
        let mut tried = Vec::new();
        if ask.gpus.is_multiple_of(per_leaf) {
            let shape = Shape { leaves: ask.gpus / per_leaf, share: per_leaf };
            tried.push(shape);
            if let Some((leaves, spines)) = self.search.best(shape, u64::from) {
                return Ok(placement(state, shape.share, &leaves, &spines));
            }
        }
        let mut ranks = vec![0; by_leaf.len()];
        let mut order: Vec<usize> = (0..by_leaf.len()).collect();
        order.sort_by_key(|&leaf| (by_leaf[leaf], leaf));
        for (rank, leaf) in (1..).zip(order) {
            ranks[leaf] = rank;
        }
        let mut share = per_leaf;
        while share >= per_server && share.is_multiple_of(per_server) {
            if ask.gpus.is_multiple_of(share) {
                let shape = Shape { leaves: ask.gpus / share, share };
                let more = by_leaf.iter().filter(|&&free| free > share).count();
                if more >= shape.leaves as usize {
                    tried.push(shape);
                    if let Some((leaves, spines)) = self.search.best(shape, |l| ranks[l as usize]) {
                        return Ok(placement(state, share, &leaves, &spines));
                    }
                }
            }
            share /= 2;
        }
        Err(cause(state, self.search.free(), &tried))
    }

    fn needs(&self) -> Needs {
        Needs::Static
    }
}
