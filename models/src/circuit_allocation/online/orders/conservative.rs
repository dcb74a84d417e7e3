//! Conservative backfill.

use crate::circuit_allocation::online::scheduler::{Scheduler, Started};

/// First come, first served; every waiting job has a reservation, and a later job may start if its
/// estimated run fits between them (Feitelson and Weil, "Utilization and predictability in scheduling
/// the IBM SP2 with backfilling", IPPS 1998).
///
/// Reservations are in GPUs, made anew in every pass in the order of the queue; the policy decides at
/// the start whether there is a place, and a job without one reserves from the next end of a job on.
/// So places may delay jobs where GPUs would not. O(queue · (queue + running)).
pub(crate) fn pass(scheduler: &mut Scheduler, now_ms: u64) -> Vec<Started> {
    let mut started = Vec::new();
    if !scheduler.may_start_any(0) {
        return started;
    }
    let mut profile = Profile::new(scheduler, now_ms);
    let mut place = 0;
    while let Some(job) = scheduler.book().queue.get(place).copied() {
        let mut at = profile.earliest(0, job.ask.gpus, job.estimate_ms);
        if at == 0 {
            if let Some(start) = scheduler.try_start(place, now_ms) {
                started.push(start);
                profile.reserve(0, job.ask.gpus, job.estimate_ms);
                continue;
            }
            at = profile.earliest(1, job.ask.gpus, job.estimate_ms);
        }
        profile.reserve(at, job.ask.gpus, job.estimate_ms);
        place += 1;
    }
    started
}

/// GPUs that will be free, from each time to the next.
struct Profile {
    steps: Vec<(u64, i64)>,
}

impl Profile {
    fn new(scheduler: &Scheduler, now_ms: u64) -> Self {
        let book = scheduler.book();
        let running = book.running.values();
        let mut ends: Vec<(u64, i64)> =
            running.map(|of| (of.ends_ms(now_ms), i64::from(of.queued.ask.gpus))).collect();
        ends.sort_unstable();
        let mut steps = vec![(now_ms, i64::from(book.state.gpus().total()))];
        for (at_ms, gpus) in ends {
            let last = steps[steps.len() - 1];
            match last.0 == at_ms {
                true => *steps.last_mut().unwrap_or(&mut (0, 0)) = (at_ms, last.1 + gpus),
                false => steps.push((at_ms, last.1 + gpus)),
            }
        }
        Self { steps }
    }

    /// The first step, not before `from`, at which so many GPUs are free for so long; the last step
    /// if none.
    fn earliest(&self, from: usize, gpus: u32, for_ms: u64) -> usize {
        let gpus = i64::from(gpus);
        let mut at = from.min(self.steps.len() - 1);
        while at + 1 < self.steps.len() {
            let until_ms = self.steps[at].0.saturating_add(for_ms);
            let during = self.steps[at..].iter().take_while(|step| step.0 < until_ms);
            match during.enumerate().find(|(_, step)| step.1 < gpus) {
                Some((short, _)) => at += short + 1,
                None => return at,
            }
        }
        self.steps.len() - 1
    }

    fn reserve(&mut self, at: usize, gpus: u32, for_ms: u64) {
        let until_ms = self.steps[at].0.saturating_add(for_ms.max(1));
        let end = self.steps.partition_point(|&(time_ms, _)| time_ms < until_ms);
        if self.steps.get(end).is_none_or(|&(time_ms, _)| time_ms > until_ms) {
            let before = self.steps[end - 1].1;
            self.steps.insert(end, (until_ms, before));
        }
        self.steps[at..end].iter_mut().for_each(|(_, free)| *free -= i64::from(gpus));
    }
}
