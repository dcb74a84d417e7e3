//! The incumbent store: only the referee can fill it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::certificate::{Certificate, Claim, Proof};
use crate::objective::{Objective, gap};
use crate::problem::{Problem, Verdict, Violation};

/// The best plan, the best bound, and who may change them: nobody but [`Store::offer`], which
/// asks the referee, and [`Store::raise`], which keeps the higher of two bounds.
#[derive(Debug)]
pub(crate) struct Store<P: Problem> {
    state: Mutex<State<P::Plan>>,
}

/// A copy of what the store holds.
#[derive(Clone, Debug)]
pub(crate) struct State<Plan> {
    pub(crate) best: Option<(Plan, Objective)>,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) offered: u64,
    pub(crate) refused: u64,
    pub(crate) first_plan: Option<Duration>,
}

impl<Plan> State<Plan> {
    pub(crate) fn objective(&self) -> Option<&Objective> {
        self.best.as_ref().map(|(_, objective)| objective)
    }

    pub(crate) fn bound(&self) -> Option<&Objective> {
        match &self.certificate.as_ref()?.claim {
            Claim::AtLeast(bound) => Some(bound),
            Claim::Infeasible => None,
        }
    }

    pub(crate) fn infeasible(&self) -> bool {
        matches!(self.certificate, Some(Certificate { claim: Claim::Infeasible, .. }))
    }

    pub(crate) fn gap(&self) -> Option<f64> {
        Some(gap(self.objective()?, self.bound()?))
    }
}

/// What became of an offered plan.
pub(crate) enum Offer {
    Improved(Objective),
    Accepted(Objective),
    Refused(Vec<Violation>),
}

impl<P: Problem> Store<P> {
    pub(crate) fn new() -> Self {
        Self::from_state(State {
            best: None,
            certificate: None,
            offered: 0,
            refused: 0,
            first_plan: None,
        })
    }

    /// A private store that starts with another's plan and bound, for a worker of a portfolio.
    pub(crate) fn from_state(state: State<P::Plan>) -> Self {
        Self { state: Mutex::new(state) }
    }

    /// Whole updates only are made under the lock, so a panicking holder leaves it consistent.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State<P::Plan>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The referee judges outside the lock; the better plan stays.
    pub(crate) fn offer(&self, instance: &P::Instance, plan: P::Plan, now: Duration) -> Offer {
        let verdict = P::judge(instance, &plan);
        let mut state = self.lock();
        state.offered += 1;
        match verdict {
            Verdict::Refused(violations) => {
                state.refused += 1;
                Offer::Refused(violations)
            }
            Verdict::Feasible(objective) => {
                state.first_plan.get_or_insert(now);
                if state.objective().is_some_and(|best| *best <= objective) {
                    return Offer::Accepted(objective);
                }
                state.best = Some((plan, objective.clone()));
                Offer::Improved(objective)
            }
        }
    }

    /// Takes over what a worker's private store found; its plans passed the same referee.
    /// Returns whether anything became better.
    pub(crate) fn adopt(&self, found: State<P::Plan>, before: &State<P::Plan>) -> bool {
        let raised = found.certificate.is_some_and(|certificate| self.raise(certificate));
        let mut state = self.lock();
        state.offered += found.offered - before.offered;
        state.refused += found.refused - before.refused;
        state.first_plan = state.first_plan.or(found.first_plan);
        let Some((plan, objective)) = found.best else { return raised };
        if state.objective().is_some_and(|best| *best <= objective) {
            return raised;
        }
        state.best = Some((plan, objective));
        true
    }

    /// Keeps the stronger claim; of equal bounds the one whose evidence can be verified.
    pub(crate) fn raise(&self, certificate: Certificate) -> bool {
        let mut state = self.lock();
        let stronger = match (&certificate.claim, state.bound()) {
            _ if state.infeasible() => false,
            (Claim::Infeasible, _) | (Claim::AtLeast(_), None) => true,
            (Claim::AtLeast(new), Some(old)) if new == old => {
                trust(&certificate.proof)
                    > state.certificate.as_ref().map_or(0, |c| trust(&c.proof))
            }
            (Claim::AtLeast(new), Some(old)) => new > old,
        };
        let raised = stronger && state.bound().is_none_or(|old| !same_bound(&certificate, old));
        if stronger {
            state.certificate = Some(certificate);
        }
        raised
    }
}

fn same_bound(certificate: &Certificate, bound: &Objective) -> bool {
    matches!(&certificate.claim, Claim::AtLeast(new) if new == bound)
}

fn trust(proof: &Proof) -> u8 {
    match proof {
        Proof::SolverClaim { .. } => 1,
        Proof::DualPrices(_) | Proof::Combinatorial { .. } => 2,
    }
}
