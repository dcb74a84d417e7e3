//! Judges a schedule, knowing nothing of how it came about.

use thiserror::Error;

use super::nodes::Cluster;
use super::release::Run;
use super::schedule::{Attempt, Ending, Schedule};
use crate::memory_sizing::online::settings::Settings;
use crate::memory_sizing::replay::history::Record;

/// What is wrong with a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Defect {
    /// An index of nothing.
    #[error("attempt {0} names a task or a node that there is not")]
    Unknown(usize),
    /// More cores or memory in use than there are.
    #[error("node {node} is full beyond its capacity at {at_ms} ms")]
    Overfull {
        /// The node.
        node: usize,
        /// When.
        at_ms: u64,
    },
    /// An attempt that joins the queue before its release or before it failed, starts before it
    /// joins, or lasts longer or shorter than it should.
    #[error("attempt {0} comes at the wrong time or takes the wrong time")]
    Time(usize),
    /// Success without the memory, or failure with it.
    #[error("attempt {0} ends as it cannot")]
    Ending(usize),
    /// A retry with no more memory than before, or after success.
    #[error("attempt {0} repeats what was tried")]
    Repeated(usize),
    /// A task that neither completed nor is unserved, or both, or is unserved though a node has
    /// room for it.
    #[error("task {0} has no proper end")]
    End(usize),
}

/// Re-verifies a schedule of a run.
///
/// Capacity at every moment, the course of every attempt, the order of the attempts at each task,
/// and that every task completed once or fits no node. Time O(n log n) for n attempts.
///
/// # Errors
/// The first defect.
pub fn verify(
    run: Run,
    cluster: &Cluster,
    settings: &Settings,
    restart_delay_ms: u64,
    schedule: &Schedule,
) -> Result<(), Defect> {
    for (number, attempt) in schedule.attempts.iter().enumerate() {
        let node = cluster.nodes.get(attempt.node);
        let record = run.history.records.get(attempt.task);
        let (Some(_), Some(record)) = (node, record) else { return Err(Defect::Unknown(number)) };
        check_course(number, attempt, record, settings)?;
    }
    check_capacity(run, cluster, schedule)?;
    check_tasks(run, cluster, restart_delay_ms, schedule)
}

fn check_course(
    number: usize,
    attempt: &Attempt,
    record: &Record,
    settings: &Settings,
) -> Result<(), Defect> {
    let enough = attempt.allocation_bytes >= record.peak_bytes;
    if enough != (attempt.ending == Ending::Completed) {
        return Err(Defect::Ending(number));
    }
    let full_ms = record.run_time_ms.max(1);
    let (allocation, peak) = (attempt.allocation_bytes as f64, record.peak_bytes as f64);
    let due_ms = match attempt.ending {
        Ending::Completed => full_ms,
        Ending::OutOfMemory => {
            let share = settings.time_to_failure.share(allocation, peak);
            ((full_ms as f64 * share).ceil() as u64).clamp(1, full_ms)
        }
    };
    let in_order = attempt.ready_ms <= attempt.start_ms;
    if in_order && attempt.start_ms.checked_add(due_ms) == Some(attempt.end_ms) {
        Ok(())
    } else {
        Err(Defect::Time(number))
    }
}

/// Sweeps over time; what ends makes room for what starts at the same moment.
fn check_capacity(run: Run, cluster: &Cluster, schedule: &Schedule) -> Result<(), Defect> {
    let mut changes: Vec<(u64, bool, usize)> = Vec::with_capacity(2 * schedule.attempts.len());
    for (number, attempt) in schedule.attempts.iter().enumerate() {
        changes.push((attempt.end_ms, false, number));
        changes.push((attempt.start_ms, true, number));
    }
    changes.sort_unstable();
    let mut used = vec![(0_u128, 0_u128); cluster.nodes.len()];
    for (at_ms, starts, number) in changes {
        let attempt = &schedule.attempts[number];
        let cores = u128::from(run.history.records[attempt.task].cores);
        let bytes = u128::from(attempt.allocation_bytes);
        let (used, node) = (&mut used[attempt.node], cluster.nodes[attempt.node]);
        if !starts {
            *used = (used.0 - cores, used.1 - bytes);
            continue;
        }
        *used = (used.0 + cores, used.1 + bytes);
        if used.0 > node.cores.into() || used.1 > node.memory_bytes.into() {
            return Err(Defect::Overfull { node: attempt.node, at_ms });
        }
    }
    Ok(())
}

fn check_tasks(
    run: Run,
    cluster: &Cluster,
    restart_delay_ms: u64,
    schedule: &Schedule,
) -> Result<(), Defect> {
    let mut last: Vec<Option<&Attempt>> = vec![None; run.history.records.len()];
    for (number, attempt) in schedule.attempts.iter().enumerate() {
        let earliest_ms = match last[attempt.task] {
            None => run.releases_ms[attempt.task],
            Some(before) => {
                let rises = attempt.allocation_bytes > before.allocation_bytes;
                if before.ending == Ending::Completed || !rises {
                    return Err(Defect::Repeated(number));
                }
                before.end_ms + restart_delay_ms
            }
        };
        if attempt.ready_ms != earliest_ms {
            return Err(Defect::Time(number));
        }
        last[attempt.task] = Some(attempt);
    }
    let mut unserved = vec![0; last.len()];
    for &task in &schedule.unserved {
        *unserved.get_mut(task).ok_or(Defect::End(task))? += 1;
    }
    for (task, record) in run.history.records.iter().enumerate() {
        let fits = cluster.nodes.iter().any(|node| {
            node.cores >= record.cores && node.memory_bytes >= record.peak_bytes.max(1)
        });
        let completed = last[task].is_some_and(|attempt| attempt.ending == Ending::Completed);
        if completed != fits || unserved[task] != usize::from(!fits) {
            return Err(Defect::End(task));
        }
    }
    Ok(())
}
