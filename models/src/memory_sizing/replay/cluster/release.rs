//! When the tasks of a recorded run join the queue.

use crate::memory_sizing::replay::history::History;

/// A run to be packed on a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The tasks.
    pub history: &'a History,
    /// When each of them joins the queue, in ms from the start. Tasks wait in the order of these
    /// times, and in the order of the trace where they are equal.
    pub releases_ms: &'a [u64],
}

/// All tasks at time zero: a cluster that is never idle while work is left.
#[must_use]
pub fn at_once(history: &History) -> Vec<u64> {
    vec![0; history.records.len()]
}

/// When the recorded run submitted them, counted from the first; `None` where the trace doesn't
/// say. These times hold what tasks waited for in the recorded run, its cluster included.
#[must_use]
pub fn as_submitted(history: &History) -> Option<Vec<u64>> {
    let submitted: Option<Vec<u64>> = history.records.iter().map(|r| r.submitted_ms).collect();
    let submitted = submitted?;
    let first = submitted.iter().copied().min().unwrap_or(0);
    Some(submitted.into_iter().map(|moment| moment - first).collect())
}
