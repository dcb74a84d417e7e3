//! The jobs of a replay.

/// A job of a replay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplayJob {
    /// When it comes.
    pub arrival_ms: u64,
    /// Devices asked for in every round.
    pub demand: u32,
    /// Rounds it needs.
    pub rounds: u32,
    /// What the policy is told about the rounds.
    pub estimated_rounds: Option<u32>,
    /// Time from request to the end of a round.
    pub deadline_ms: u64,
    /// Compute time of a device of relative speed one.
    pub workload_ms: u64,
    /// Its group, from 0.
    pub group: u8,
}
