//! How the experts of an earlier run's first half fared in its second.

use serde::{Deserialize, Serialize};

use super::ledger::Ledger;

/// A run with fewer tasks in its second half says nothing about the next one.
const FEWEST: f64 = 4.0;
/// The best expert is followed alone where its score is below this share of the mixture's.
const MUCH_BETTER: f64 = 0.9;

/// What the experts cost, and what it cost to follow them.
///
/// While tasks are learned from, the mixture of the best experts is the safe choice: what it costs
/// more than the best of them is little, and it is soon seen when that one is not the best any more.
/// After the run nothing is seen any more, and a long one has shown whether that care was needed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Trial {
    pub(super) ledger: Ledger,
    /// Sums of roots, as in the ledger.
    alone: f64,
    mixed: f64,
}

impl Trial {
    /// Adds what a task would have cost with the best expert alone and with the mixture, in bytes.
    pub(super) fn compare(&mut self, alone: f64, mixed: f64) {
        self.alone += alone.sqrt();
        self.mixed += mixed.sqrt();
    }

    /// Whether there were tasks enough to tell.
    pub(super) fn is_telling(&self) -> bool {
        self.ledger.count() >= FEWEST
    }

    /// Whether the best expert had better be followed alone.
    pub(super) fn one_is_enough(&self) -> bool {
        self.alone < MUCH_BETTER * self.mixed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_enough_where_the_mixture_costs_much_more() {
        let mut trial = Trial::default();
        assert!(!trial.one_is_enough() && !trial.is_telling());
        for _ in 0..10 {
            trial.compare(1.0, 1.1);
        }
        assert!(!trial.one_is_enough());
        for _ in 0..10 {
            trial.compare(1.0, 2.0);
        }
        assert!(trial.one_is_enough());
        // A failure now and then costs more than care.
        for _ in 0..5 {
            trial.compare(9.0, 1.5);
        }
        assert!(!trial.one_is_enough());
    }
}
