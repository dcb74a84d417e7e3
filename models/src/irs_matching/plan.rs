//! The decisions of a matching plan, and nothing that could be derived from them.

use super::instance::{ClassId, JobId};

/// Who serves whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Plan {
    /// For every device, in the order of arrival, the job it serves.
    Devices(Vec<Option<JobId>>),
    /// What jobs get while: intervals in the order of time.
    Fluid(Vec<Interval>),
}

/// What jobs get from `start_ms` until just before `end_ms`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Interval {
    /// The interval's first millisecond.
    pub start_ms: u64,
    /// The first millisecond after it.
    pub end_ms: u64,
    /// Who gets how much of which class, every pair at most once.
    pub grants: Vec<Grant>,
}

/// What a job gets of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The job.
    pub job: JobId,
    /// The class.
    pub class: ClassId,
    /// How much, in micro-devices, at least one.
    pub micro_devices: u64,
}
