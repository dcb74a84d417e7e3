//! Lagrangian bounds by subgradient ascent, with the plans its prices suggest on the way.
//!
//! At every point the types are solved alone under the current prices; prices of constraints that
//! are exceeded rise, of slack ones fall, by Polyak's step towards the incumbent's cost (Held,
//! Wolfe, Crowder 1974; direction smoothed as in Camerini, Fratta, Maffioli 1975). The selected
//! menu bins are completed to plans. Guarantee: every point is a valid bound; the best one
//! approaches the bound of the convexified problem.

use std::collections::BTreeSet;

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

/// Iterations without a better bound after which the step is halved.
const PATIENCE: u32 = 12;
/// The ascent ends when the step has been halved this often.
const HALVINGS: u32 = 10;
/// Share of the last direction kept in the next.
const MOMENTUM: f64 = 0.5;
/// Every so many iterations the prices are turned into a plan.
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

struct Ascent<'a, 'b> {
    context: &'a Context<'b, MemorySizing>,
    prepared: &'a Prepared,
    relaxation: &'a Relaxation<'a>,
    scales: Vec<f64>,
    multipliers: Vec<f64>,
    direction: Vec<f64>,
    best: Vec<f64>,
    best_value: f64,
    step: f64,
}

impl<'a, 'b> Ascent<'a, 'b> {
    fn new(
        context: &'a Context<'b, MemorySizing>,
        prepared: &'a Prepared,
        relaxation: &'a Relaxation<'a>,
    ) -> Self {
        let dimension = relaxation.dimension();
        Self {
            context,
            prepared,
            relaxation,
            scales: relaxation.scales(),
            multipliers: vec![0.0; dimension],
            direction: vec![0.0; dimension],
            best: vec![0.0; dimension],
            best_value: f64::NEG_INFINITY,
            step: 1.0,
        }
    }

    /// Starts from the prices that the incumbent's menu suggests, where there is one.
    fn begin(&mut self) {
        let instance = self.context.instance;
        let Some((plan, _)) = self.context.best() else { return };
        let sizes: BTreeSet<u64> =
            plan.ladders.iter().flat_map(|ladder| &ladder.0).copied().collect();
        let menu: Vec<u64> = sizes.into_iter().collect();
        let menu_mib = instance.max_distinct_sizes.map(|_| menu.as_slice());
        let completion = Completion::new(instance, self.prepared, menu_mib, self.context.budget);
        if let Some((plan, prices)) = completion.run() {
            self.context.offer(plan, "incumbent's menu completed");
            self.multipliers = self.relaxation.suggested(&menu, prices);
        }
    }

    fn run(mut self) -> Result<(), EngineError> {
        self.begin();
        let (mut failures, mut iteration) = (0, 0);
        let smallest_step = 0.5_f64.powi(HALVINGS as i32);
        while self.step > smallest_step && !self.context.should_stop() {
            let Some(evaluation) = self.relaxation.evaluate(&self.multipliers) else { break };
            self.charge();
            failures = if self.keep(&evaluation) { 0 } else { failures + 1 };
            if failures == PATIENCE {
                (self.step, failures) = (self.step / 2.0, 0);
                self.multipliers.clone_from(&self.best);
            }
            iteration += 1;
            if iteration % PLAN_EVERY == 0 {
                self.suggest(&evaluation);
                self.raise()?;
            }
            if !self.ascend(&evaluation) {
                break;
            }
        }
        self.raise()
    }

    /// About thirty candidates a microsecond.
    fn charge(&self) {
        let levels: usize =
            self.prepared.profiles.iter().map(|p| p.levels() * p.max_attempts).sum();
        self.context.budget.spend((levels + self.relaxation.dimension()) as u64 / 30 + 1);
    }

    /// Remembers the best point; whether the bound rose noticeably.
    fn keep(&mut self, evaluation: &Evaluation) -> bool {
        let noticeable = self.best_value + 1e-5 * self.best_value.abs();
        let risen = self.best_value == f64::NEG_INFINITY || evaluation.value > noticeable;
        if evaluation.value > self.best_value {
            self.best_value = evaluation.value;
            self.best.clone_from(&self.multipliers);
        }
        risen
    }

    /// One scaled Polyak step; false when the relaxed plan breaks nothing and wastes no price.
    fn ascend(&mut self, evaluation: &Evaluation) -> bool {
        for (direction, excess) in self.direction.iter_mut().zip(&evaluation.excess) {
            *direction = MOMENTUM * *direction + excess;
        }
        let scaled = self.direction.iter().zip(&self.scales).map(|(d, scale)| d / scale);
        // A multiplier at zero that wants to fall stays where it is.
        let movable = scaled.zip(&self.multipliers).filter(|&(d, &x)| d > 0.0 || x > 0.0);
        let norm: f64 = movable.map(|(d, _)| d * d).sum();
        if norm == 0.0 {
            return false;
        }
        let target = self.target(evaluation);
        let length = self.step * (target - evaluation.value).max(0.0) / norm;
        for ((x, d), scale) in self.multipliers.iter_mut().zip(&self.direction).zip(&self.scales) {
            *x = (*x + length * d / (scale * scale)).max(0.0);
        }
        true
    }

    /// The incumbent's cost or, without one, a little above the best bound.
    fn target(&self, evaluation: &Evaluation) -> f64 {
        let above = self.best_value + 0.1 * self.best_value.abs() + 1.0;
        let best = self.context.objective().map(|objective| objective.first() as f64);
        best.unwrap_or(above).max(evaluation.value + 1e-6 * evaluation.value.abs() + 1.0)
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

    /// Completes the selected menu to a plan.
    fn suggest(&self, evaluation: &Evaluation) {
        let menu = self.context.instance.max_distinct_sizes.map(|_| {
            let largest = |&bin: &usize| self.relaxation.bins()[bin].largest_mib;
            let mut menu: Vec<u64> = evaluation.selected_bins.iter().map(largest).collect();
            menu.sort_unstable();
            menu
        });
        let context = self.context;
        let completion =
            Completion::new(context.instance, self.prepared, menu.as_deref(), context.budget);
        if let Some((plan, _)) = completion.run() {
            context.offer(plan, "prices completed");
        }
    }
}
