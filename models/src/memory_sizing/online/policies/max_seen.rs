//! The largest peak so far and a margin, then doubling.

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::task::{Sample, Task};

/// The policy `max-seen`: one line that beats most published rules.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct MaxSeen {
    /// What is added, as a share of the largest peak.
    pub margin: f64,
    largest_bytes: f64,
}

impl MaxSeen {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(margin: f64) -> Self {
        Self { margin, largest_bytes: 0.0 }
    }
}

impl TypePolicy for MaxSeen {
    fn propose(&mut self, _task: &Task) -> Proposal {
        if self.largest_bytes == 0.0 {
            return Vec::new();
        }
        vec![self.largest_bytes * (1.0 + self.margin)]
    }

    fn learn(&mut self, sample: &Sample) {
        self.largest_bytes = self.largest_bytes.max(sample.peak_bytes);
    }
}
