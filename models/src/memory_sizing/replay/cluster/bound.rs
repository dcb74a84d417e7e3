//! What no sizes and no packing can beat.

use super::nodes::Cluster;
use super::release::Run;
use crate::memory_sizing::replay::history::Record;

/// Lower bounds on the makespan of a run on a cluster, in ms.
///
/// Every task that a node admits must run once, on its cores and with at least its peak. After any
/// moment, what is released from then on needs core-time and memory-time that the whole cluster
/// has to provide; and no task ends before its release and its run time. The bounds hold for every
/// schedule, also for one that knows all peaks; they leave out that tasks cannot be cut to fill
/// nodes evenly. Time O(n log n).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MakespanBound {
    /// By the cores.
    pub cores_ms: u64,
    /// By the memory.
    pub memory_ms: u64,
    /// By the task that ends last when nothing waits.
    pub task_ms: u64,
}

impl MakespanBound {
    /// The bounds for a run.
    #[must_use]
    pub fn new(run: Run, cluster: &Cluster) -> Self {
        let served = |record: &Record| {
            cluster.limit_bytes(record.cores).is_some_and(|limit| record.peak_bytes <= limit)
        };
        let released = run.releases_ms.iter().copied().zip(&run.history.records);
        let mut tasks: Vec<(u64, &Record)> = released.filter(|(_, r)| served(r)).collect();
        tasks.sort_by_key(|&(release_ms, _)| std::cmp::Reverse(release_ms));
        let (mut core_ms, mut byte_ms, mut bound) = (0_u128, 0_u128, Self::default());
        for (release_ms, record) in tasks {
            let run_time_ms = record.run_time_ms.max(1);
            core_ms += u128::from(record.cores) * u128::from(run_time_ms);
            byte_ms += u128::from(record.peak_bytes) * u128::from(run_time_ms);
            let by_cores = release_ms + quotient(core_ms, cluster.cores().into());
            let by_memory = release_ms + quotient(byte_ms, cluster.memory_bytes());
            bound.cores_ms = bound.cores_ms.max(by_cores);
            bound.memory_ms = bound.memory_ms.max(by_memory);
            bound.task_ms = bound.task_ms.max(release_ms + run_time_ms);
        }
        bound
    }

    /// The best of them.
    #[must_use]
    pub fn ms(&self) -> u64 {
        self.cores_ms.max(self.memory_ms).max(self.task_ms)
    }
}

/// Rounded up: makespans are integers.
fn quotient(area: u128, capacity: u128) -> u64 {
    // Times are below 2^41 and there are served tasks only where there is capacity.
    u64::try_from(area.div_ceil(capacity.max(1))).unwrap_or(u64::MAX)
}
