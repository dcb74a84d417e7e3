//! Budgets: how long a search may run, in wall-clock time or in deterministic work units.
//!
//! A wall-clock limit answers "when must I have a plan", a work limit answers "give me the same
//! bytes on every machine". One **work unit** is about one microsecond of one core of a 2020s
//! server: a thousand elementary steps of a heuristic, one simplex iteration of a small model.
//! Kernels charge by formula (so many cells, so many iterations), never by measuring time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Cooperative cancellation, shared between a search and whoever may end it (Ctrl-C, a scheduler).
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    is_set: AtomicBool,
    parent: Option<CancelToken>,
}

impl CancelToken {
    /// A token nobody has cancelled yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every search that holds a clone of this token to stop. Safe to call twice.
    pub fn cancel(&self) {
        self.0.is_set.store(true, Ordering::Relaxed);
    }

    /// Whether somebody has asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_set.load(Ordering::Relaxed)
            || self.0.parent.as_ref().is_some_and(Self::is_cancelled)
    }

    /// A token that is cancelled with this one, or alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self(Arc::new(Flag { is_set: AtomicBool::new(false), parent: Some(self.clone()) }))
    }
}

/// Why a search ended before it was finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The wall clock reached the time limit.
    TimeLimit,
    /// The deterministic work units are spent.
    WorkLimit,
    /// The caller asked to stop (Ctrl-C).
    Cancelled,
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Stop::TimeLimit => "time limit",
            Stop::WorkLimit => "work limit",
            Stop::Cancelled => "interrupted",
        })
    }
}

/// What a search may spend. Cheap to ask (`stop` reads one atomic and, rarely, the clock).
#[derive(Debug)]
pub struct Budget {
    started: Instant,
    /// Work units that the whole had spent when this part of it was made.
    work_before: u64,
    deadline: Option<Instant>,
    work_limit: Option<u64>,
    work: AtomicU64,
    cancel: CancelToken,
}

/// What each of several workers may spend of a budget.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    time: Option<Duration>,
    work: Option<u64>,
}

impl Budget {
    /// A budget that starts now. `None` means without limit.
    #[must_use]
    pub fn new(time: Option<Duration>, work: Option<u64>, cancel: CancelToken) -> Self {
        Self::starting(Instant::now(), 0, time, work, cancel)
    }

    fn starting(
        started: Instant,
        work_before: u64,
        time: Option<Duration>,
        work_limit: Option<u64>,
        cancel: CancelToken,
    ) -> Self {
        let deadline = time.and_then(|time| Instant::now().checked_add(time));
        Self { started, work_before, deadline, work_limit, work: AtomicU64::new(0), cancel }
    }

    /// A budget without any limit, for tests and examples.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::new(None, None, CancelToken::new())
    }

    /// Charges `units` of deterministic work.
    pub fn spend(&self, units: u64) {
        self.work.fetch_add(units, Ordering::Relaxed);
    }

    /// The reason to stop now, if there is one.
    #[must_use]
    pub fn stop(&self) -> Option<Stop> {
        if self.cancel.is_cancelled() {
            return Some(Stop::Cancelled);
        }
        if self.work_limit.is_some_and(|limit| self.work() >= limit) {
            return Some(Stop::WorkLimit);
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Some(Stop::TimeLimit);
        }
        None
    }

    /// Work units spent so far.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.work.load(Ordering::Relaxed)
    }

    /// Work units spent since the search began, as far as a part of the budget can know: its own
    /// and those of the whole before the part was made.
    #[must_use]
    pub fn total_work(&self) -> u64 {
        self.work_before + self.work()
    }

    /// Work units left, `None` without a work limit.
    #[must_use]
    pub fn work_left(&self) -> Option<u64> {
        self.work_limit.map(|limit| limit.saturating_sub(self.work()))
    }

    /// Wall-clock time since the search began, for a part as for the whole.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Wall-clock time left, `None` without a time limit.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// The instant the time limit falls on.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// How far the clock is past the time limit.
    #[must_use]
    pub fn overshoot(&self) -> Duration {
        let now = Instant::now();
        self.deadline.map_or(Duration::ZERO, |deadline| now.saturating_duration_since(deadline))
    }

    /// The cancellation token shared with the caller.
    #[must_use]
    pub fn cancel_token(&self) -> &CancelToken {
        &self.cancel
    }

    /// A part of this budget: at most the share `numerator / denominator` of what is left, in both
    /// currencies, with the same cancellation. Its work is not charged here until [`Budget::settle`].
    #[must_use]
    pub fn share(&self, numerator: u32, denominator: u32) -> Budget {
        let time = self.time_left().map(|time| time * numerator / denominator.max(1));
        let work = self.work_left().map(|work| portion(work, numerator, denominator));
        self.part(time, work)
    }

    /// What each of `workers` on `threads` threads may spend: an equal part of the work, so that
    /// work limits mean the same on any machine, and as much time as the threads allow.
    #[must_use]
    pub fn allowance(&self, workers: u32, threads: u32) -> Allowance {
        let workers = workers.max(1);
        let time = self.time_left().map(|time| time * threads.clamp(1, workers) / workers);
        let work = self.work_left().map(|work| portion(work, 1, workers));
        Allowance { time, work }
    }

    /// The part of a worker that starts now, within what is left.
    #[must_use]
    pub fn worker(&self, allowance: Allowance) -> Budget {
        let time = self.time_left().map(|left| allowance.time.map_or(left, |time| time.min(left)));
        self.part(time, allowance.work)
    }

    /// All that is left, until somebody cancels `end`, a child of this budget's token.
    #[must_use]
    pub fn until(&self, end: &CancelToken) -> Budget {
        Budget { cancel: end.clone(), ..self.share(1, 1) }
    }

    fn part(&self, time: Option<Duration>, work: Option<u64>) -> Budget {
        Self::starting(self.started, self.total_work(), time, work, self.cancel.clone())
    }

    /// Charges the work of a part made by [`Budget::share`].
    pub fn settle(&self, part: &Budget) {
        self.spend(part.work());
    }
}

