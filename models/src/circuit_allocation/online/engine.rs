//! The engine a cluster talks to.

use serde::{Deserialize, Serialize};

use super::answer::{Delta, EngineError, NewJob, Part};
use super::book::{Book, Queued};
use super::choice::Choice;
use super::cluster::Cluster;
use super::deltas;
use super::order::Order;
use super::parts;
use super::placement::{Ask, JobId};
use super::scheduler::Scheduler;
use super::state::State;
use crate::circuit_allocation::instance::Moves;

/// Jobs and failures in, placements and circuits out.
///
/// Deterministic: the same calls give the same answers. No GPU and no circuit belongs to two jobs, and
/// nothing that failed is given to anybody. A live job's circuits stay where they are unless moves are
/// allowed. A call that is refused changes nothing. [`snapshot`](Self::snapshot) is the whole state; an
/// engine [restored](Self::restore) from it answers as the one that wrote it.
///
/// ```
/// use placewright_models::circuit_allocation::instance::{Moves, Traffic};
/// use placewright_models::circuit_allocation::online::answer::{Delta, NewJob};
/// use placewright_models::circuit_allocation::online::choice::Choice;
/// use placewright_models::circuit_allocation::online::cluster::Cluster;
/// use placewright_models::circuit_allocation::online::engine::Engine;
/// use placewright_models::circuit_allocation::online::order::Order;
///
/// // 4 leaves of 2 servers of 4 GPUs behind optical switches.
/// let cluster = Cluster::switched(4, 2, 4, 2);
/// let choice = Choice::default_for(&cluster);
/// let mut engine = Engine::new(cluster, choice, Order::Fifo, Moves::Allowed)?;
/// let new = NewJob { gpus: 12, traffic: Traffic::Any, estimate_ms: 60_000 };
/// let (job, deltas) = engine.submit(&new, 0)?;
/// assert!(matches!(deltas[..], [Delta::SetUp { .. }, Delta::Start { .. }]));
/// let deltas = engine.finish(job, 50_000)?;
/// assert!(matches!(deltas[..], [Delta::TearDown { .. }]));
/// # Ok::<(), placewright_models::circuit_allocation::online::answer::EngineError>(())
/// ```
pub struct Engine {
    scheduler: Scheduler,
    moves: Moves,
    submitted: u64,
    now_ms: u64,
}

/// All that an engine knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    book: Book,
    moves: Moves,
    submitted: u64,
    now_ms: u64,
}

const LATEST_MS: u64 = 1 << 53;

impl Engine {
    /// An empty cluster.
    ///
    /// # Errors
    /// The cluster has counts out of range, or the policy does not suit it.
    pub fn new(
        cluster: Cluster,
        choice: Choice,
        order: Order,
        moves: Moves,
    ) -> Result<Self, EngineError> {
        cluster.validate()?;
        if !choice.suits(&cluster) {
            return Err(EngineError::Unsuitable);
        }
        let scheduler = Scheduler::new(cluster, choice, order);
        Ok(Self { scheduler, moves, submitted: 0, now_ms: 0 })
    }

