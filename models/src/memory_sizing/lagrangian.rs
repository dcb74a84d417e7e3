//! Lagrangian bounds by subgradient ascent, with the plans its prices suggest on the way.
//!
//! At every point the types are solved alone under the current prices; prices of constraints that
//! are exceeded rise, of slack ones fall, by Polyak's step towards the incumbent's cost (see
//! `placewright_solver::bound::subgradient`). The selected menu bins are completed to plans.
//! Guarantee: every point is a valid bound; the best one
//! approaches the bound of the convexified problem.

use std::collections::BTreeSet;

use placewright_solver::bound::subgradient::{self, Sign, SubgradientSettings, maximise};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::completion::Completion;
use super::prepared::{Prepared, Shared};
use super::problem::MemorySizing;
use super::relaxation::{Evaluation, Relaxation};

/// The bound and heuristic `lagrangian`.
#[derive(Clone, Debug, Default)]
pub struct Lagrangian {
    /// Prepared data, shared with the other methods.
    pub shared: Shared,
}

/// The walk: steps are halved after a dozen evaluations without noticeable progress, ten times.
/// Costs are integers, so a gap below 1 is closed.
const WALK: SubgradientSettings = SubgradientSettings {
    scale: 1.0,
    patience: 12,
    freshness: 0.6,
    gap: 0.999,
    noticeable: 1e-5,
    smallest_scale: 1e-3,
};
/// Every so many evaluations the prices are turned into a plan and a certificate.
const PLAN_EVERY: u32 = 20;

impl Method<MemorySizing> for Lagrangian {
    fn name(&self) -> &'static str {
        "lagrangian"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, MemorySizing>) -> Result<(), EngineError> {
        if !context.instance.is_coupled() {
            return Ok(());
        }
        let prepared = self.shared.get(context.instance);
        let relaxation = Relaxation::new(context.instance, prepared);
        Ascent::new(context, prepared, &relaxation).run()
    }
}

/// The relaxation as the walk sees it: multipliers times the scale of their constraint, so that
/// one step length suits all of them.
struct Ascent<'a, 'b> {
    context: &'a Context<'b, MemorySizing>,
    prepared: &'a Prepared,
    relaxation: &'a Relaxation<'a>,
    scales: Vec<f64>,
    best: Vec<f64>,
    best_value: f64,
    evaluations: u32,
    error: Option<EngineError>,
}

impl<'a, 'b> Ascent<'a, 'b> {
    fn new(
        context: &'a Context<'b, MemorySizing>,
        prepared: &'a Prepared,
        relaxation: &'a Relaxation<'a>,
    ) -> Self {
        Self {
            context,
            prepared,
            relaxation,
            scales: relaxation.scales(),
            best: vec![0.0; relaxation.dimension()],
            best_value: f64::NEG_INFINITY,
            evaluations: 0,
            error: None,
        }
    }

    fn run(mut self) -> Result<(), EngineError> {
        let start = self.start();
        if self.relaxation.evaluate(&start).is_none() {
            // Some type has no ladder at all: there is nothing to bound.
            return Ok(());
        }
        let scaled = start.iter().zip(&self.scales).map(|(x, scale)| x * scale).collect();
        let signs = vec![Sign::NonNegative; start.len()];
        let budget = self.context.budget;
        maximise(&mut self, &signs, scaled, WALK, budget);
        match self.error.take() {
            Some(error) => Err(error),
            None => self.raise(),
        }
    }

    /// The prices that the incumbent's menu suggests, where there is an incumbent.
    fn start(&self) -> Vec<f64> {
        let instance = self.context.instance;
        let nothing = vec![0.0; self.relaxation.dimension()];
        let Some((plan, _)) = self.context.best() else { return nothing };
        let sizes = plan.ladders.iter().flat_map(|ladder| &ladder.0).copied();
        let menu: Vec<u64> = sizes.collect::<BTreeSet<u64>>().into_iter().collect();
        let menu_mib = instance.max_distinct_sizes.map(|_| menu.as_slice());
        let completion = Completion::new(instance, self.prepared, menu_mib, self.context.budget);
        let Some((plan, prices)) = completion.run() else { return nothing };
        self.context.offer(plan, "incumbent's menu completed");
        self.relaxation.suggested(&menu, prices)
    }

    /// About thirty candidates a microsecond.
    fn charge(&self) {
        let levels: usize =
            self.prepared.profiles.iter().map(|p| p.levels() * p.max_attempts).sum();
        self.context.budget.spend((levels + self.relaxation.dimension()) as u64 / 30 + 1);
    }

    /// Turns the best point into a certificate, where it beats the known bound.
    fn raise(&self) -> Result<(), EngineError> {
        let known = self.context.bound().map_or(f64::NEG_INFINITY, |bound| bound.first() as f64);
        if self.best_value <= known {
            return Ok(());
        }
        let Some(bound) = self.relaxation.bound(&self.best) else { return Ok(()) };
        self.charge();
        self.context.raise(self.relaxation.certificate(&self.best, bound), "Lagrangian")
    }

    /// Completes the selected menu to a plan. Without a menu there is only one completion, and
    /// the ascent started with it.
    fn suggest(&self, evaluation: &Evaluation) {
        let context = self.context;
        if context.instance.max_distinct_sizes.is_none() {
            return;
        }
        let largest = |&bin: &usize| self.relaxation.bins()[bin].largest_mib;
        let mut menu: Vec<u64> = evaluation.selected_bins.iter().map(largest).collect();
        menu.sort_unstable();
        let completion =
            Completion::new(context.instance, self.prepared, Some(&menu), context.budget);
        if let Some((plan, _)) = completion.run() {
            context.offer(plan, "prices completed");
        }
    }
}

impl subgradient::Lagrangian for Ascent<'_, '_> {
    fn evaluate(&mut self, scaled: &[f64]) -> subgradient::Evaluation {
        self.charge();
        let multipliers: Vec<f64> = scaled.iter().zip(&self.scales).map(|(x, s)| x / s).collect();
        let Some(evaluation) = self.relaxation.evaluate(&multipliers) else {
            // Never after `run` saw one evaluation succeed: prices do not decide who is served.
            let subgradient = vec![0.0; scaled.len()];
            return subgradient::Evaluation { value: f64::NEG_INFINITY, subgradient };
        };
        if evaluation.value > self.best_value {
            self.best_value = evaluation.value;
            self.best = multipliers;
        }
        self.evaluations += 1;
        if self.evaluations.is_multiple_of(PLAN_EVERY) {
            self.suggest(&evaluation);
            self.error = self.error.take().or(self.raise().err());
        }
        let parts = evaluation.excess.iter().zip(&self.scales);
        let subgradient = parts.map(|(excess, scale)| excess / scale).collect();
        subgradient::Evaluation { value: evaluation.value, subgradient }
    }

    /// The incumbent's cost or, without one, a little above the best bound; the best bound itself
    /// once nothing is left to do.
    fn target(&self, best_value: f64) -> f64 {
        if self.context.is_closed() || self.error.is_some() {
            return best_value;
        }
        let best = self.context.objective().map(|objective| objective.first() as f64);
        best.unwrap_or(best_value + 0.1 * best_value.abs() + 1.0)
    }
}
