//! The evaluation loop.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::checkins::CheckIns;
use super::tally::{JobTally, Tally};
use super::workload::ReplayJob;
use crate::irs_matching::online::job::{JobId, JobSpec, Stage, usual_quorum};
use crate::irs_matching::online::matcher::Matcher;
use crate::irs_matching::online::rule::Rule;

/// What surrounds a replay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Seed of the time that devices take to accept.
    pub seed: u64,
    /// When to give up on jobs that are not done.
    pub give_up_ms: u64,
}

impl Default for Settings {
    /// Seed 1, ten years.
    fn default() -> Self {
        Self { seed: 1, give_up_ms: 3650 * 86_400_000 }
    }
}

/// Time from the end of a round to the request of the next.
const REQUEST_MS: u64 = 100;
/// A device is there for so long after its session.
const LINGER_MS: u64 = 80_000;
/// A device accepts within this time.
const ACCEPT_WITHIN_MS: u64 = 2000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    /// A device accepts; its result takes so long, if it comes.
    Accept {
        job: u32,
        result_after_ms: u32,
    },
    Result {
        job: u32,
        round: u32,
    },
    Deadline {
        job: u32,
        round: u32,
    },
    Request {
        job: u32,
    },
    Arrival {
        job: u32,
    },
}

const NO_RESULT: u32 = u32::MAX;

/// Replays a policy:
///
/// 1. A device appears once per check-in, may be given to one job and is gone afterwards; it stays
///    for its session and 80 s more.
/// 2. The decision is taken at check-in; the device accepts, and uses up demand, a uniform 0–2 s
///    later.
/// 3. It computes and transfers; when that ends after it leaves, no result arrives.
/// 4. A round opens when the previous one ends and asks for devices 0.1 s later. It ends as soon
///    as results reach the quorum, 80 % of the demand, else at the deadline. At the deadline it
///    succeeds if 80 % of the demand accepted and 80 % of those brought results; otherwise
///    its results are lost and the round is asked for again.
/// 5. Completion time counts from arrival to the end of the last round.
///
/// Deterministic. O((check-ins + assignments) log(assignments in flight)) plus the policy's own
/// time; nothing is allocated at a check-in.
#[must_use]
pub fn run(checkins: &CheckIns, jobs: &[ReplayJob], rule: Rule, settings: &Settings) -> Tally {
    let mut world = World {
        jobs,
        matcher: Matcher::new(rule, checkins.classes.clone()),
        ids: vec![None; jobs.len()],
        numbers: Vec::new(),
        ahead: BinaryHeap::new(),
        tallies: vec![JobTally::default(); jobs.len()],
        opened_ms: vec![0; jobs.len()],
        left: jobs.len(),
    };
    for (number, job) in jobs.iter().enumerate() {
        let job_number = number as u32;
        world.ahead.push(Reverse((job.arrival_ms, Happening::Arrival { job: job_number })));
    }
    let mut noise = Xoshiro256PlusPlus::seed_from_u64(settings.seed);
    let mut tally = Tally::default();
    let mut period_start_ms = 0;
    'periods: while world.left > 0 && period_start_ms < settings.give_up_ms && !checkins.is_empty()
    {
        for row in 0..checkins.len() {
            let now_ms = period_start_ms + u64::from(checkins.start_ms[row]);
            world.pass(now_ms);
            tally.end_ms = now_ms;
            if world.left == 0 {
                break 'periods;
            }
            tally.checkins += 1;
            let class = usize::from(checkins.class[row]);
            let Some(id) = world.matcher.check_in(class, now_ms) else { continue };
            let job = world.numbers[id.index()];
            if !checkins.classes.serves(class, jobs[job as usize].group) {
                tally.ineligible += 1;
            }
            // The high bits times the range: uniform up to 2^-32, without a division.
            let accept_ms = ((noise.next_u64() >> 32) * ACCEPT_WITHIN_MS) >> 32;
            let compute_ms =
                jobs[job as usize].workload_ms * u64::from(checkins.compute_milli[row]) / 1000;
            let result_after_ms = compute_ms + u64::from(checkins.transfer_ms[row]);
            let stays_ms = u64::from(checkins.session_ms[row]) + LINGER_MS;
            let result_after_ms = match accept_ms + result_after_ms <= stays_ms {
                true => result_after_ms as u32,
                false => NO_RESULT,
            };
            let accept = Happening::Accept { job, result_after_ms };
            world.ahead.push(Reverse((now_ms + accept_ms, accept)));
        }
        period_start_ms += checkins.period_ms;
    }
    for (number, of) in world.tallies.iter_mut().enumerate() {
        if let Some(id) = world.ids[number] {
            let job = &world.matcher.jobs()[id.index()];
            (of.done, of.aborted, of.assigned) = (job.done, job.failed, job.served);
        }
    }
    tally.jobs = world.tallies;
    tally
}

