//! Jobs and their rounds, as policies see them.

use serde::{Deserialize, Serialize};

/// A job of a [`Matcher`](super::matcher::Matcher), by the order of registration.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
pub struct JobId(pub u32);

impl JobId {
    /// Its position in vectors.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a job asks for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobSpec {
    /// The devices it may use, by the number of the requirement.
    pub group: u8,
    /// Devices asked for in every round; at least one.
    pub demand: u32,
    /// Results that end a round at once; at most `demand`.
    pub quorum: u32,
    /// Time from the request of a round to its end, whatever came in.
    pub deadline_ms: u64,
    /// Rounds in all, as far as anybody knows.
    pub rounds: Option<u32>,
    /// How much a second of its completion time counts.
    pub weight: f64,
}

/// Results that end a round of so many devices: 80 %, rounded up.
///
/// ```
/// use placewright_models::irs_matching::online::job::usual_quorum;
/// assert_eq!((usual_quorum(100), usual_quorum(31)), (80, 25));
/// ```
#[must_use]
pub fn usual_quorum(demand: u32) -> u32 {
    (u64::from(demand) * 4).div_ceil(5) as u32
}

/// Whether a job waits for devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Between two rounds.
    Idle,
    /// A round is open.
    Open,
    /// Its last round is over.
    Ended,
}

/// A job and how far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// What it asks for.
    pub spec: JobSpec,
    /// When it was registered.
    pub arrived_ms: u64,
    /// Where it stands.
    pub stage: Stage,
    /// When the open round was requested.
    pub requested_ms: u64,
    /// When the open round ends at the latest.
    pub ends_ms: u64,
    /// Number of the open round or of the next one, counting failed ones.
    pub round: u32,
    /// Devices of the open round that accepted.
    pub assigned: u32,
    /// Results of the open round.
    pub results: u32,
    /// Devices offered to the job that have not answered.
    pub in_flight: u32,
    /// Devices the open round may still take.
    pub wanted: i32,
    /// Devices the open round needs to succeed, as the policy sees it.
    pub need: u32,
    /// When the open round got what it needs.
    pub needed_ms: Option<u64>,
    /// A device was offered since the demand was last filled.
    pub started: bool,
    /// Rounds that succeeded.
    pub done: u32,
    /// Rounds that failed.
    pub failed: u32,
    /// Devices that accepted, over all rounds.
    pub served: u64,
    /// Mean time from the last needed device to the end of a round, of late, in ms; 0 before the
    /// first.
    pub tail_ms: f64,
}

impl Job {
    /// A job without rounds so far.
    #[must_use]
    pub fn new(spec: JobSpec, now_ms: u64) -> Self {
        Self {
            spec,
            arrived_ms: now_ms,
            stage: Stage::Idle,
            requested_ms: now_ms,
            ends_ms: now_ms,
            round: 0,
            assigned: 0,
            results: 0,
            in_flight: 0,
            wanted: 0,
            need: spec.demand,
            needed_ms: None,
            started: false,
            done: 0,
            failed: 0,
            served: 0,
            tail_ms: 0.0,
        }
    }

    /// Whether the open round may take more devices.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.stage == Stage::Open && self.wanted > 0
    }

    /// Rounds left, at least one: what was estimated less what is done. A job of unknown length,
    /// or one that runs longer than estimated, is taken to be halfway (Propius assumes the same).
    #[must_use]
    pub fn rounds_left(&self) -> f64 {
        match self.spec.rounds {
            Some(rounds) if rounds > self.done => f64::from(rounds - self.done),
            _ => f64::from(self.done.max(1)),
        }
    }

    /// Devices left to serve: rounds left times demand, less what the open round has.
    #[must_use]
    pub fn work_left(&self) -> f64 {
        let has = if self.stage == Stage::Open { self.assigned.min(self.spec.demand) } else { 0 };
        self.rounds_left() * f64::from(self.spec.demand) - f64::from(has)
    }
}
