//! A Nextflow trace as a run to be replayed: tasks in the order of the trace, in exact bytes.

use std::collections::HashMap;

use placewright_models::memory_sizing::online::task::Task;
use placewright_models::memory_sizing::replay::history::{History, Record};
use placewright_solver::issue::Issue;

use super::collect::Execution;
use super::nextflow::{TraceOptions, read};
use super::summary::Summary;

/// Reads the completed tasks with a measurement; the rest says nothing about memory.
///
/// # Errors
/// All missing columns, or all bad rows.
pub fn history(text: &str, options: &TraceOptions) -> Result<History, Vec<Issue>> {
    let executions = read(text, options, &mut Summary::default())?;
    let mut history = History::default();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for execution in executions.into_iter().filter(|execution| !execution.censored) {
        let next = numbers.len();
        let task_type = *numbers.entry(execution.task_type.clone()).or_insert(next);
        history.records.push(Record {
            task_type,
            task: execution.task(),
            peak_bytes: execution.peak_bytes,
            run_time_ms: execution.run_time_ms,
            cores: execution.cores,
            submitted_ms: execution.submitted_ms,
        });
        if task_type == history.types.len() {
            history.types.push(execution.task_type);
        }
    }
    Ok(history)
}

impl Execution {
    /// What was known before it ran.
    pub(in crate::memory_sizing) fn task(&self) -> Task {
        Task {
            input_size_bytes: self.input_size_bytes.map(|bytes| bytes as f64),
            request_bytes: self.request_bytes,
            label: self.label.clone(),
        }
    }
}