fn portion(work: u64, numerator: u32, denominator: u32) -> u64 {
    (u128::from(work) * u128::from(numerator) / u128::from(denominator.max(1))) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_limit_stops_at_the_limit() {
        let budget = Budget::new(None, Some(10), CancelToken::new());
        budget.spend(9);
        assert_eq!(budget.stop(), None);
        budget.spend(1);
        assert_eq!(budget.stop(), Some(Stop::WorkLimit));
        assert_eq!(budget.work_left(), Some(0));
    }

    #[test]
    fn cancellation_comes_first_and_reaches_parts() {
        let budget = Budget::new(Some(Duration::ZERO), Some(0), CancelToken::new());
        let part = budget.share(1, 2);
        budget.cancel_token().cancel();
        assert_eq!(budget.stop(), Some(Stop::Cancelled));
        assert_eq!(part.stop(), Some(Stop::Cancelled));
    }

    #[test]
    fn a_part_is_charged_when_settled() {
        let budget = Budget::new(None, Some(100), CancelToken::new());
        let part = budget.share(1, 4);
        assert_eq!(part.work_left(), Some(25));
        part.spend(25);
        assert_eq!(part.stop(), Some(Stop::WorkLimit));
        assert_eq!(budget.work(), 0);
        budget.settle(&part);
        assert_eq!(budget.work_left(), Some(75));
        assert_eq!(budget.share(1, 1).total_work(), 25);
    }

    #[test]
    fn a_part_ends_alone() {
        let budget = Budget::new(Some(Duration::from_secs(3600)), None, CancelToken::new());
        let end = budget.cancel_token().child();
        let part = budget.until(&end);
        let worker = part.worker(part.allowance(2, 1));
        assert_eq!((part.stop(), worker.stop()), (None, None));
        end.cancel();
        // Solvers that are told the token alone hear of it as well.
        assert!(worker.cancel_token().is_cancelled());
        assert_eq!(worker.stop(), Some(Stop::Cancelled));
        assert_eq!((part.stop(), budget.stop()), (Some(Stop::Cancelled), None));
        let other = budget.until(&budget.cancel_token().child());
        budget.cancel_token().cancel();
        assert_eq!(other.stop(), Some(Stop::Cancelled));
    }

    #[test]
    fn workers_in_turn_have_equal_parts() {
        let hour = Duration::from_secs(3600);
        let budget = Budget::new(Some(hour), Some(100), CancelToken::new());
        let within = |part: &Budget, time: Duration| {
            part.time_left().is_some_and(|left| left <= time && left + hour / 100 > time)
        };
        assert!(within(&budget.worker(budget.allowance(2, 1)), hour / 2));
        assert!(within(&budget.worker(budget.allowance(3, 2)), hour * 2 / 3));
        let worker = budget.worker(budget.allowance(4, 8));
        assert!(within(&worker, hour));
        assert_eq!(worker.work_left(), Some(25));
    }

    #[test]
    fn an_unlimited_budget_never_stops() {
        let budget = Budget::unlimited();
        budget.spend(u64::MAX / 2);
        assert_eq!(budget.stop(), None);
    }
}
