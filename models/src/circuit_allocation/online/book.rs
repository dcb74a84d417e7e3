//! What a scheduler knows: the cluster, who waits and who runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::choice::Choice;
use super::order::Order;
use super::placement::{Ask, Cause, JobId};
use super::state::State;
use crate::circuit_allocation::instance::Traffic;

/// A job that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// What it asks for; the GPUs are those it will hold.
    pub ask: Ask,
    /// When it came.
    pub arrival_ms: u64,
    /// How long it will run, as far as anybody knows.
    pub estimate_ms: u64,
}

/// A job that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// What it was when it waited.
    pub queued: Queued,
    /// When it started.
    pub started_ms: u64,
}

impl Running {
    /// When it will end, as far as anybody knows: later than now, however wrong that was.
    #[must_use]
    pub fn ends_ms(&self, now_ms: u64) -> u64 {
        self.started_ms.saturating_add(self.queued.estimate_ms).max(now_ms.saturating_add(1))
    }
}

/// How often a job was tried and not placed, by the limit that stood in its way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked(pub BTreeMap<Cause, u64>);

/// All that a scheduler must remember; the whole of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The cluster.
    pub state: State,
    /// Who places jobs.
    pub choice: Choice,
    /// Who comes next.
    pub order: Order,
    /// Those that wait, in the order in which they came.
    pub queue: Vec<Queued>,
    /// Those that run.
    pub running: BTreeMap<JobId, Running>,
    /// Failed attempts. Attempts that cannot succeed since nothing was given back are not made.
    pub blocked: Blocked,
    /// Circuits of live jobs moved so far.
    pub moved: u64,
    /// Sizes and traffic that have no place until something is given back.
    pub hopeless: Vec<(u32, Traffic)>,
}
