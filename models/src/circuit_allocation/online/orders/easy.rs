//! EASY backfill.

use crate::circuit_allocation::online::scheduler::{Scheduler, Started};
use crate::circuit_allocation::online::state::State;

/// First come, first served; while the head waits, later jobs may start if the head can still start
/// at its shadow time, the first moment at which it has a place when running jobs end as estimated
/// (Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995).
///
/// The usual rule counts processors; here places count. The shadow time is found by taking running
/// jobs out of a copy of the cluster and asking the policy (bisection over their ends). A job that
/// would run beyond it may start only if the copy still has a place for the head beside it.
/// O(log running + queue) placements.
pub(crate) fn pass(scheduler: &mut Scheduler, now_ms: u64) -> Vec<Started> {
    let mut started = Vec::new();
    while !scheduler.book().queue.is_empty() {
        match scheduler.try_start(0, now_ms) {
            Some(start) => started.push(start),
            None => break,
        }
    }
    if scheduler.book().queue.len() < 2 || !scheduler.may_start_any(1) {
        return started;
    }
    let head = scheduler.book().queue[0].ask;
    let mut shadow = shadow(scheduler, now_ms);
    let mut place = 1;
    while let Some(job) = scheduler.book().queue.get(place).copied() {
        let Some(placement) = scheduler.try_place(place) else {
            place += 1;
            continue;
        };
        if let Some((at_ms, state)) = &mut shadow
            && now_ms.saturating_add(job.estimate_ms) > *at_ms
        {
            // Places that move live jobs are not known to be free at the shadow time.
            if !placement.moved.is_empty() || !state.admits(&placement) {
                place += 1;
                continue;
            }
            state.place(job.ask.job, job.ask.traffic, &placement);
            if scheduler.place_in(state, &head).is_none() {
                state.release(job.ask.job);
                place += 1;
                continue;
            }
        }
        started.push(scheduler.start(place, placement, now_ms));
    }
    started
}

/// When the head can start, and the cluster at that time; none if no end of a job helps.
fn shadow(scheduler: &mut Scheduler, now_ms: u64) -> Option<(u64, State)> {
    let head = scheduler.book().queue.first()?.ask;
    let running = scheduler.book().running.iter();
    let mut ends: Vec<_> = running.map(|(&job, of)| (of.ends_ms(now_ms), job)).collect();
    ends.sort_unstable();
    let after = |count: usize, scheduler: &Scheduler| {
        let mut state = scheduler.book().state.clone();
        ends[..count].iter().for_each(|&(_, job)| {
            state.release(job);
        });
        state
    };
    let (mut low, mut high) = (0, ends.len());
    let mut found = None;
    while low < high {
        let middle = (low + high) / 2;
        let state = after(middle + 1, scheduler);
        match scheduler.place_in(&state, &head) {
            Some(_) => (found, high) = (Some((ends[middle].0, state)), middle),
            None => low = middle + 1,
        }
    }
    found
}
