//! First in, first out: by release, then by number.

use crate::irs_matching::offline::fluid::Fluid;

/// The order. Time O(n log n). No guarantee.
#[must_use]
pub fn fifo_order(fluid: &Fluid) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fluid.jobs.len()).collect();
    order.sort_by_key(|&job| fluid.jobs[job].release_ms);
    order
}
