//! The interface to the exact engines: what may be spent, what comes back, who is told on the way.

use std::time::{Duration, Instant};

use super::evaluate::Violation;
use super::model::{Column, MipModel};
use super::validate::InvalidModel;
use crate::budget::{Budget, CancelToken, Stop};

/// What a solve may spend and how close it must come. The default has no limit and asks for a
/// proof of optimality, on one thread, with seed 0.
#[derive(Clone, Debug)]
pub struct MipLimits {
    /// The instant at which the answer is wanted.
    pub deadline: Option<Instant>,
    /// How long after the deadline (or a request to stop) a silent engine is waited for before the
    /// caller gets the best values seen so far and the engine's thread is left behind.
    pub grace: Duration,
    /// Simplex iterations over all linear programs. The deterministic limit: it is compared at
    /// fixed points of the search only, so the same limit gives the same answer on any machine; the
    /// search may overrun it by one heuristic or root phase.
    pub lp_iterations: Option<u64>,
    /// Branch-and-bound nodes. Deterministic as well.
    pub nodes: Option<u64>,
    /// Enough is enough: stop when `gap` (see [`MipOutcome::gap`]) is at most this. Default 0.
    pub relative_gap: f64,
    /// Stop when `|objective - bound|` is at most this. Default 0: backends then use the step of an
    /// integer objective ([`MipModel::objective_step`]), which loses nothing, or else 1e-6.
    pub absolute_gap: f64,
    /// Asked about every 10 ms.
    pub cancel: CancelToken,
    /// Threads of the engine. More than one may change the path of the search.
    pub threads: u32,
    /// Seed of the engine's tie-breaking.
    pub seed: u32,
}

impl Default for MipLimits {
    fn default() -> Self {
        Self {
            deadline: None,
            grace: Duration::from_millis(250),
            lp_iterations: None,
            nodes: None,
            relative_gap: 0.0,
            absolute_gap: 0.0,
            cancel: CancelToken::new(),
            threads: 1,
            seed: 0,
        }
    }
}

impl MipLimits {
    /// Limits that end `time` from now.
    #[must_use]
    pub fn within(time: Duration) -> Self {
        Self { deadline: Instant::now().checked_add(time), ..Self::default() }
    }

    /// The rest of `budget`: its deadline, its cancellation, and its work translated to simplex
    /// iterations at [`work_per_iteration`] each. Charge `lp_iterations * work_per_iteration`
    /// afterwards.
    #[must_use]
    pub fn from_budget(budget: &Budget, model: &MipModel) -> Self {
        let iterations = budget.work_left().map(|work| work / work_per_iteration(model));
        Self {
            deadline: budget.deadline(),
            cancel: budget.cancel_token().clone(),
            lp_iterations: iterations,
            ..Self::default()
        }
    }
}

/// Work units of one simplex iteration: `1 + nonzeros / 1000`. A formula, not a measurement; it
/// keeps small models at the one unit [`crate::budget`] speaks of.
#[must_use]
pub fn work_per_iteration(model: &MipModel) -> u64 {
    1 + model.num_nonzeros() as u64 / 1000
}

/// Values to start from. HiGHS drops a start it dislikes without a word, so a full start is checked
/// against the model first, and what became of a start is reported in [`MipOutcome::start`].
#[derive(Clone, Copy, Debug, Default)]
pub enum MipStart<'a> {
    /// None.
    #[default]
    None,
    /// A value for every column. An error unless it is feasible.
    Full(&'a [f64]),
    /// Values for some columns; the engine completes them if it can.
    Partial(&'a [(Column, f64)]),
}

/// What became of the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartFate {
    /// There was none.
    NotGiven,
    /// The engine searched on from it.
    Used,
    /// The engine could not complete it or never took it up. A full start still counts as the
    /// first incumbent, because we checked it ourselves.
    NotUsed,
}

/// Why a search ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MipStop {
    /// The deadline passed.
    TimeLimit,
    /// The simplex iterations are spent.
    IterationLimit,
    /// The nodes are spent.
    NodeLimit,
    /// The engine ran out of the memory it may use.
    MemoryLimit,
    /// The token was cancelled, or the observer said stop.
    Cancelled,
}

impl From<MipStop> for Stop {
    fn from(stop: MipStop) -> Self {
        match stop {
            MipStop::TimeLimit => Stop::TimeLimit,
            MipStop::IterationLimit | MipStop::NodeLimit | MipStop::MemoryLimit => Stop::WorkLimit,
            MipStop::Cancelled => Stop::Cancelled,
        }
    }
}

