//! The matcher: jobs, supply, a policy and its plan, and the short path of a check-in.

use serde::{Deserialize, Serialize};

use super::classes::{Classes, Groups};
use super::job::{Job, JobId, JobSpec, Stage};
use super::plan::{Plan, Quota, Slot};
use super::policy::{Counts, Event, Policy, Record, Scene};
use super::rule::Rule;
use super::supply::Supply;

/// Bookkeeping of rounds around a policy. Trusts its caller: [`Engine`](super::engine::Engine)
/// is the one that checks.
///
/// A check-in takes the first slot of its class's list that has room: O(list) in the worst case,
/// most often O(1). All other calls may rebuild the plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Matcher {
    rule: Rule,
    jobs: Vec<Job>,
    live: Vec<JobId>,
    classes: Classes,
    supply: Supply,
    plan: Plan,
    /// By [`Slot`]: devices that may still be given.
    room: Vec<i32>,
    record: Record,
    next_tick_ms: u64,
}

/// Check-ins in the window of recent supply, as in the simulator of Venn.
const WINDOW: usize = 1000;

impl Matcher {
    /// No jobs yet; these device classes, more may come.
    #[must_use]
    pub fn new(rule: Rule, classes: Classes) -> Self {
        let mut supply = Supply::new(WINDOW);
        supply.resize(classes.len());
        Self {
            rule,
            jobs: Vec::new(),
            live: Vec::new(),
            classes,
            supply,
            plan: Plan::default(),
            room: Vec::new(),
            record: Record::default(),
            next_tick_ms: 0,
        }
    }

    /// All jobs by number.
    #[must_use]
    pub fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// The jobs that have not ended.
    #[must_use]
    pub fn live(&self) -> &[JobId] {
        &self.live
    }

    /// The device classes.
    #[must_use]
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The present plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Devices that a slot may still be given.
    #[must_use]
    pub fn room(&self, slot: Slot) -> i32 {
        self.room[slot.index()]
    }

    /// Registers a class of devices, new or known.
    pub fn class(&mut self, groups: Groups, now_ms: u64) -> usize {
        let known = self.classes.len();
        let class = self.classes.intern(groups, 0);
        if class == known {
            self.supply.resize(known + 1);
            self.tell(Event::Tick, now_ms);
        }
        class
    }

    /// A new job, without an open round.
    pub fn register(&mut self, spec: JobSpec, now_ms: u64) -> JobId {
        let id = JobId(self.jobs.len() as u32);
        self.jobs.push(Job::new(spec, now_ms));
        self.live.push(id);
        self.room.extend([0, 0]);
        self.tell(Event::Arrived(id), now_ms);
        id
    }

    /// The job asks for the devices of a round, which ends at `ends_ms` at the latest.
    pub fn open(&mut self, id: JobId, ends_ms: u64, now_ms: u64) {
        let job = &mut self.jobs[id.index()];
        job.stage = Stage::Open;
        job.requested_ms = now_ms;
        job.ends_ms = ends_ms;
        job.wanted = job.spec.demand as i32;
        let in_flight = match self.rule.counts() {
            Counts::Accepted => 0,
            Counts::Offered => job.in_flight as i32 + job.assigned as i32,
        };
        let need = self.rule.need(&self.jobs[id.index()]);
        let job = &mut self.jobs[id.index()];
        job.need = need;
        let (need, demand) = (need as i32, job.spec.demand as i32);
        let index = id.index() * 2;
        self.room[index] = need - in_flight;
        self.room[index + 1] = demand - in_flight;
        self.tell(Event::Requested(id), now_ms);
    }

    /// A device of a class checks in: the job it should serve, if any. The offer is in flight
    /// until [`Matcher::accept`] or [`Matcher::decline`].
    #[inline]
    pub fn check_in(&mut self, class: usize, now_ms: u64) -> Option<JobId> {
        self.supply.count(class, now_ms);
        if now_ms >= self.next_tick_ms {
            self.tick(now_ms);
        }
        let list = self.plan.list(class);
        let slot = *list.iter().find(|slot| self.room[slot.index()] > 0)?;
        let id = slot.job();
        self.offer(id, now_ms);
        Some(id)
    }

