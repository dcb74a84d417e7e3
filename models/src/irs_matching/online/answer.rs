//! What the engine is told and what it answers.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::job::{JobId, JobSpec, usual_quorum};
use super::requirement::Requirement;

/// A job to be registered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewJob {
    /// The devices it may use.
    pub requirement: Requirement,
    /// Devices asked for in every round.
    pub demand: u32,
    /// Results that end a round; 80 % of the demand where none is given.
    pub quorum: Option<u32>,
    /// Time from the request of a round to its end, whatever came in.
    pub deadline_ms: u64,
    /// Rounds in all, as far as anybody knows.
    pub estimated_rounds: Option<u32>,
    /// How much a second of its completion time counts; 1 is usual.
    pub weight: f64,
}

const LONGEST_DEADLINE_MS: u64 = 1 << 40;
const LARGEST_DEMAND: u32 = 100_000_000;
const LARGEST_WEIGHT: f64 = 1e9;

impl NewJob {
    fn least_results(&self) -> u32 {
        self.quorum.unwrap_or_else(|| usual_quorum(self.demand))
    }

    /// Whether every number is in range.
    pub(super) fn check(&self) -> Result<(), EngineError> {
        let (quorum, demand) = (self.least_results(), self.demand);
        if !(1..=LARGEST_DEMAND).contains(&demand) {
            return Err(EngineError::Demand(demand));
        }
        if !(1..=demand).contains(&quorum) {
            return Err(EngineError::Quorum { quorum, demand });
        }
        if !(1..=LONGEST_DEADLINE_MS).contains(&self.deadline_ms) {
            return Err(EngineError::Deadline(self.deadline_ms));
        }
        if !(self.weight > 0.0 && self.weight <= LARGEST_WEIGHT) {
            return Err(EngineError::Weight);
        }
        if !self.requirement.is_sound() {
            return Err(EngineError::Requirement);
        }
        Ok(())
    }

    /// What the matcher keeps of it.
    pub(super) fn spec(&self, group: u8) -> JobSpec {
        JobSpec {
            group,
            demand: self.demand,
            quorum: self.least_results(),
            deadline_ms: self.deadline_ms,
            rounds: self.estimated_rounds,
            weight: self.weight,
        }
    }
}

/// An offer of a job to a device, open until it is answered or runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OfferId(pub u64);

/// What a device that checks in should do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Serve a job.
    Serve {
        /// The offer to accept or decline.
        offer: OfferId,
        /// The job.
        job: JobId,
    },
    /// Come back within this window.
    Retry {
        /// Not before.
        after_ms: u64,
        /// Not after.
        before_ms: u64,
    },
}

/// What became of an accepted offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// The device belongs to this round of the job.
    Confirmed {
        /// The job.
        job: JobId,
        /// The number of the round, to be given with the report.
        round: u32,
    },
    /// The job wants no more devices.
    TooLate,
}

/// How a device fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It returned a result.
    Result,
    /// It is gone.
    Lost,
}

/// What a report means for the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// It was counted.
    Counted,
    /// The round has its quorum: close it.
    Quorum,
    /// The round is over.
    Late,
}

/// How a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It has its quorum, or enough devices and enough results of those.
    Succeeded,
    /// It has not.
    Failed,
}

/// What is wrong with a call; nothing was changed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EngineError {
    /// No such job was registered.
    #[error("there is no job {}", .0.0)]
    UnknownJob(JobId),
    /// The job is over.
    #[error("job {} has ended", .0.0)]
    Ended(JobId),
    /// A round is open already.
    #[error("job {} has an open round: close it first", .0.0)]
    RoundOpen(JobId),
    /// No round is open.
    #[error("job {} has no open round", .0.0)]
    NoRound(JobId),
    /// More results than devices.
    #[error("job {} reports more outcomes than it has devices in this round", .0.0)]
    TooManyReports(JobId),
    /// A round that has not begun.
    #[error("job {} has not come to round {round}", .job.0)]
    FutureRound {
        /// The job.
        job: JobId,
        /// The round reported.
        round: u32,
    },
    /// The offer was answered, ran out or was never made.
    #[error("offer {} is not open: it was answered, ran out or was never made", .0.0)]
    UnknownOffer(OfferId),
    /// A job asks for nothing or too much.
    #[error("a demand of {0} devices is not in 1..=100,000,000")]
    Demand(u32),
    /// A quorum beyond the demand.
    #[error("a quorum of {quorum} is not in 1..={demand}, the demand")]
    Quorum {
        /// The quorum.
        quorum: u32,
        /// The demand.
        demand: u32,
    },
    /// A deadline of nothing or of years.
    #[error("a deadline of {0} ms is not in 1..=2^40: is the unit milliseconds?")]
    Deadline(u64),
    /// A weight that is no positive number.
    #[error("a weight must be a positive number of at most 1e9")]
    Weight,
    /// A threshold that is no number.
    #[error("a requirement has a threshold that is no number")]
    Requirement,
    /// Too many different requirements.
    #[error("there are 128 different requirements already, the most there may be")]
    TooManyGroups,
    /// Time must not run backwards.
    #[error("the time {now_ms} ms is before {last_ms} ms, that of an earlier call")]
    TimeRunsBackwards {
        /// The time given.
        now_ms: u64,
        /// The latest before.
        last_ms: u64,
    },
    /// Beyond what the clock holds.
    #[error("a time of {0} ms is beyond 2^53: is the unit milliseconds?")]
    TimeTooLarge(u64),
}