/// What is known at the end.
///
/// | status | `values` | `dual_bound` |
/// |---|---|---|
/// | `Optimal` | an optimum | equal to the objective (up to 1e-6 relative) |
/// | `WithinGap` | feasible | within the gap that was asked for |
/// | `Infeasible` | none | `+∞` when minimising, `-∞` when maximising |
/// | `Unbounded`, `InfeasibleOrUnbounded` | a feasible vector, if one is known | `-∞` / `+∞` |
/// | `Stopped` | the best feasible vector seen, if any | the best bound proved so far |
/// | `NumericalTrouble` | the best feasible vector seen, if any | infinite: no bound is believed |
#[derive(Clone, Debug, PartialEq)]
pub enum MipStatus {
    /// The values are optimal.
    Optimal,
    /// The values are as good as was asked for, not proved optimal.
    WithinGap,
    /// No values satisfy the model.
    Infeasible,
    /// There are feasible values of any objective.
    Unbounded,
    /// One of the two; the engine does not know which.
    InfeasibleOrUnbounded,
    /// A limit came first. Whether there is an incumbent is for `values` to say.
    Stopped(MipStop),
    /// The engine failed, or its answer contradicts the model or itself; the text says how.
    NumericalTrouble(String),
}

/// Whether the engine came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// It did.
    Returned,
    /// It was silent beyond deadline and grace; its thread was left behind with its interrupt flag
    /// set and ends by itself when it next looks.
    LeftBehind,
}

/// The answer of an engine.
#[derive(Clone, Debug)]
pub struct MipOutcome {
    /// What is known.
    pub status: MipStatus,
    /// The best vector that passed [`MipModel::violations`] at 1e-6. Integer columns hold exact
    /// integers, except where rounding them would break a row beyond that tolerance.
    pub values: Option<Vec<f64>>,
    /// The objective of `values`, recomputed from the model.
    pub objective: Option<f64>,
    /// No feasible vector is better than this: a lower bound when minimising, an upper bound when
    /// maximising. Infinite when nothing is known. The engine's claim, in floating point, rounded to
    /// the next possible objective; see [`crate::bound::linear_certificate`] for a proof.
    pub dual_bound: f64,
    /// `|objective - dual_bound| / |objective|`, 0 when both are equal, infinite when either is
    /// unknown (HiGHS's definition).
    pub gap: f64,
    /// Nodes of branch and bound; 0 for backends that do not count.
    pub nodes: u64,
    /// Simplex iterations of all linear programs; 0 for backends that do not count.
    pub lp_iterations: u64,
    /// Wall-clock seconds from the call to the return.
    pub seconds: f64,
    /// What became of the start.
    pub start: StartFate,
    /// Whether the engine came back.
    pub engine: Engine,
}

/// What an observer wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Go on.
    Continue,
    /// End the search now; the outcome is `Stopped(Cancelled)`.
    Stop,
}

/// Told about progress, always on the caller's thread. All methods have empty defaults.
pub trait MipObserver {
    /// A better feasible vector, checked against the model, with its recomputed objective.
    fn on_incumbent(&mut self, values: &[f64], objective: f64) {
        let _ = (values, objective);
    }

    /// A better dual bound, with the nodes and simplex iterations behind it.
    fn on_bound(&mut self, bound: f64, nodes: u64, lp_iterations: u64) {
        let _ = (bound, nodes, lp_iterations);
    }

    /// Asked about every 10 ms and after each event. Stopping this way depends on timing; use
    /// [`MipLimits::lp_iterations`] where answers must repeat.
    fn wish(&mut self) -> Wish {
        Wish::Continue
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl MipObserver for Silent {}

/// Why there is no outcome at all.
#[derive(Debug, thiserror::Error)]
pub enum MipError {
    /// The model is not one that may be solved.
    #[error(transparent)]
    Model(#[from] InvalidModel),
    /// The start breaks the model.
    #[error("the start breaks the model in {} place(s); the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Start(Vec<Violation>),
    /// The backend cannot do what was asked.
    #[error("{backend} cannot do this: {what}")]
    Unsupported {
        /// Its name.
        backend: &'static str,
        /// What was asked.
        what: String,
    },
    /// The backend could not be started.
    #[error("{backend} could not be started: {cause}")]
    Backend {
        /// Its name.
        backend: &'static str,
        /// What it said.
        cause: String,
    },
}

/// An exact engine.
pub trait MipBackend: Sync {
    /// Its name in logs and on the command line.
    fn name(&self) -> &'static str;

    /// Solves `model` from `start` within `limits`. Returns by deadline plus grace even if the
    /// engine hangs. Every vector in the outcome has been checked against the model.
    fn solve(
        &self,
        model: &MipModel,
        limits: &MipLimits,
        start: MipStart<'_>,
        observer: &mut dyn MipObserver,
    ) -> Result<MipOutcome, MipError>;
}

/// The backends compiled in, best first.
#[must_use]
pub fn backends() -> Vec<Box<dyn MipBackend>> {
    vec![
        #[cfg(feature = "highs")]
        Box::new(super::highs::HighsBackend::default()),
        Box::new(super::microlp::MicrolpBackend),
    ]
}

/// HiGHS where it is compiled in, else microlp.
#[must_use]
pub fn default_backend() -> Box<dyn MipBackend> {
    #[cfg(feature = "highs")]
    return Box::new(super::highs::HighsBackend::default());
    #[cfg(not(feature = "highs"))]
    return Box::new(super::microlp::MicrolpBackend);
}
