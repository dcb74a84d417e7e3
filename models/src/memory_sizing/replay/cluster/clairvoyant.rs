//! The ideal that policies are measured against.

use crate::memory_sizing::online::policy::{Policy, Proposal};
use crate::memory_sizing::online::task::{Sample, Task};

/// Allocates exactly the peak, which only a replay can know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clairvoyant {
    peak_bytes: f64,
}

impl Policy for Clairvoyant {
    fn peek(&mut self, _task_type: usize, sample: &Sample) {
        self.peak_bytes = sample.peak_bytes;
    }

    fn propose(&mut self, _task_type: usize, _task: &Task) -> Proposal {
        vec![self.peak_bytes]
    }

    fn learn(&mut self, _task_type: usize, _sample: &Sample) {}
}
