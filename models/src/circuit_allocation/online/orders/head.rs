//! Orders in which the head of the queue blocks.

use crate::circuit_allocation::online::book::Queued;
use crate::circuit_allocation::online::scheduler::{Scheduler, Started};

/// Starts the job with the least key, ties as they came, until one has no place.
/// O(queue) a job started.
pub(crate) fn pass(
    scheduler: &mut Scheduler,
    now_ms: u64,
    key: impl Fn(&Queued) -> (u64, u64),
) -> Vec<Started> {
    let mut started = Vec::new();
    loop {
        let queue = scheduler.book().queue.iter().enumerate();
        // The position breaks ties; `min_by_key` keeps the first.
        let Some((place, _)) = queue.min_by_key(|(_, job)| key(job)) else { break };
        match scheduler.try_start(place, now_ms) {
            Some(start) => started.push(start),
            None => break,
        }
    }
    started
}
