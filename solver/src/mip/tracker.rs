//! Between an engine and the caller: checks every vector, keeps the best, and turns the engine's
//! claim into a status that the evidence supports.

use std::time::Instant;

use super::evaluate::Violation;
use super::model::{ColumnKind, MipModel};
use super::solve::{
    Engine, MipError, MipLimits, MipObserver, MipOutcome, MipStart, MipStatus, MipStop, StartFate,
    Wish,
};
use super::watchdog::Patience;

/// The tolerance of [`MipModel::violations`] at which vectors are accepted.
pub(crate) const FEASIBILITY: f64 = 1e-6;
/// Relative difference of bound and objective that counts as equal (floating-point noise).
const EQUAL: f64 = 1e-6;

/// What an engine says at its end.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(not(feature = "highs"), allow(dead_code))] // microlp reports only at its end
pub(crate) enum Claim {
    Optimal,
    Infeasible,
    Unbounded,
    InfeasibleOrUnbounded,
    Stopped(MipStop),
    Failed(String),
}

/// Progress counters of an engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// In the model's own sense.
    pub(crate) bound: f64,
    pub(crate) nodes: u64,
    pub(crate) lp_iterations: u64,
}

/// What happens while an engine runs.
#[cfg_attr(not(feature = "highs"), allow(dead_code))] // microlp reports only at its end
pub(crate) enum Event {
    Values(Vec<f64>),
    Progress(Progress),
}

/// The last word of an engine.
pub(crate) struct Report {
    pub(crate) claim: Claim,
    pub(crate) values: Option<Vec<f64>>,
    pub(crate) progress: Progress,
    /// Whether it searched on from the start; `None` when it cannot tell.
    pub(crate) start_used: Option<bool>,
}

pub(crate) struct Tracker<'a> {
    model: &'a MipModel,
    limits: &'a MipLimits,
    observer: &'a mut dyn MipObserver,
    started: Instant,
    step: Option<f64>,
    best: Option<(Vec<f64>, f64)>,
    progress: Progress,
    start_given: bool,
    stop: Option<(MipStop, Instant)>,
}

impl<'a> Tracker<'a> {
    /// Validates the model and the start. A full start becomes the first incumbent.
    pub(crate) fn new(
        model: &'a MipModel,
        limits: &'a MipLimits,
        start: MipStart<'_>,
        observer: &'a mut dyn MipObserver,
    ) -> Result<Self, MipError> {
        let started = Instant::now();
        model.validate()?;
        check_start(model, start)?;
        let progress = Progress { bound: nothing(model), nodes: 0, lp_iterations: 0 };
        let step = model.objective_step();
        let start_given = !matches!(start, MipStart::None);
        let (best, stop) = (None, None);
        let mut tracker =
            Self { model, limits, observer, started, step, best, progress, start_given, stop };
        if let MipStart::Full(values) = start {
            // `check_start` found nothing wrong with it.
            let _ = tracker.consider(values.to_vec());
        }
        Ok(tracker)
    }

    /// The gap at which an engine may stop without losing the proof, see [`MipLimits`].
    #[cfg_attr(not(feature = "highs"), allow(dead_code))] // microlp reports only at its end
    pub(crate) fn proof_gap(&self) -> f64 {
        // One per cent short of the step: room for the noise of the engine's bound.
        self.limits.absolute_gap.max(self.step.map_or(1e-6, |step| 0.99 * step))
    }

    /// Takes in an event (or none), asks the observer, and says whether to keep waiting.
    /// `interrupt` is called once when the engine should end.
    pub(crate) fn listen(&mut self, event: Option<Event>, interrupt: impl FnOnce()) -> Patience {
        match event {
            Some(Event::Values(values)) => drop(self.consider(values)),
            Some(Event::Progress(progress)) => self.advance(progress),
            None => {}
        }
        if self.stop.is_none() {
            self.stop = self.reason_to_stop().map(|reason| (reason, Instant::now()));
            if self.stop.is_some() {
                interrupt();
            }
        }
        match self.stop {
            Some((_, since)) if since.elapsed() > self.limits.grace => Patience::GiveUp,
            _ => Patience::Wait,
        }
    }

