//! What a schedule amounts to.

use super::nodes::Cluster;
use super::release::Run;
use super::schedule::{Ending, Schedule};

/// Figures of a schedule, recomputed from its attempts alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Tasks that were tried at all.
    pub started: u64,
    /// Tasks that completed.
    pub completed: u64,
    /// Tasks that no node admits.
    pub unserved: u64,
    /// Attempts that failed.
    pub failures: u64,
    /// When the last attempt ended, in ms from the start.
    pub makespan_ms: u64,
    /// Cores times the time they were held, in core·ms, over all attempts.
    pub core_ms: u128,
    /// The part of it held by attempts that failed.
    pub lost_core_ms: u128,
    /// Time that attempts that failed ran for, in ms.
    pub lost_ms: u64,
    /// The most of it that one task lost, in ms: its attempts come one after the other, so that no
    /// cluster is large enough to hide it.
    pub most_lost_ms: u64,
    /// Memory allocated, in byte·ms, over all attempts.
    pub allocated_byte_ms: u128,
    /// Peaks of completed tasks times their run times, in byte·ms.
    pub used_byte_ms: u128,
    /// Time that tasks spent in the queue, in ms, over all attempts.
    pub waiting_ms: u128,
    /// What the cluster offers per ms of makespan: cores.
    pub cores: u64,
    /// And bytes.
    pub memory_bytes: u128,
}

impl Figures {
    /// The figures of a schedule of a run. Time O(attempts).
    #[must_use]
    pub fn new(run: Run, cluster: &Cluster, schedule: &Schedule) -> Self {
        let mut figures = Self {
            unserved: schedule.unserved.len() as u64,
            cores: cluster.cores(),
            memory_bytes: cluster.memory_bytes(),
            ..Self::default()
        };
        // Per task that was tried, what its failures took.
        let mut lost_ms: Vec<Option<u64>> = vec![None; run.history.records.len()];
        for attempt in &schedule.attempts {
            let lost_ms = lost_ms[attempt.task].get_or_insert(0);
            let record = &run.history.records[attempt.task];
            let held_ms = attempt.end_ms - attempt.start_ms;
            let core_ms = u128::from(record.cores) * u128::from(held_ms);
            figures.makespan_ms = figures.makespan_ms.max(attempt.end_ms);
            figures.core_ms += core_ms;
            figures.allocated_byte_ms += held(attempt.allocation_bytes, held_ms);
            figures.waiting_ms += u128::from(attempt.start_ms - attempt.ready_ms);
            match attempt.ending {
                Ending::Completed => {
                    figures.completed += 1;
                    figures.used_byte_ms += held(record.peak_bytes, held_ms);
                }
                Ending::OutOfMemory => {
                    figures.failures += 1;
                    figures.lost_ms += held_ms;
                    *lost_ms += held_ms;
                    figures.lost_core_ms += core_ms;
                }
            }
        }
        figures.started = lost_ms.iter().flatten().count() as u64;
        figures.most_lost_ms = lost_ms.into_iter().flatten().max().unwrap_or(0);
        figures
    }

    /// Tasks completed per hour of makespan.
    #[must_use]
    pub fn tasks_per_hour(&self) -> f64 {
        ratio(self.completed as f64 * 3_600_000.0, self.makespan_ms as f64)
    }

    /// The share of all core-time that attempts held, failed ones included.
    #[must_use]
    pub fn cores_held(&self) -> f64 {
        ratio(self.core_ms as f64, self.cores as f64 * self.makespan_ms as f64)
    }

    /// The share of all memory-time that was allocated.
    #[must_use]
    pub fn memory_allocated(&self) -> f64 {
        ratio(self.allocated_byte_ms as f64, self.memory_bytes as f64 * self.makespan_ms as f64)
    }

    /// The share of all memory-time that completed tasks used.
    #[must_use]
    pub fn memory_used(&self) -> f64 {
        ratio(self.used_byte_ms as f64, self.memory_bytes as f64 * self.makespan_ms as f64)
    }

    /// Memory held and not used, in byte·ms: the wastage of the other replays.
    #[must_use]
    pub fn waste_byte_ms(&self) -> u128 {
        self.allocated_byte_ms - self.used_byte_ms
    }

    /// Mean time in the queue per task that started, in ms, all its attempts together.
    #[must_use]
    pub fn mean_wait_ms(&self) -> f64 {
        ratio(self.waiting_ms as f64, self.started as f64)
    }
}

fn held(bytes: u64, held_ms: u64) -> u128 {
    u128::from(bytes) * u128::from(held_ms)
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
