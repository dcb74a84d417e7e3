//! What the engine may allocate, and what it minimises.

use serde::{Deserialize, Serialize};

/// When an attempt with too little memory fails.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeToFailure {
    /// After this share of the run time, in (0, 1].
    Share(f64),
    /// Memory grows linearly over the run time: after the share `allocation / peak`.
    Proportional,
}

impl TimeToFailure {
    /// The share of the run time that an attempt lasts whose allocation is below the peak.
    #[must_use]
    pub fn share(self, allocation_bytes: f64, peak_bytes: f64) -> f64 {
        match self {
            Self::Share(share) => share,
            Self::Proportional => allocation_bytes / peak_bytes,
        }
    }
}

/// Limits, rounding and prices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Allocations are multiples of this many bytes.
    pub granularity_bytes: u64,
    /// Largest allocation a node can give, in bytes; a multiple of the granularity.
    pub limit_bytes: u64,
    /// When an attempt with too little memory fails.
    pub time_to_failure: TimeToFailure,
    /// Price of a failed attempt, in byte·ms, beyond the memory it held.
    pub failure_price_byte_ms: f64,
    /// The same as a multiple of what the task uses (peak times run time), for workflows whose
    /// tasks differ by orders of magnitude.
    pub failure_price_usages: f64,
}

impl Settings {
    /// The same with a lower limit, where there is one.
    #[must_use]
    pub fn limited(self, limit_bytes: Option<u64>) -> Self {
        Self {
            limit_bytes: limit_bytes.map_or(self.limit_bytes, |b| b.min(self.limit_bytes)),
            ..self
        }
    }

    /// What a failed attempt of a task costs beyond the memory it held, in byte·ms.
    #[must_use]
    pub fn failure_price(&self, peak_bytes: f64, run_time_ms: f64) -> f64 {
        self.failure_price_byte_ms + self.failure_price_usages * peak_bytes * run_time_ms
    }
}

impl Default for Settings {
    /// MiB steps, 1 PiB, failure at the end of the run time; a failure costs a fifth of what the
    /// task uses, which hardly changes the waste and settles what would be a toss-up.
    fn default() -> Self {
        Self {
            granularity_bytes: 1 << 20,
            limit_bytes: 1 << 50,
            time_to_failure: TimeToFailure::Share(1.0),
            failure_price_byte_ms: 0.0,
            failure_price_usages: 0.2,
        }
    }
}
