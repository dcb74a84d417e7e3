//! vClos by first fit.

use crate::circuit_allocation::kernel::shapes::shapes;
use crate::circuit_allocation::online::bits::ones;
use crate::circuit_allocation::online::circuits::Circuits;
use crate::circuit_allocation::online::equal_split::{cause, placement, whole_gpus};
use crate::circuit_allocation::online::leaves::{Local, local};
use crate::circuit_allocation::online::placement::{Ask, Cause, Placement};
use crate::circuit_allocation::online::policy::{Needs, Policy};
use crate::circuit_allocation::online::state::State;

/// The first shape with the fewest leaves, the first leaves that keep enough common spines, the
/// first of those spines. No guarantee: it misses places that exist. O(leaves · spines / 64) a shape.
#[derive(Clone, Debug, Default)]
pub struct FirstFit {
    free: Vec<u32>,
    common: Vec<u64>,
    chosen: Vec<u32>,
}

impl Policy for FirstFit {
    fn place(&mut self, state: &State, ask: &Ask) -> Result<Placement, Cause> {
        match local(state, ask) {
            Local::Found(placement) => return Ok(placement),
            Local::Blocked(cause) => return Err(cause),
            Local::Spread => (),
        }
        let Circuits::Static(links) = state.circuits() else { return Err(Cause::Links) };
        let cluster = state.cluster();
        whole_gpus(state, &mut self.free);
        let shapes =
            shapes(ask.gpus, cluster.gpus_per_server, cluster.gpus_per_leaf(), cluster.leaves);
        for shape in shapes.iter().filter(|shape| shape.leaves > 1) {
            self.common.clear();
            self.common.resize((cluster.spines as usize).div_ceil(64), u64::MAX);
            self.chosen.clear();
            for (leaf, &free) in self.free.iter().enumerate() {
                let row = links.row(leaf as u32);
                let pairs = self.common.iter().zip(row);
                let left: u32 = pairs.map(|(common, row)| (common & row).count_ones()).sum();
                if free >= shape.share && left >= shape.share {
                    self.common.iter_mut().zip(row).for_each(|(common, row)| *common &= row);
                    self.chosen.push(leaf as u32);
                }
                if self.chosen.len() == shape.leaves as usize {
                    let spines: Vec<u32> = ones(&self.common).take(shape.share as usize).collect();
                    return Ok(placement(state, shape.share, &self.chosen, &spines));
                }
            }
        }
        Err(cause(state, &self.free, &shapes))
    }

    fn needs(&self) -> Needs {
        Needs::Static
    }
}