struct World<'a> {
    jobs: &'a [ReplayJob],
    matcher: Matcher,
    /// By number of the job in the workload.
    ids: Vec<Option<JobId>>,
    /// By id: the number.
    numbers: Vec<u32>,
    ahead: BinaryHeap<Reverse<(u64, Happening)>>,
    tallies: Vec<JobTally>,
    opened_ms: Vec<u64>,
    left: usize,
}

impl World<'_> {
    /// Lets everything happen that is due.
    fn pass(&mut self, until_ms: u64) {
        while let Some(&Reverse((now_ms, happening))) = self.ahead.peek()
            && now_ms <= until_ms
        {
            self.ahead.pop();
            self.happen(happening, now_ms);
        }
    }

    fn happen(&mut self, happening: Happening, now_ms: u64) {
        match happening {
            Happening::Accept { job, result_after_ms } => {
                let Some(id) = self.ids[job as usize] else { return };
                self.matcher.accept(id, now_ms);
                let of = &self.matcher.jobs()[id.index()];
                if of.assigned == of.spec.quorum {
                    let tally = &mut self.tallies[job as usize];
                    tally.queue_ms += now_ms - self.opened_ms[job as usize];
                    tally.queued_rounds += 1;
                }
                if result_after_ms != NO_RESULT {
                    let result = Happening::Result { job, round: of.round };
                    self.ahead.push(Reverse((now_ms + u64::from(result_after_ms), result)));
                }
            }
            Happening::Result { job, round } => {
                let Some(id) = self.ids[job as usize] else { return };
                let of = &self.matcher.jobs()[id.index()];
                if of.round != round || of.stage == Stage::Ended {
                    self.tallies[job as usize].late_results += 1;
                } else if self.matcher.result(id) {
                    self.close(job, id, now_ms);
                }
            }
            Happening::Deadline { job, round } => {
                let Some(id) = self.ids[job as usize] else { return };
                let of = &self.matcher.jobs()[id.index()];
                if of.round == round && of.stage != Stage::Ended {
                    self.close(job, id, now_ms);
                }
            }
            Happening::Request { job } => {
                let Some(id) = self.ids[job as usize] else { return };
                let ends_ms = self.opened_ms[job as usize] + self.jobs[job as usize].deadline_ms;
                self.matcher.open(id, ends_ms, now_ms);
            }
            Happening::Arrival { job } => {
                let of = &self.jobs[job as usize];
                let spec = JobSpec {
                    group: of.group,
                    demand: of.demand,
                    quorum: usual_quorum(of.demand),
                    deadline_ms: of.deadline_ms,
                    rounds: of.estimated_rounds,
                    weight: 1.0,
                };
                let id = self.matcher.register(spec, now_ms);
                self.ids[job as usize] = Some(id);
                self.numbers.push(job);
                self.ask(job, id, now_ms);
            }
        }
    }

    /// A round opens.
    fn ask(&mut self, job: u32, id: JobId, now_ms: u64) {
        self.opened_ms[job as usize] = now_ms;
        let round = self.matcher.jobs()[id.index()].round;
        let deadline_ms = now_ms + self.jobs[job as usize].deadline_ms;
        self.ahead.push(Reverse((now_ms + REQUEST_MS, Happening::Request { job })));
        self.ahead.push(Reverse((deadline_ms, Happening::Deadline { job, round })));
    }

    fn close(&mut self, job: u32, id: JobId, now_ms: u64) {
        let success = self.matcher.succeeds(id);
        let results = u64::from(self.matcher.jobs()[id.index()].results);
        let tally = &mut self.tallies[job as usize];
        match success {
            true => tally.used_results += results,
            false => tally.lost_results += results,
        }
        self.matcher.close(id, success, now_ms);
        if self.matcher.jobs()[id.index()].done == self.jobs[job as usize].rounds {
            self.matcher.end(id, now_ms);
            tally.completion_ms = Some(now_ms - self.jobs[job as usize].arrival_ms);
            self.left -= 1;
        } else {
            self.ask(job, id, now_ms);
        }
    }
}
