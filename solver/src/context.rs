//! What a method sees of the search it is part of.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::budget::{Budget, Stop};
use crate::certificate::{Certificate, Claim};
use crate::error::EngineError;
use crate::event::{Event, EventKind, Observer};
use crate::objective::Objective;
use crate::problem::Problem;
use crate::seed::Seed;
use crate::store::{Offer, Store};

/// A way to find plans or bounds. A method owns no truth: it offers plans to the referee and
/// raises certificates, both through its [`Context`], and returns when it is done or told to stop.
pub trait Method<P: Problem>: Send + Sync {
    /// The method's name, for `--method` and statistics; `kebab-case`.
    fn name(&self) -> &'static str;

    /// One letter for the log's first column.
    fn symbol(&self) -> char;

    /// Whether the method has anything to do for an instance of this kind and size. Budget is not
    /// set aside for methods that do not apply.
    fn applies(&self, _instance: &P::Instance) -> bool {
        true
    }

    /// What part of what is left of the budget the method may spend where it opens a search, as
    /// numerator and denominator: what opens a search leaves most of it to what follows.
    fn opening_share(&self) -> [u32; 2] {
        [1, 5]
    }

    /// Runs the method once.
    ///
    /// # Errors
    /// Only for internal errors, such as an encoded plan that breaks the model it was encoded for.
    fn run(&self, context: &Context<'_, P>) -> Result<(), EngineError>;
}

/// A method's view of the search: the instance, what it may spend, and where results go.
pub struct Context<'a, P: Problem> {
    /// The instance being solved.
    pub instance: &'a P::Instance,
    /// What the method may spend.
    pub budget: &'a Budget,
    /// The method's own seed.
    pub seed: Seed,
    pub(crate) store: &'a Store<P>,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) symbol: char,
    pub(crate) gap_target: f64,
    pub(crate) tally: Tally,
}

/// What a method achieved in one run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) incumbents: AtomicU64,
    pub(crate) bounds: AtomicU64,
    pub(crate) declined: AtomicBool,
}

impl<P: Problem> Context<'_, P> {
    /// Offers a plan to the referee; its cost if the referee accepts it, better or not.
    pub fn offer(&self, plan: P::Plan, note: &str) -> Option<Objective> {
        match self.store.offer(self.instance, plan, self.budget.elapsed()) {
            Offer::Improved(objective) => {
                self.tally.incumbents.fetch_add(1, Ordering::Relaxed);
                self.tell(EventKind::Incumbent, note);
                Some(objective)
            }
            Offer::Accepted(objective) => Some(objective),
            Offer::Refused(violations) => {
                let first = violations.first().map(ToString::to_string).unwrap_or_default();
                self.tell(EventKind::Refused, &format!("{note}: {first}"));
                None
            }
        }
    }

    /// Offers a bound; the higher one stays.
    ///
    /// # Errors
    /// A bound above the incumbent, or a proof of infeasibility against it, is an internal error:
    /// one of the two is wrong.
    pub fn raise(&self, certificate: Certificate, note: &str) -> Result<(), EngineError> {
        let kind = match certificate.claim {
            Claim::Infeasible => EventKind::Infeasible,
            Claim::AtLeast(_) => EventKind::Bound,
        };
        if self.store.raise(certificate) {
            self.tally.bounds.fetch_add(1, Ordering::Relaxed);
            self.tell(kind, note);
        }
        self.consistent()
    }

    /// Says something about the method that is neither a plan nor a bound.
    pub fn note(&self, note: &str) {
        self.tell(EventKind::Note, note);
    }

    /// Says that the method does not begin, because what is left of the budget would not do. The
    /// search then ends for want of budget, even if nothing else is left to try.
    pub fn decline(&self, note: &str) {
        self.tally.declined.store(true, Ordering::Relaxed);
        self.note(note);
    }

    /// The incumbent and its cost.
    #[must_use]
    pub fn best(&self) -> Option<(P::Plan, Objective)> {
        self.store.lock().best.clone()
    }

    /// The incumbent's cost.
    #[must_use]
    pub fn objective(&self) -> Option<Objective> {
        self.store.lock().objective().cloned()
    }

    /// The best known lower bound.
    #[must_use]
    pub fn bound(&self) -> Option<Objective> {
        self.store.lock().bound().cloned()
    }

    /// The evidence for the best known lower bound.
    #[must_use]
    pub fn certificate(&self) -> Option<Certificate> {
        self.store.lock().certificate.clone()
    }

    /// Whether nothing is left to do: the gap is closed, or there is provably no plan.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let state = self.store.lock();
        state.infeasible() || state.gap().is_some_and(|gap| gap <= self.gap_target)
    }

    /// Whether the method should return: out of budget, or nothing left to do.
    #[must_use]
    pub fn should_stop(&self) -> bool {
        self.budget.stop().is_some() || self.is_closed()
    }

    /// The reason the budget gives to stop.
    #[must_use]
    pub fn stop(&self) -> Option<Stop> {
        self.budget.stop()
    }

    /// The relative gap at which the caller is content.
    #[must_use]
    pub fn gap_target(&self) -> f64 {
        self.gap_target
    }

    fn tell(&self, kind: EventKind, note: &str) {
        let event = Event::new(kind, self.symbol, self.budget.elapsed(), self.budget.total_work());
        let event = {
            let state = self.store.lock();
            event.with_state(state.objective(), state.bound(), note)
        };
        self.observer.event(&event);
    }

    pub(crate) fn consistent(&self) -> Result<(), EngineError> {
        let state = self.store.lock();
        match (state.objective(), state.bound()) {
            (Some(best), Some(bound)) if best < bound => Err(EngineError::BoundAboveIncumbent {
                bound: bound.clone(),
                best: best.clone(),
                noticed_by: self.symbol,
            }),
            (Some(best), None) if state.infeasible() => {
                Err(EngineError::InfeasibleWithPlan { best: best.clone(), noticed_by: self.symbol })
            }
            _ => Ok(()),
        }
    }
}
