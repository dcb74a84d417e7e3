//! What a matching policy is.

use serde::{Deserialize, Serialize};

use super::classes::Classes;
use super::job::{Job, JobId};
use super::plan::Plan;
use super::supply::Supply;

/// Everything a policy may look at.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The time.
    pub now_ms: u64,
    /// All jobs by number.
    pub jobs: &'a [Job],
    /// Those that have not ended, in the order in which they came.
    pub live: &'a [JobId],
    /// The device classes.
    pub classes: &'a Classes,
    /// What checked in of late.
    pub supply: &'a Supply,
    /// What was done so far.
    pub record: Record,
}

/// What a matcher has seen through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Jobs that ended.
    pub jobs: u64,
    /// Rounds that succeeded, of all jobs.
    pub rounds: u64,
}

impl<'a> Scene<'a> {
    /// A job.
    #[must_use]
    pub fn job(&self, id: JobId) -> &'a Job {
        &self.jobs[id.index()]
    }

    /// The live jobs whose open rounds want devices.
    pub fn waiting(&self) -> impl Iterator<Item = (JobId, &'a Job)> + use<'a> {
        let jobs = self.jobs;
        let all = self.live.iter().map(move |&id| (id, &jobs[id.index()]));
        all.filter(|(_, job)| job.waits())
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A job was registered.
    Arrived(JobId),
    /// A job asked for the devices of a round.
    Requested(JobId),
    /// The first device was offered to a job since its demand was last filled.
    Started(JobId),
    /// A round has all devices it asked for.
    Filled(JobId),
    /// A round is over.
    Closed(JobId),
    /// A job is over.
    Ended(JobId),
    /// Time passed.
    Tick,
}

/// Rebuilds the plan when something happens.
pub trait Policy {
    /// Brings the plan up to date after an event. Policies that rank by what the event does not
    /// change leave it alone. Jobs that want nothing may stay in lists; they are passed over.
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan);

    /// Devices that a round needs to succeed: the quota of [`Quota::Need`](super::plan::Quota).
    fn need(&self, job: &Job) -> u32 {
        job.spec.demand
    }

    /// How often it wants to hear a [`Event::Tick`].
    fn tick_ms(&self) -> Option<u64> {
        None
    }

    /// Which devices use up demand.
    fn counts(&self) -> Counts {
        Counts::Accepted
    }
}

/// Which devices use up the demand of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Those that accepted; a round can get more than it asked for by the offers in flight.
    Accepted,
    /// Those that were offered.
    Offered,
}
