//! What a replay comes to.

/// How a job fared.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JobTally {
    /// Time from arrival to the end of the last round; none when the replay ended first.
    pub completion_ms: Option<u64>,
    /// Rounds that succeeded.
    pub done: u32,
    /// Rounds that failed.
    pub aborted: u32,
    /// Devices that accepted.
    pub assigned: u64,
    /// Results that counted for a successful round.
    pub used_results: u64,
    /// Results lost with an aborted round.
    pub lost_results: u64,
    /// Results that came after their round.
    pub late_results: u64,
    /// Time from the request to the device that makes the quorum, over rounds that got so far.
    pub queue_ms: u64,
    /// Those rounds.
    pub queued_rounds: u64,
}

/// What a replay comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// By job.
    pub jobs: Vec<JobTally>,
    /// When the replay ended.
    pub end_ms: u64,
    /// Check-ins until the last job ended.
    pub checkins: u64,
    /// Times a device was offered to a job it may not serve.
    pub ineligible: u64,
}