    /// All it knows.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let book = self.scheduler.book().clone();
        Snapshot { book, moves: self.moves, submitted: self.submitted, now_ms: self.now_ms }
    }

    /// The engine that wrote a snapshot.
    #[must_use]
    pub fn restore(snapshot: Snapshot) -> Self {
        let Snapshot { book, moves, submitted, now_ms } = snapshot;
        Self { scheduler: Scheduler::resume(book), moves, submitted, now_ms }
    }

    /// The cluster and who holds what.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.scheduler.book().state
    }

    /// Who waits and who runs.
    #[must_use]
    pub fn book(&self) -> &Book {
        self.scheduler.book()
    }

    /// A job comes; it starts at once, or waits.
    ///
    /// # Errors
    /// It has no place even in the empty cluster, or the time runs backwards.
    pub fn submit(
        &mut self,
        job: &NewJob,
        now_ms: u64,
    ) -> Result<(JobId, Vec<Delta>), EngineError> {
        self.check_time(now_ms)?;
        let footprint = match job.gpus {
            0 => None,
            gpus => self.scheduler.footprint(gpus, job.traffic),
        };
        let gpus = footprint.ok_or(EngineError::NeverPlaceable(job.gpus))?;
        self.now_ms = now_ms;
        let id = JobId(self.submitted);
        self.submitted += 1;
        let ask = Ask { job: id, gpus, traffic: job.traffic, moves: self.moves };
        let queued = Queued { ask, arrival_ms: now_ms, estimate_ms: job.estimate_ms };
        self.scheduler.submit(queued);
        Ok((id, self.pass()))
    }

    /// A job is not wanted any more, waiting or running.
    ///
    /// # Errors
    /// No such job, or the time runs backwards.
    pub fn cancel(&mut self, job: JobId, now_ms: u64) -> Result<Vec<Delta>, EngineError> {
        self.check_time(now_ms)?;
        let mut out = Vec::new();
        if self.scheduler.withdraw(job).is_none() {
            let (_, live) = self.scheduler.finish(job).ok_or(EngineError::UnknownJob(job))?;
            out.push(Delta::Stop { job, servers: live.servers });
            deltas::tear_down(job, live.circuits, &mut out);
        }
        self.now_ms = now_ms;
        out.extend(self.pass());
        Ok(out)
    }

    /// A job is done.
    ///
    /// # Errors
    /// It does not run, or the time runs backwards.
    pub fn finish(&mut self, job: JobId, now_ms: u64) -> Result<Vec<Delta>, EngineError> {
        self.check_time(now_ms)?;
        let waits = || self.book().queue.iter().any(|queued| queued.ask.job == job);
        let unknown =
            if waits() { EngineError::NotRunning(job) } else { EngineError::UnknownJob(job) };
        let (_, live) = self.scheduler.finish(job).ok_or(unknown)?;
        self.now_ms = now_ms;
        let mut out = Vec::new();
        deltas::tear_down(job, live.circuits, &mut out);
        out.extend(self.pass());
        Ok(out)
    }

    /// A part fails. Who holds it stops and waits again; where several parts are alike, a free one
    /// fails first, and then that of the job that started last.
    ///
    /// # Errors
    /// There is no such part, it has failed already, or the time runs backwards.
    pub fn fail(&mut self, part: Part, now_ms: u64) -> Result<Vec<Delta>, EngineError> {
        self.check_time(now_ms)?;
        let here = parts::count(self.state(), part).ok_or(EngineError::NoSuchPart(part))?;
        if here.failed == here.there {
            return Err(EngineError::FailedAlready(part));
        }
        self.now_ms = now_ms;
        let mut out = Vec::new();
        self.scheduler.change(|state| parts::fail(state, part));
        if let Some(job) = parts::victim(self.book(), part)
            && let Some((running, live)) = self.scheduler.finish(job)
        {
            out.push(Delta::Stop { job, servers: live.servers });
            deltas::tear_down(job, live.circuits, &mut out);
            self.scheduler.submit(running.queued);
        }
        out.extend(self.pass());
        Ok(out)
    }

    /// A failed part is sound again.
    ///
    /// # Errors
    /// There is no such part, it has not failed, or the time runs backwards.
    pub fn repair(&mut self, part: Part, now_ms: u64) -> Result<Vec<Delta>, EngineError> {
        self.check_time(now_ms)?;
        let here = parts::count(self.state(), part).ok_or(EngineError::NoSuchPart(part))?;
        if here.failed == 0 {
            return Err(EngineError::NotFailed(part));
        }
        self.now_ms = now_ms;
        self.scheduler.change(|state| parts::repair(state, part));
        Ok(self.pass())
    }

    fn pass(&mut self) -> Vec<Delta> {
        let started = self.scheduler.pass(self.now_ms);
        deltas::of(&started, self.state())
    }

    fn check_time(&self, now_ms: u64) -> Result<(), EngineError> {
        match now_ms {
            _ if now_ms < self.now_ms => {
                Err(EngineError::TimeRunsBackwards { now_ms, last_ms: self.now_ms })
            }
            _ if now_ms > LATEST_MS => Err(EngineError::TimeTooLarge(now_ms)),
            _ => Ok(()),
        }
    }
}