    fn reason_to_stop(&mut self) -> Option<MipStop> {
        if self.limits.cancel.is_cancelled() || self.observer.wish() == Wish::Stop {
            return Some(MipStop::Cancelled);
        }
        let late = self.limits.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        late.then_some(MipStop::TimeLimit)
    }

    fn sign(&self) -> f64 {
        self.model.sense().sign()
    }

    /// Keeps `values` if they are feasible and better; says what is wrong if they are not feasible.
    fn consider(&mut self, values: Vec<f64>) -> Result<(), Vec<Violation>> {
        let values = self.feasible(values)?;
        let objective = self.model.objective(&values);
        let better = |(_, best): &(Vec<f64>, f64)| self.sign() * objective < self.sign() * best;
        if self.best.as_ref().is_none_or(better) {
            self.observer.on_incumbent(&values, objective);
            self.best = Some((values, objective));
        }
        Ok(())
    }

    /// `values` with exact integers where that is feasible, else as they are if that is.
    fn feasible(&self, values: Vec<f64>) -> Result<Vec<f64>, Vec<Violation>> {
        let mut rounded = values.clone();
        for (value, kind) in rounded.iter_mut().zip(&self.model.kinds) {
            if *kind == ColumnKind::Integer && (*value - value.round()).abs() <= 1e-5 {
                // Adding zero turns a negative zero into a plain one.
                *value = value.round() + 0.0;
            }
        }
        if self.model.violations(&rounded, FEASIBILITY).is_empty() {
            return Ok(rounded);
        }
        let broken = self.model.violations(&values, FEASIBILITY);
        if broken.is_empty() { Ok(values) } else { Err(broken) }
    }

    fn advance(&mut self, progress: Progress) {
        let (sign, bound) = (self.sign(), self.progress.bound);
        self.progress = Progress { bound, ..progress };
        let next = self.rounded_bound(progress.bound);
        if sign * next > sign * bound {
            self.progress.bound = next;
            self.observer.on_bound(next, progress.nodes, progress.lp_iterations);
        }
    }

    /// The next objective that is possible at all, with a margin for the engine's noise.
    fn rounded_bound(&self, bound: f64) -> f64 {
        let Some(step) = self.step.filter(|_| bound.is_finite()) else { return bound };
        let steps = self.sign() * (bound - self.model.constant()) / step;
        let noise = 1e-6 * (steps.abs() / 1e3).clamp(1.0, 1e5);
        self.model.constant() + self.sign() * (steps - noise).ceil() * step
    }

    /// The outcome of an engine that came back.
    pub(crate) fn conclude(mut self, report: Report) -> MipOutcome {
        let refused = report.values.and_then(|values| self.consider(values).err());
        self.advance(report.progress);
        let status = self.judge(report.claim, refused.as_deref());
        let fate = match (self.start_given, report.start_used) {
            (false, _) => StartFate::NotGiven,
            (true, Some(true)) => StartFate::Used,
            (true, _) => StartFate::NotUsed,
        };
        self.outcome(status, fate, Engine::Returned)
    }

    /// The outcome when the engine was left behind.
    pub(crate) fn leave_behind(self) -> MipOutcome {
        let reason = self.stop.map_or(MipStop::TimeLimit, |(reason, _)| reason);
        let fate = if self.start_given { StartFate::NotUsed } else { StartFate::NotGiven };
        self.outcome(MipStatus::Stopped(reason), fate, Engine::LeftBehind)
    }

