//! What the workflow itself asks for, whatever happens.

use serde::{Deserialize, Serialize};

use crate::memory_sizing::online::policy::{Proposal, TypePolicy};
use crate::memory_sizing::online::task::{Sample, Task};

/// The policy `preset`: the task's own request. Learns nothing.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Preset;

impl TypePolicy for Preset {
    fn propose(&mut self, task: &Task) -> Proposal {
        task.request_bytes.map(|bytes| bytes as f64).into_iter().collect()
    }

    fn learn(&mut self, _sample: &Sample) {}
}
