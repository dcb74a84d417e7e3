//! Policies compared on the same states: who finds a place, and what it costs.
//!
//! Queues that block at their head are chaotic: a better placement can make the average completion
//! worse. So placements are compared on snapshots as well.

use std::collections::BTreeSet;

use crate::circuit_allocation::instance::{Moves, Traffic};
use crate::circuit_allocation::online::choice::Choice;
use crate::circuit_allocation::online::placement::{Ask, JobId, ServerShare};
use crate::circuit_allocation::online::policy::Policy;
use crate::circuit_allocation::online::state::State;

/// What a policy made of the snapshots.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The policy.
    pub choice: Choice,
    /// Questions asked: snapshots times sizes that had enough free whole servers.
    pub asked: u64,
    /// Questions with a place.
    pub placed: u64,
    /// Leaves used, in sum over the questions that it placed.
    pub leaves: u64,
    /// Circuits used, in sum over the same.
    pub circuits: u64,
    /// Live jobs whose circuits moved, in sum over the same.
    pub moved: u64,
}

/// Asks policies for places in states, and counts.
pub struct Snapshots {
    sizes: Vec<u32>,
    moves: Moves,
    policies: Vec<(Found, Box<dyn Policy + Send>)>,
}

impl Snapshots {
    /// Nothing asked yet. Every state gets one question per size and policy.
    #[must_use]
    pub fn new(choices: &[Choice], sizes: &[u32], moves: Moves) -> Self {
        let new = |&choice: &Choice| {
            let found = Found { choice, asked: 0, placed: 0, leaves: 0, circuits: 0, moved: 0 };
            (found, choice.policy())
        };
        Self { sizes: sizes.to_vec(), moves, policies: choices.iter().map(new).collect() }
    }

    /// Asks all policies for places of all sizes in a state.
    pub fn ask(&mut self, state: &State) {
        let job = JobId(u64::MAX);
        for &gpus in &self.sizes {
            if state.gpus().whole() * state.cluster().gpus_per_server < gpus {
                continue;
            }
            let ask = Ask { job, gpus, traffic: Traffic::Any, moves: self.moves };
            for (found, policy) in &mut self.policies {
                found.asked += 1;
                let Ok(placement) = policy.place(state, &ask) else { continue };
                let leaf = |share: &ServerShare| state.gpus().leaf(share.server);
                let leaves: BTreeSet<u32> = placement.servers.iter().map(leaf).collect();
                found.placed += 1;
                found.leaves += leaves.len() as u64;
                found.circuits +=
                    placement.circuits.iter().map(|of| u64::from(of.count)).sum::<u64>();
                found.moved += placement.moved.len() as u64;
            }
        }
    }

    /// What came of it.
    #[must_use]
    pub fn found(&self) -> Vec<Found> {
        self.policies.iter().map(|(found, _)| found.clone()).collect()
    }
}