    /// The same for a device that names the jobs it may serve, whatever its class.
    pub fn check_in_for(&mut self, jobs: &[JobId], now_ms: u64) -> Option<JobId> {
        if now_ms >= self.next_tick_ms {
            self.tick(now_ms);
        }
        let place = |slot: &Slot| {
            let class = (0..self.classes.len()).find(|&class| {
                self.classes.serves(class, self.jobs[slot.job().index()].spec.group)
            });
            class.and_then(|class| self.plan.list(class).iter().position(|other| other == slot))
        };
        let known = jobs.iter().filter(|id| id.index() < self.jobs.len());
        let slots = known.flat_map(|&id| [Quota::Need, Quota::Demand].map(|q| Slot::new(id, q)));
        let roomy = slots.filter(|slot| self.room[slot.index()] > 0);
        // By the place in a list of a class that serves the job; those in no list come last.
        let best = roomy.min_by_key(|slot| {
            (slot.quota() == Quota::Demand, place(slot).unwrap_or(usize::MAX), slot.job())
        })?;
        self.offer(best.job(), now_ms);
        Some(best.job())
    }

    /// Devices that a job may still be given in its open round.
    #[must_use]
    pub fn demand_room(&self, id: JobId) -> i32 {
        self.room[id.index() * 2 + 1]
    }

    #[inline]
    pub(super) fn offer(&mut self, id: JobId, now_ms: u64) {
        let job = &mut self.jobs[id.index()];
        job.in_flight += 1;
        if self.rule.counts() == Counts::Offered {
            self.room[id.index() * 2] -= 1;
            self.room[id.index() * 2 + 1] -= 1;
        }
        if !job.started {
            job.started = true;
            self.tell(Event::Started(id), now_ms);
        }
    }

    #[cold]
    fn tick(&mut self, now_ms: u64) {
        self.next_tick_ms = self.rule.tick_ms().map_or(u64::MAX, |every| now_ms + every);
        self.tell(Event::Tick, now_ms);
    }

    /// A device in flight accepts: it counts for the open round, or for the next one.
    pub fn accept(&mut self, id: JobId, now_ms: u64) {
        let job = &mut self.jobs[id.index()];
        job.in_flight -= 1;
        job.assigned += 1;
        job.served += 1;
        job.wanted -= 1;
        if self.rule.counts() == Counts::Accepted {
            self.room[id.index() * 2] -= 1;
            self.room[id.index() * 2 + 1] -= 1;
        }
        if job.assigned >= job.need {
            job.needed_ms.get_or_insert(now_ms);
        }
        if job.wanted == 0 {
            job.started = false;
            self.tell(Event::Filled(id), now_ms);
        }
    }

    /// A device in flight does not come.
    pub fn decline(&mut self, id: JobId) {
        self.jobs[id.index()].in_flight -= 1;
        if self.rule.counts() == Counts::Offered && self.jobs[id.index()].stage == Stage::Open {
            self.room[id.index() * 2] += 1;
            self.room[id.index() * 2 + 1] += 1;
        }
    }

    /// A result of the open round comes in; whether the round has its quorum now.
    #[inline]
    pub fn result(&mut self, id: JobId) -> bool {
        let job = &mut self.jobs[id.index()];
        job.results += 1;
        job.results >= job.spec.quorum
    }

    /// Whether a round that ends now succeeds: enough devices, and of those enough results.
    #[must_use]
    pub fn succeeds(&self, id: JobId) -> bool {
        let job = &self.jobs[id.index()];
        let counted = job.assigned.min(job.spec.demand);
        job.results >= job.spec.quorum
            || (job.assigned >= job.spec.quorum
                && u64::from(job.results) * u64::from(job.spec.demand)
                    >= u64::from(counted) * u64::from(job.spec.quorum))
    }

    /// The round is over.
    pub fn close(&mut self, id: JobId, success: bool, now_ms: u64) {
        let job = &mut self.jobs[id.index()];
        match success {
            true => {
                job.done += 1;
                self.record.rounds += 1;
            }
            false => job.failed += 1,
        }
        if let Some(since) = job.needed_ms.take() {
            let tail_ms = now_ms.saturating_sub(since) as f64;
            let known = job.tail_ms;
            job.tail_ms = if known == 0.0 { tail_ms } else { known + 0.1 * (tail_ms - known) };
        }
        job.round += 1;
        job.assigned = 0;
        job.results = 0;
        job.wanted = 0;
        job.stage = Stage::Idle;
        self.room[id.index() * 2] = 0;
        self.room[id.index() * 2 + 1] = 0;
        self.tell(Event::Closed(id), now_ms);
    }

    /// The job is over; it must have no open round.
    pub fn end(&mut self, id: JobId, now_ms: u64) {
        self.jobs[id.index()].stage = Stage::Ended;
        self.record.jobs += 1;
        self.live.retain(|&live| live != id);
        self.tell(Event::Ended(id), now_ms);
    }

    fn tell(&mut self, event: Event, now_ms: u64) {
        let scene = Scene {
            now_ms,
            jobs: &self.jobs,
            live: &self.live,
            classes: &self.classes,
            supply: &self.supply,
            record: self.record,
        };
        self.rule.update(event, &scene, &mut self.plan);
    }
}
