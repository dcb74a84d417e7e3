//! Scarcity first: jobs whose devices are rarest go first, among equals the smallest demand.

use std::cmp::Reverse;

use crate::irs_matching::offline::fluid::Fluid;

/// The order. Time O(n log n). No guarantee.
#[must_use]
pub fn scarcity_order(fluid: &Fluid) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fluid.jobs.len()).collect();
    order.sort_by_key(|&job| {
        let data = &fluid.jobs[job];
        (fluid.own_rate_micro_per_s(job), data.demand_micro, Reverse(data.weight))
    });
    order
}
