//! Failed attempts of tasks that were tried again.

use std::collections::HashMap;

use super::trace::{Attempt, Ending};

/// How a later attempt of the same task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::memory_sizing) enum Superseded {
    ByCompletion,
    ByKill,
}

impl Superseded {
    /// Why the earlier attempt is no sample.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::ByCompletion => "killed, and a later attempt completed",
            Self::ByKill => "killed, and so was a later attempt",
        }
    }
}

/// The highest attempts of a task.
#[derive(Clone, Copy, Default)]
struct Last {
    completed: Option<u64>,
    killed: Option<u64>,
}

/// Per attempt: whether a later attempt of the same task says everything that it says, and better.
///
/// A later attempt that completed has shown the peak; one that was killed as well has shown a
/// higher lower bound. Attempts without a number are counted in the order of rows. Time O(rows).
pub(super) fn superseded(attempts: &[Attempt]) -> Vec<Option<Superseded>> {
    let mut last: HashMap<&str, Last> = HashMap::new();
    for (row, attempt) in attempts.iter().enumerate() {
        let Some(task) = &attempt.task else { continue };
        let entry = last.entry(task).or_default();
        let number = number(row, attempt);
        match attempt.ending {
            Ending::Completed => entry.completed = entry.completed.max(number),
            Ending::Killed(_) => entry.killed = entry.killed.max(number),
            Ending::Failed(_) | Ending::Other(_) => {}
        }
    }
    let by = |(row, attempt): (usize, &Attempt)| {
        let last = last.get(attempt.task.as_deref()?)?;
        let number = number(row, attempt);
        match attempt.ending {
            Ending::Killed(_) if last.completed > number => Some(Superseded::ByCompletion),
            Ending::Killed(_) if last.killed > number => Some(Superseded::ByKill),
            _ => None,
        }
    };
    attempts.iter().enumerate().map(by).collect()
}

fn number(row: usize, attempt: &Attempt) -> Option<u64> {
    Some(attempt.number.unwrap_or(row as u64))
}