    /// Turns a claim into a status the evidence supports.
    fn judge(&mut self, claim: Claim, refused: Option<&[Violation]>) -> MipStatus {
        if let Some(text) = self.contradiction(&claim, refused) {
            return MipStatus::NumericalTrouble(text);
        }
        match claim {
            Claim::Optimal => self.judge_optimal(),
            Claim::Infeasible => MipStatus::Infeasible,
            Claim::Unbounded => MipStatus::Unbounded,
            Claim::InfeasibleOrUnbounded if self.best.is_some() => MipStatus::Unbounded,
            Claim::InfeasibleOrUnbounded => MipStatus::InfeasibleOrUnbounded,
            // An engine may notice the deadline itself, or only that it was interrupted.
            Claim::Stopped(MipStop::Cancelled) => {
                MipStatus::Stopped(self.stop.map_or(MipStop::Cancelled, |(reason, _)| reason))
            }
            Claim::Stopped(reason) => MipStatus::Stopped(reason),
            Claim::Failed(text) => MipStatus::NumericalTrouble(text),
        }
    }

    fn contradiction(&self, claim: &Claim, refused: Option<&[Violation]>) -> Option<String> {
        if let (Claim::Optimal, Some(first)) = (claim, refused.and_then(<[_]>::first)) {
            return Some(format!("the values called optimal break the model: {first}"));
        }
        let Some((_, objective)) = &self.best else {
            return (*claim == Claim::Optimal).then(|| "optimal, but without values".to_owned());
        };
        if *claim == Claim::Infeasible {
            return Some(format!("called infeasible, yet {objective} was reached"));
        }
        let excess = self.sign() * (self.progress.bound - objective);
        (excess > EQUAL * objective.abs().max(1.0)).then(|| {
            format!("the bound {} excludes the objective {objective}", self.progress.bound)
        })
    }

    fn judge_optimal(&mut self) -> MipStatus {
        let Some((_, objective)) = self.best else {
            return MipStatus::NumericalTrouble("optimal, but without values".to_owned());
        };
        let distance = self.sign() * (objective - self.progress.bound);
        if distance <= EQUAL * objective.abs().max(1.0) {
            self.progress.bound = objective;
            return MipStatus::Optimal;
        }
        let close =
            relative(objective, self.progress.bound) <= self.limits.relative_gap * 1.000_001;
        if close || distance <= self.limits.absolute_gap * 1.000_001 {
            return MipStatus::WithinGap;
        }
        let bound = self.progress.bound;
        MipStatus::NumericalTrouble(format!("called optimal at {objective} with bound {bound}"))
    }

    fn outcome(self, status: MipStatus, start: StartFate, engine: Engine) -> MipOutcome {
        let bound = match status {
            MipStatus::Infeasible => -nothing(self.model),
            MipStatus::NumericalTrouble(_)
            | MipStatus::Unbounded
            | MipStatus::InfeasibleOrUnbounded => nothing(self.model),
            _ => self.progress.bound,
        };
        let (values, objective) = self.best.unzip();
        MipOutcome {
            status,
            gap: objective.map_or(f64::INFINITY, |objective| relative(objective, bound)),
            values,
            objective,
            dual_bound: bound,
            nodes: self.progress.nodes,
            lp_iterations: self.progress.lp_iterations,
            seconds: self.started.elapsed().as_secs_f64(),
            start,
            engine,
        }
    }
}

/// The bound that says nothing.
fn nothing(model: &MipModel) -> f64 {
    -model.sense().sign() * f64::INFINITY
}

fn relative(objective: f64, bound: f64) -> f64 {
    if objective == bound { 0.0 } else { (objective - bound).abs() / objective.abs() }
}

fn check_start(model: &MipModel, start: MipStart<'_>) -> Result<(), MipError> {
    let broken = match start {
        MipStart::None => Vec::new(),
        MipStart::Full(values) => model.violations(values, FEASIBILITY),
        MipStart::Partial(entries) => model.partial_violations(entries, FEASIBILITY),
    };
    if broken.is_empty() { Ok(()) } else { Err(MipError::Start(broken)) }
}
