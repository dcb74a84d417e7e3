//! The replay itself.

use std::collections::BTreeMap;

use placewright_solver::events::Clock;

use super::contention::{Contention, Talk};
use super::steps::Steps;
use super::workload::ReplayJob;
use crate::circuit_allocation::instance::{Moves, Traffic};
use crate::circuit_allocation::online::book::{Blocked, Queued};
use crate::circuit_allocation::online::choice::Choice;
use crate::circuit_allocation::online::cluster::Cluster;
use crate::circuit_allocation::online::order::Order;
use crate::circuit_allocation::online::placement::{Ask, JobId};
use crate::circuit_allocation::online::policy::Sharing;
use crate::circuit_allocation::online::scheduler::Scheduler;
use crate::circuit_allocation::online::state::State;

/// What is replayed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The cluster.
    pub cluster: Cluster,
    /// Who places jobs; it must [suit](Choice::suits) the cluster.
    pub choice: Choice,
    /// Who comes next.
    pub order: Order,
    /// What policies know of traffic.
    pub knowledge: Knowledge,
    /// Whether policies that can may move live circuits.
    pub moves: Moves,
    /// Seed of random uplinks.
    pub seed: u64,
}

/// What policies know of the traffic of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// Nothing: circuits must carry any permutation.
    Nothing,
    /// The algorithm.
    Algorithm,
}

/// What happened to a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobTally {
    /// When it started and ended; none if it could never be placed.
    pub times_ms: Option<(u64, u64)>,
    /// GPUs it held.
    pub held: u32,
}

/// What happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// By job.
    pub jobs: Vec<JobTally>,
    /// Failed attempts by cause.
    pub blocked: Blocked,
    /// Live circuits moved.
    pub moved: u64,
    /// Placements made.
    pub placed: u64,
    /// Share of the flows between leaves that met another.
    pub conflicts: f64,
}

#[derive(Clone, Copy, Debug)]
enum Happening {
    Arrival(usize),
    /// It has computed.
    Talk(usize),
    /// A step is over, unless its end has moved.
    Step(usize),
    End(usize),
}

/// Replays a list of jobs; `watch` sees the cluster after every job that starts.
///
/// Everything of one millisecond happens before anybody starts: ends before arrivals make no
/// difference. Jobs that have no place even in the empty cluster are left out. Deterministic.
pub fn run(jobs: &[ReplayJob], settings: &Settings, watch: &mut dyn FnMut(&State)) -> Tally {
    let scheduler = Scheduler::new(settings.cluster.clone(), settings.choice, settings.order);
    let sharing = scheduler.policy().sharing();
    let mut world = World {
        jobs,
        knowledge: settings.knowledge,
        moves: settings.moves,
        shares: matches!(sharing, Sharing::BySource | Sharing::Random),
        contention: Contention::new(&settings.cluster, sharing, settings.seed),
        talks: BTreeMap::new(),
        clock: Clock::new(),
        scheduler,
        tally: Tally { jobs: vec![JobTally::default(); jobs.len()], ..Tally::default() },
    };
    for (number, job) in jobs.iter().enumerate() {
        world.clock.schedule_at(job.arrival_ms, Happening::Arrival(number));
    }
    while let Some(happening) = world.clock.advance() {
        let mut pass = world.happen(happening);
        while let Some(happening) = world.clock.advance_now() {
            pass |= world.happen(happening);
        }
        if pass {
            world.start(watch);
        }
    }
    let book = world.scheduler.book();
    world.tally.blocked = book.blocked.clone();
    world.tally.moved = book.moved;
    world.tally.conflicts = world.contention.conflicts();
    world.tally
}

struct World<'a> {
    jobs: &'a [ReplayJob],
    knowledge: Knowledge,
    moves: Moves,
    shares: bool,
    contention: Contention,
    /// Jobs that communicate, with the end of their step as it looks now.
    talks: BTreeMap<usize, (Talk, u64)>,
    clock: Clock<Happening>,
    scheduler: Scheduler,
    tally: Tally,
}

impl World<'_> {
    /// Whether the queue should be looked at.
    fn happen(&mut self, happening: Happening) -> bool {
        match happening {
            Happening::Arrival(number) => {
                let job = &self.jobs[number];
                let traffic = match self.knowledge {
                    Knowledge::Nothing => Traffic::Any,
                    Knowledge::Algorithm => job.algorithm,
                };
                let Some(gpus) = self.scheduler.footprint(job.gpus, traffic) else { return false };
                self.tally.jobs[number].held = gpus;
                let ask = Ask { job: JobId(number as u64), gpus, traffic, moves: self.moves };
                let (arrival_ms, estimate_ms) = (job.arrival_ms, job.estimate_ms);
                self.scheduler.submit(Queued { ask, arrival_ms, estimate_ms });
                true
            }
            Happening::Talk(number) => {
                let job = JobId(number as u64);
                let Some(live) = self.scheduler.book().state.live().get(&job) else { return false };
                let per_server = self.contention.per_server();
                let gpus: u32 = live.servers.iter().map(|share| share.gpus.count_ones()).sum();
                let of = &self.jobs[number];
                let steps = Steps::new(of.algorithm, gpus, per_server);
                let talk = Talk::new(steps, of.communication_ms, &live.servers, per_server);
                self.talks.insert(number, (talk, 0));
                self.step(number)
            }
            Happening::Step(number) => {
                let now_ms = self.clock.now_ms();
                let due = self.talks.get(&number).is_some_and(|&(_, end_ms)| end_ms == now_ms);
                due && self.step(number)
            }
            Happening::End(number) => {
                self.end(number);
                true
            }
        }
    }

    /// Ends the step of a job and starts its next; whether the job is over.
    fn step(&mut self, number: usize) -> bool {
        let now_ms = self.clock.now_ms();
        let Some((talk, _)) = self.talks.get_mut(&number) else { return false };
        let over = !self.contention.next(talk, now_ms);
        if over {
            self.talks.remove(&number);
            self.end(number);
        }
        self.look_again();
        over
    }

    /// Flows have started or ended: moves the ends of all steps.
    fn look_again(&mut self) {
        let now_ms = self.clock.now_ms();
        for (&number, (talk, known_ms)) in &mut self.talks {
            let end_ms = self.contention.end_ms(talk).max(now_ms);
            if end_ms != *known_ms {
                *known_ms = end_ms;
                self.clock.schedule_at(end_ms, Happening::Step(number));
            }
        }
    }

    fn end(&mut self, number: usize) {
        self.scheduler.finish(JobId(number as u64));
        if let Some((_, end_ms)) = &mut self.tally.jobs[number].times_ms {
            *end_ms = self.clock.now_ms();
        }
    }

    fn start(&mut self, watch: &mut dyn FnMut(&State)) {
        let now_ms = self.clock.now_ms();
        let started = self.scheduler.pass(now_ms);
        for start in &started {
            let number = start.job.0 as usize;
            let job = &self.jobs[number];
            self.tally.placed += 1;
            self.tally.jobs[number].times_ms = Some((now_ms, now_ms));
            let spread = start.placement.servers.len() > 1 && self.shares;
            let (after_ms, next) = match spread && job.communication_ms > 0 {
                true => (job.run_ms - job.communication_ms, Happening::Talk(number)),
                false => (job.run_ms, Happening::End(number)),
            };
            self.clock.schedule_after(after_ms, next);
        }
        if !started.is_empty() {
            watch(&self.scheduler.book().state);
        }
    }
}
