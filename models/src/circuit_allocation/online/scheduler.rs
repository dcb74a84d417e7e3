//! A queue before a cluster.

use std::collections::{BTreeMap, HashMap};

use super::book::{Blocked, Book, Queued, Running};
use super::choice::Choice;
use super::cluster::Cluster;
use super::order::Order;
use super::placement::{Ask, Circuit, JobId, Placement};
use super::policy::Policy;
use super::state::{Live, State};
use crate::circuit_allocation::instance::{Moves, Traffic};

/// A job that has just started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The job.
    pub job: JobId,
    /// Where.
    pub placement: Placement,
    /// The circuits that jobs it moved had before.
    pub before: Vec<(JobId, Vec<Circuit>)>,
}

/// A book, with the policy that it names.
///
/// Whoever was tried and not placed is not tried again before something is given back: taking more
/// away does not make room.
pub struct Scheduler {
    book: Book,
    policy: Box<dyn Policy + Send>,
    footprints: HashMap<(u32, Traffic), Option<u32>>,
}

impl Scheduler {
    /// An empty cluster and an empty queue.
    #[must_use]
    pub fn new(cluster: Cluster, choice: Choice, order: Order) -> Self {
        Self::resume(Book {
            state: State::new(cluster),
            choice,
            order,
            queue: Vec::new(),
            running: BTreeMap::new(),
            blocked: Blocked::default(),
            moved: 0,
            hopeless: Vec::new(),
        })
    }

    /// Goes on from a book.
    #[must_use]
    pub fn resume(book: Book) -> Self {
        let policy = book.choice.policy();
        Self { book, policy, footprints: HashMap::new() }
    }

    /// All it knows.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &dyn Policy {
        self.policy.as_ref()
    }

    /// GPUs that a job will hold; none if it can never be placed.
    pub fn footprint(&mut self, gpus: u32, traffic: Traffic) -> Option<u32> {
        let Self { book, policy, footprints, .. } = self;
        let ask = Ask { job: JobId(0), gpus, traffic, moves: Moves::Forbidden };
        let cluster = book.state.cluster();
        *footprints.entry((gpus, traffic)).or_insert_with(|| policy.footprint(cluster, &ask))
    }

    /// Puts a job in the queue, behind all that came by then.
    pub fn submit(&mut self, job: Queued) {
        let place = self.book.queue.partition_point(|other| other.arrival_ms <= job.arrival_ms);
        self.book.queue.insert(place, job);
    }

    /// Takes a job from the queue.
    pub fn withdraw(&mut self, job: JobId) -> Option<Queued> {
        let place = self.book.queue.iter().position(|queued| queued.ask.job == job)?;
        Some(self.book.queue.remove(place))
    }

    /// A job that runs gives back all it has.
    pub fn finish(&mut self, job: JobId) -> Option<(Running, Live)> {
        let live = self.book.state.release(job)?;
        self.book.hopeless.clear();
        Some((self.book.running.remove(&job)?, live))
    }

    /// Something in the cluster changes otherwise.
    pub(super) fn change(&mut self, how: impl FnOnce(&mut State)) {
        how(&mut self.book.state);
        self.book.hopeless.clear();
    }

    /// Starts whoever may start now.
    pub fn pass(&mut self, now_ms: u64) -> Vec<Started> {
        self.book.order.pass(self, now_ms)
    }

    /// Whether it makes sense to try anybody from this place of the queue on.
    pub(super) fn may_start_any(&self, from: usize) -> bool {
        let free = self.book.state.gpus().total();
        let hope = |job: &Queued| job.ask.gpus <= free && !self.is_hopeless(&job.ask);
        self.book.queue[from..].iter().any(hope)
    }

    fn is_hopeless(&self, ask: &Ask) -> bool {
        self.book.hopeless.contains(&(ask.gpus, ask.traffic))
    }

    /// A place for a waiting job.
    pub(super) fn try_place(&mut self, place: usize) -> Option<Placement> {
        let ask = self.book.queue[place].ask;
        if self.is_hopeless(&ask) {
            return None;
        }
        match self.policy.place(&self.book.state, &ask) {
            Ok(placement) => Some(placement),
            Err(cause) => {
                *self.book.blocked.0.entry(cause).or_default() += 1;
                self.book.hopeless.push((ask.gpus, ask.traffic));
                None
            }
        }
    }

    /// A place in another state of the cluster.
    pub(super) fn place_in(&mut self, state: &State, ask: &Ask) -> Option<Placement> {
        self.policy.place(state, ask).ok()
    }

    /// Starts a waiting job if it has a place.
    pub(super) fn try_start(&mut self, place: usize, now_ms: u64) -> Option<Started> {
        let placement = self.try_place(place)?;
        Some(self.start(place, placement, now_ms))
    }

    /// Starts a waiting job where it was found a place.
    pub(super) fn start(&mut self, place: usize, placement: Placement, now_ms: u64) -> Started {
        let queued = self.book.queue.remove(place);
        let ask = queued.ask;
        let state = &mut self.book.state;
        let before = placement.moved.iter().filter_map(|(job, after)| {
            let before = &state.live().get(job)?.circuits;
            self.book.moved += changed(before, after);
            Some((*job, before.clone()))
        });
        let before = before.collect();
        state.place(ask.job, ask.traffic, &placement);
        self.book.running.insert(ask.job, Running { queued, started_ms: now_ms });
        Started { job: ask.job, placement, before }
    }
}

/// Circuits of the second list that are not in the first.
fn changed(before: &[Circuit], after: &[Circuit]) -> u64 {
    let kept = |of: &Circuit| {
        let same =
            |old: &&Circuit| (old.leaf, old.spine, old.switch) == (of.leaf, of.spine, of.switch);
        before.iter().find(same).map_or(0, |old| old.count.min(of.count))
    };
    after.iter().map(|of| u64::from(of.count - kept(of))).sum()
}
