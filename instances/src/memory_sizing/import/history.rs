//! A Nextflow trace as a run to be replayed: tasks in the order of the trace, in exact bytes.

use std::collections::HashMap;

use placewright_models::memory_sizing::online::task::Task;
use placewright_models::memory_sizing::replay::history::{History, Record};
use placewright_solver::issue::Issue;

use super::nextflow::TraceOptions;
use super::trace::{Attempt, Columns, Ending};
use crate::table::Table;

/// Reads the completed tasks with a measurement; the rest says nothing about memory.
///
/// # Errors
/// All missing columns, or all bad rows.
pub fn history(text: &str, options: &TraceOptions) -> Result<History, Vec<Issue>> {
    let table = Table::open(text)?;
    let columns = Columns::of(&table, options)?;
    let (mut attempts, mut issues) = (Vec::new(), Vec::new());
    table.for_each(&mut issues, |row, issues| attempts.push(columns.attempt(row, issues)));
    if !issues.is_empty() {
        return Err(issues);
    }
    let mut history = History::default();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for attempt in attempts {
        let Some(record) = record(&attempt, options) else { continue };
        let next = numbers.len();
        let task_type = *numbers.entry(attempt.task_type.clone()).or_insert(next);
        if task_type == history.types.len() {
            history.types.push(attempt.task_type);
        }
        history.records.push(Record { task_type, ..record });
    }
    Ok(history)
}

fn record(attempt: &Attempt, options: &TraceOptions) -> Option<Record> {
    let peak_bytes = attempt.measured_bytes(options.target);
    if attempt.ending != Ending::Completed || peak_bytes == 0 || attempt.task_type.is_empty() {
        return None;
    }
    Some(Record {
        task_type: 0,
        task: Task {
            input_size_bytes: attempt.input_size_bytes.map(|bytes| bytes as f64),
            request_bytes: attempt.request_bytes.filter(|&bytes| bytes > 0),
            label: attempt.label.clone(),
        },
        peak_bytes,
        run_time_ms: attempt.run_time_ms?,
        cores: attempt.cores,
        submitted_ms: attempt.submitted_ms,
    })
}
