//! What experts cost past tasks, and what they cost on tasks like the next one.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::outlooks::OUTLOOKS;
use super::shapes::SHAPES;

/// A shape with an outlook.
pub(super) const EXPERTS: usize = SHAPES.len() * OUTLOOKS;

/// Records kept.
const RECORDS: usize = 400;
/// Weight of a record against that of the next one.
const FORGETTING: f64 = 0.95;
/// What a record weighs at least: experts differ most on rare tasks, which recent ones miss.
const LEAST_WEIGHT: f64 = 0.1;
/// Inputs whose logarithms are further apart than this have nothing to do with each other.
const REACH: f64 = 0.6;
/// How many similar tasks the overall record weighs.
const PRIOR: f64 = 3.0;

/// The square roots of what all experts cost on past tasks, in bytes: per millisecond of run time, as
/// otherwise the few longest tasks would choose, and roots, as otherwise the few tasks like no other
/// would. Both would be chance.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ledger {
    records: VecDeque<Record>,
    /// Over all tasks, and how many those were.
    total: [f64; EXPERTS],
    count: f64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Record {
    ln_input: f64,
    roots: [f64; EXPERTS],
}

impl Ledger {
    /// Tasks so far.
    pub(super) fn count(&self) -> f64 {
        self.count
    }

    /// Adds a task by the logarithm of its input size, with its costs in bytes.
    pub(super) fn add(&mut self, ln_input: f64, costs: [f64; EXPERTS]) {
        let roots = costs.map(f64::sqrt);
        for (total, root) in self.total.iter_mut().zip(&roots) {
            *total += root;
        }
        self.count += 1.0;
        if self.records.len() == RECORDS {
            self.records.pop_front();
        }
        self.records.push_back(Record { ln_input, roots });
    }

    /// The mean root of what every expert cost on tasks with an input like this one.
    /// O(RECORDS experts).
    pub(super) fn scores(&self, ln_input: f64) -> [f64; EXPERTS] {
        let (mut sums, mut weights, mut recency) = ([0.0; EXPERTS], PRIOR, 1.0);
        for record in self.records.iter().rev() {
            let distance = (record.ln_input - ln_input) / REACH;
            if distance.abs() < 1.0 {
                let weight = recency * (1.0 - distance * distance).powi(2);
                weights += weight;
                for (sum, root) in sums.iter_mut().zip(&record.roots) {
                    *sum += weight * root;
                }
            }
            recency = f64::max(recency * FORGETTING, LEAST_WEIGHT);
        }
        let prior = PRIOR / self.count.max(1.0);
        std::array::from_fn(|expert| (sums[expert] + prior * self.total[expert]) / weights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_task_like_no_other_does_not_choose() {
        let mut ledger = Ledger::default();
        let costs = |first: f64, others: f64| {
            let mut costs = [others; EXPERTS];
            costs[0] = first;
            costs
        };
        for task in 0..21 {
            ledger.add(0.0, if task == 10 { costs(64.0, 1.0) } else { costs(1.0, 2.0) });
        }
        // The first expert cost twice as much as the others, in all, and less on all tasks but one.
        let scores = ledger.scores(0.0);
        assert!(scores[0] < scores[1], "{} {}", scores[0], scores[1]);
    }
}
