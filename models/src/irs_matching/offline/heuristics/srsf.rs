//! Shortest remaining service first: by remaining demand over weight, ranked anew whenever a job
//! arrives (with equal weights the rule that the evaluation of Venn calls SRSF, for one round).
//!
//! Optimal for one group with equal weights; no guarantee for several. Time O(n log n) an event.

use super::list::{ListPolicy, Situation};
use crate::irs_matching::offline::fluid::Fluid;

/// The rule.
#[derive(Clone, Debug, Default)]
pub struct ShortestRemaining {
    order: Vec<usize>,
}

/// All jobs by what they still want, over their weights.
fn by_remaining(fluid: &Fluid, remaining_micro: &[u64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..fluid.jobs.len()).collect();
    let cross =
        |a: usize, b: usize| u128::from(remaining_micro[a]) * u128::from(fluid.jobs[b].weight);
    order.sort_by(|&a, &b| cross(a, b).cmp(&cross(b, a)));
    order
}

/// The order by demand over weight, as if all jobs were released.
#[must_use]
pub fn shortest_order(fluid: &Fluid) -> Vec<usize> {
    let demands: Vec<u64> = fluid.jobs.iter().map(|job| job.demand_micro).collect();
    by_remaining(fluid, &demands)
}

impl ListPolicy for ShortestRemaining {
    fn lists(&mut self, situation: Situation<'_>) -> Vec<Vec<usize>> {
        if situation.released {
            self.order = by_remaining(situation.fluid, situation.remaining_micro);
        }
        vec![self.order.clone(); situation.fluid.rates_micro_per_s.len()]
    }
}
