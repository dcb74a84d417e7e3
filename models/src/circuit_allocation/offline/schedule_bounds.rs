//! What no schedule of a whole queue can beat, however jobs are placed and wired.
//!
//! Both bounds forget leaves, links and shapes: a job of `n` GPUs and run time `T` takes `n · T` of
//! the `N` GPUs of the cluster. They hold for every policy, preemptive ones included.

/// A job of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuedJob {
    /// When it arrives.
    pub arrival_ms: u64,
    /// GPUs it holds while it runs.
    pub gpus: u32,
    /// How long it runs undisturbed.
    pub run_ms: u64,
}

/// A bound on the time from zero until all jobs are done: for every arrival `a`, what arrives from
/// then on cannot be done before `a` plus its work over all GPUs, and no job before its arrival plus
/// its run time. O(jobs log jobs).
///
/// ```
/// use placewright_models::circuit_allocation::offline::schedule_bounds::{QueuedJob, makespan_ms};
///
/// let job = |arrival_ms, gpus, run_ms| QueuedJob { arrival_ms, gpus, run_ms };
/// assert_eq!(makespan_ms(&[job(0, 4, 10), job(0, 4, 10), job(5, 8, 10)], 8), 20);
/// ```
#[must_use]
pub fn makespan_ms(jobs: &[QueuedJob], gpus: u64) -> u64 {
    let mut sorted = jobs.to_vec();
    sorted.sort_unstable_by_key(|job| std::cmp::Reverse(job.arrival_ms));
    let (mut work, mut bound) = (0_u128, 0_u128);
    for job in sorted {
        work += u128::from(job.gpus) * u128::from(job.run_ms);
        let by_work = u128::from(job.arrival_ms) + work.div_ceil(u128::from(gpus.max(1)));
        let alone = u128::from(job.arrival_ms) + u128::from(job.run_ms);
        bound = bound.max(by_work).max(alone);
    }
    u64::try_from(bound).unwrap_or(u64::MAX)
}

/// A bound on the sum of completion minus arrival over all jobs: the larger of the run times, and of
/// one machine of speed `N` on which work may be interrupted and done in any amounts.
///
/// On that machine the shortest remaining work first is optimal (Schrage, Oper. Res. 16 (1968)
/// 687-690), and any schedule of the cluster is a schedule of it. Completions on the machine are
/// rounded down to milliseconds. O(jobs log jobs).
///
/// ```
/// use placewright_models::circuit_allocation::offline::schedule_bounds::{QueuedJob, total_completion_ms};
///
/// let job = |gpus, run_ms| QueuedJob { arrival_ms: 0, gpus, run_ms };
/// // One after the other, the shorter first: 5 + 15.
/// assert_eq!(total_completion_ms(&[job(8, 10), job(8, 5)], 8), 20);
/// // Side by side: as long as each runs.
/// assert_eq!(total_completion_ms(&[job(4, 10), job(4, 5)], 8), 15);
/// ```
#[must_use]
pub fn total_completion_ms(jobs: &[QueuedJob], gpus: u64) -> u64 {
    let alone: u128 = jobs.iter().map(|job| u128::from(job.run_ms)).sum();
    u64::try_from(alone.max(one_machine_ms(jobs, gpus))).unwrap_or(u64::MAX)
}

/// Shortest remaining work first, in GPU-milliseconds at `gpus` a millisecond.
fn one_machine_ms(jobs: &[QueuedJob], gpus: u64) -> u128 {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    let speed = u128::from(gpus.max(1));
    let mut sorted = jobs.to_vec();
    sorted.sort_unstable_by_key(|job| job.arrival_ms);
    let mut open: BinaryHeap<Reverse<(u128, u64)>> = BinaryHeap::new();
    // Time times speed, so that all stays whole.
    let (mut now, mut total) = (0_u128, 0_u128);
    let mut next = sorted.into_iter().peekable();
    loop {
        let arrival = next.peek().map(|job| u128::from(job.arrival_ms) * speed);
        let Some(Reverse((work, since))) = open.pop() else {
            match next.next() {
                Some(job) => {
                    now = now.max(u128::from(job.arrival_ms) * speed);
                    open.push(Reverse((work_of(job), job.arrival_ms)));
                    continue;
                }
                None => return total,
            }
        };
        match arrival {
            Some(arrival) if arrival < now + work => {
                open.push(Reverse((now + work - arrival.max(now), since)));
                now = now.max(arrival);
                if let Some(job) = next.next() {
                    open.push(Reverse((work_of(job), job.arrival_ms)));
                }
            }
            _ => {
                now += work;
                total += (now / speed).saturating_sub(u128::from(since));
            }
        }
    }
}

fn work_of(job: QueuedJob) -> u128 {
    u128::from(job.gpus) * u128::from(job.run_ms)
}
