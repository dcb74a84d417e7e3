//! One price for all levels: a level's unit is worth more than all lower levels can ever cost.

use placewright_solver::objective::Objective;

use super::super::instance::{Fabric, Free, Instance, Live, Moves, Question};

/// What a unit of every level is worth.
pub(super) struct Prices(pub(super) Vec<i128>);

impl Prices {
    pub(super) fn of(instance: &Instance) -> Self {
        let cluster = &instance.cluster;
        let leaves = i128::from(cluster.leaves);
        let can_move = instance.question.moves() == Moves::Allowed
            && matches!(instance.fabric, Fabric::Switched(_));
        let circuits = instance.live.iter().flat_map(|job| &job.circuits);
        let live: i128 = circuits.map(|each| i128::from(each.count)).sum();
        let moved = if can_move { live } else { 0 };
        match &instance.question {
            Question::Place(_) => {
                let free = Free::of(instance, Live::Keep);
                let left: i128 = free.gpus.iter().map(|&gpus| i128::from(gpus)).sum();
                Self::from_limits(&[left, moved])
            }
            Question::Batch(batch) => {
                let most =
                    |gpus: u32| i128::from(gpus.div_ceil(cluster.gpus_per_server)).min(leaves);
                let used = batch.jobs.iter().map(|job| most(job.gpus)).sum();
                Self::from_limits(&[used, leaves, moved])
            }
            Question::Rewire(_) => Self::from_limits(&[]),
        }
    }

    /// Prices from the highest values of all levels below the first.
    fn from_limits(limits: &[i128]) -> Self {
        let mut prices = vec![1];
        for limit in limits.iter().rev() {
            prices.push(prices[prices.len() - 1] * (limit + 1));
        }
        prices.reverse();
        Self(prices)
    }

    pub(super) fn price(&self, objective: &Objective) -> i128 {
        objective.0.iter().zip(&self.0).map(|(value, price)| value * price).sum()
    }

    /// The objective of a price; nothing costs less than nothing.
    pub(super) fn objective(&self, price: i128) -> Objective {
        let mut left = price.max(0);
        let level = |price: &i128| {
            let value = left / price;
            left %= price;
            value
        };
        Objective(self.0.iter().map(level).collect())
    }
}
