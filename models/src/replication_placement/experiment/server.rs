//! The server's weights and their copies.

use super::network::Weights;
use super::setting::{ExperimentMode, Setting, Tolerance};

/// Weights with the number of updates in them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub(super) weights: Weights,
    pub(super) updates: u64,
}

/// What is left when the server dies.
pub(super) struct Server {
    pub(super) state: State,
    tolerance: Tolerance,
    period_updates: u64,
    /// The checkpoint, or the copies of a chain behind the head in their order.
    copies: Vec<State>,
}

impl Server {
    pub(super) fn new(mode: ExperimentMode, setting: &Setting, weights: Weights) -> Self {
        let state = State { weights, updates: 0 };
        let copies = match mode.tolerance {
            Tolerance::Checkpoint => 1,
            Tolerance::RelaxedChain | Tolerance::StrictChain => setting.chain - 1,
            Tolerance::Stateless => 0,
        };
        Self {
            copies: vec![state.clone(); copies],
            state,
            tolerance: mode.tolerance,
            period_updates: setting.period_updates,
        }
    }

    /// Makes one step with a gradient, or with the sum of several.
    pub(super) fn update(&mut self, rate: f64, gradient: &Weights) {
        self.state.weights.add(-rate, gradient);
        self.state.updates += 1;
        let due = self.state.updates.is_multiple_of(self.period_updates);
        match self.tolerance {
            Tolerance::Checkpoint if due => self.copies[0].clone_from(&self.state),
            // Every server passes on what it had.
            Tolerance::RelaxedChain if due => {
                self.copies.insert(0, self.state.clone());
                self.copies.pop();
            }
            Tolerance::StrictChain => {
                self.copies.iter_mut().for_each(|copy| copy.clone_from(&self.state));
            }
            _ => {}
        }
    }

    /// Goes on from what is left; how many updates are gone. `None` if nothing is left: the last
    /// server of a chain died.
    pub(super) fn recover(&mut self) -> Option<u64> {
        let before = self.state.updates;
        match self.tolerance {
            Tolerance::Checkpoint => self.state.clone_from(&self.copies[0]),
            Tolerance::RelaxedChain | Tolerance::StrictChain => {
                if self.copies.is_empty() {
                    return None;
                }
                self.state = self.copies.remove(0);
            }
            // The store has everything.
            Tolerance::Stateless => {}
        }
        Some(before - self.state.updates)
    }

    /// A server that was dead joins the chain at its end.
    pub(super) fn rejoin(&mut self) {
        self.copies.push(self.state.clone());
    }
}
