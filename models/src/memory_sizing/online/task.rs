//! What is known about a task before it runs, and after.

use serde::{Deserialize, Serialize};

/// What a workflow system knows before a task starts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Size of the staged input, in bytes; `None` where it is not known beforehand.
    pub input_size_bytes: Option<f64>,
    /// What the workflow itself asks for, in bytes.
    pub request_bytes: Option<u64>,
    /// What the workflow calls the task, such as the sample it works on (Nextflow's `tag`);
    /// words in it that tasks have in common may tell about memory.
    pub label: Option<String>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Outcome {
    /// It completed with this peak.
    Completed {
        /// Largest memory in use, in bytes.
        peak_bytes: u64,
        /// Run time in ms.
        run_time_ms: u64,
    },
    /// It was killed for lack of memory: the peak is *at least* the allocation (censored).
    OutOfMemory {
        /// What the attempt was given, in bytes.
        allocation_bytes: u64,
        /// Run time until then, in ms.
        run_time_ms: u64,
    },
    /// It failed for another reason, which says nothing about memory.
    Failed,
}

/// One completed task of a type, as policies remember it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The task.
    pub task: Task,
    /// Largest memory in use, in bytes, at least 1.
    pub peak_bytes: f64,
    /// Run time in ms, at least 1.
    pub run_time_ms: f64,
}
