//! Failed attempts of tasks that were tried again.

use std::collections::HashMap;

use super::trace::{Attempt, Ending};

/// The highest attempts of a task.
#[derive(Clone, Copy, Default)]
struct Last {
    completed: Option<u64>,
    killed: Option<u64>,
}

/// Per attempt: why it says nothing that a later attempt of the same task doesn't say better.
///
/// A later attempt that completed has shown the peak; one that was killed as well has shown a
/// higher lower bound. Attempts without a number are counted in the order of rows. Time O(rows).
pub(super) fn superseded(attempts: &[Attempt]) -> Vec<Option<&'static str>> {
    let mut last: HashMap<&str, Last> = HashMap::new();
    for (row, attempt) in attempts.iter().enumerate() {
        let Some(task) = &attempt.task else { continue };
        let entry = last.entry(task).or_default();
        let number = number(row, attempt);
        match attempt.ending {
            Ending::Completed => entry.completed = entry.completed.max(number),
            Ending::Killed(_) => entry.killed = entry.killed.max(number),
            Ending::Other(_) => {}
        }
    }
    let reason = |(row, attempt): (usize, &Attempt)| {
        let last = last.get(attempt.task.as_deref()?)?;
        let number = number(row, attempt);
        match attempt.ending {
            Ending::Killed(_) if last.completed > number => {
                Some("killed, and a later attempt completed")
            }
            Ending::Killed(_) if last.killed > number => Some("killed, and so was a later attempt"),
            _ => None,
        }
    };
    attempts.iter().enumerate().map(reason).collect()
}

fn number(row: usize, attempt: &Attempt) -> Option<u64> {
    Some(attempt.number.unwrap_or(row as u64))
}
