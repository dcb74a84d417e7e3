//! The tasks of a recorded run.

use crate::memory_sizing::online::task::{Sample, Task};

/// One completed task.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Index into [`History::types`].
    pub task_type: usize,
    /// What was known before it ran.
    pub task: Task,
    /// Largest memory in use, in bytes, at least 1.
    pub peak_bytes: u64,
    /// Run time in ms, at least 1.
    pub run_time_ms: u64,
    /// Cores in use, at least 1.
    pub cores: u32,
    /// When the task was submitted, in ms since some moment that all tasks share; `None` where
    /// the trace doesn't say.
    pub submitted_ms: Option<u64>,
}

impl Record {
    /// What a policy learns from it.
    #[must_use]
    pub fn sample(&self) -> Sample {
        Sample {
            task: self.task.clone(),
            peak_bytes: self.peak_bytes as f64,
            run_time_ms: self.run_time_ms as f64,
        }
    }
}

/// A recorded run: task types in the order of their first task, tasks in the order of the trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Names of the task types.
    pub types: Vec<String>,
    /// Completed tasks.
    pub records: Vec<Record>,
}

impl History {
    /// The records of every type, as indices.
    #[must_use]
    pub fn by_type(&self) -> Vec<Vec<usize>> {
        let mut by_type = vec![Vec::new(); self.types.len()];
        for (index, record) in self.records.iter().enumerate() {
            by_type[record.task_type].push(index);
        }
        by_type
    }
}
