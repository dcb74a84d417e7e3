//! Exact models as a method: build, encode the incumbent, solve, decode, and check everything.
//!
//! The incumbent is encoded as the start. If it breaks a row of the model, or the model prices it
//! differently than the referee, formulation and referee disagree, which is an internal error.

use crate::certificate::{Certificate, Claim, Proof};
use crate::context::{Context, Method};
use crate::error::EngineError;
use crate::mip::{
    Bounds, Column, ColumnKind, MipBackend, MipLimits, MipModel, MipObserver, MipStart, MipStatus,
    Wish, default_backend, work_per_iteration,
};
use crate::objective::Objective;
use crate::problem::Problem;

/// An exact model of a family: every feasible plan is a feasible vector of the same cost.
pub trait Formulation<P: Problem>: Send + Sync {
    /// Why there is no exact model of this instance; `None` where there is one. Without one,
    /// nothing else is asked.
    fn missing(&self, _instance: &P::Instance) -> Option<String> {
        None
    }

    /// How many nonzeros the model will have at most, without building it.
    fn nonzeros(&self, instance: &P::Instance) -> usize;

    /// What the model charges for an objective: its first level, unless the model weighs the levels
    /// against each other.
    fn price(&self, _instance: &P::Instance, objective: &Objective) -> i128 {
        objective.first()
    }

    /// What plans cost at least for which the model charges at least `price`.
    fn at_least(&self, _instance: &P::Instance, price: i128) -> Objective {
        Objective::single(price)
    }

    /// The model, minimising the price of the objective.
    fn build(&self, instance: &P::Instance) -> MipModel;

    /// A feasible plan as a vector of the model's columns. A feasible plan that the model leaves
    /// out on purpose, because another one costs no more, is encoded as that other one.
    fn encode(&self, instance: &P::Instance, plan: &P::Plan) -> Vec<f64>;

    /// An integer vector of the model's columns as a plan.
    fn decode(&self, instance: &P::Instance, values: &[f64]) -> P::Plan;
}

/// Models beyond this many nonzeros are left to heuristics and bounds.
const LARGEST_MODEL: usize = 8_000_000;
/// How fast models are built, checked and passed on, at least. None of that looks at the clock,
/// and a search that has just begun has nothing to say, so it only begins with time to spare.
const NONZEROS_PER_SECOND: f64 = 250_000.0;
/// Work units per nonzero: what building a model and preparing its search cost at least.
const WORK_PER_NONZERO: u64 = 5;
/// Costs are scaled by a power of two to at most this, which keeps a solver's absolute
/// tolerances meaningful and every scaled number exact.
const LARGEST_COST: f64 = 1_048_576.0;
/// Relative error of a sum in floating point, generously.
const ROUNDING: f64 = 1e-14;
/// Solves in which columns dearer than the best plan are left out, until none is left in.
const MOST_SOLVES: u32 = 3;
/// Absolute and relative tolerance for a solver's objective against the referee's integers.
const TOLERANCE: f64 = 1e-6;

/// The method `mip`: a formulation solved by a backend.
pub struct Exact<F> {
    /// The formulation.
    pub formulation: F,
}

impl<P: Problem, F: Formulation<P>> Method<P> for Exact<F> {
    fn name(&self) -> &'static str {
        "mip"
    }

    fn symbol(&self) -> char {
        'M'
    }

    fn applies(&self, instance: &P::Instance) -> bool {
        self.formulation.missing(instance).is_none()
            && self.formulation.nonzeros(instance) <= LARGEST_MODEL
    }

    fn run(&self, context: &Context<'_, P>) -> Result<(), EngineError> {
        if let Some(reason) = self.formulation.missing(context.instance) {
            context.note(&reason);
            return Ok(());
        }
        let backend = default_backend();
        let nonzeros = self.formulation.nonzeros(context.instance);
        if nonzeros > LARGEST_MODEL {
            context.note(&format!("the exact model would have {nonzeros} nonzeros: left out"));
            return Ok(());
        }
        let seconds = nonzeros as f64 / NONZEROS_PER_SECOND;
        let work = nonzeros as u64 * WORK_PER_NONZERO + 1;
        let late = context.budget.time_left().is_some_and(|left| left.as_secs_f64() < seconds);
        if late || context.budget.work_left().is_some_and(|left| left < work) {
            context.decline(&format!(
                "the exact model would have {nonzeros} nonzeros, too many for what is left"
            ));
            return Ok(());
        }
        let model = self.formulation.build(context.instance);
        context.budget.spend(work);
        context.note(&format!(
            "{}: {} columns, {} rows, {} nonzeros",
            backend.name(),
            model.num_columns(),
            model.num_rows(),
            model.num_nonzeros()
        ));
        for _ in 0..MOST_SOLVES {
            let start = self.encoded_incumbent(context, &model)?;
            let before = context.objective();
            let price = before.as_ref().map(|best| self.formulation.price(context.instance, best));
            let solve = Solve {
                context,
                formulation: &self.formulation,
                backend: backend.as_ref(),
                error: None,
                constant: model.constant(),
                largest_cost: 0.0,
            };
            let believed = solve.run(&without_dear(&model, price), start.as_deref())?;
            if believed || context.should_stop() || context.objective() == before {
                break;
            }
            context.note("costs too far apart for floating point: again without the dear ones");
        }
        Ok(())
    }
}

impl<F> Exact<F> {
    fn encoded_incumbent<P: Problem>(
        &self,
        context: &Context<'_, P>,
        model: &MipModel,
    ) -> Result<Option<Vec<f64>>, EngineError>
    where
        F: Formulation<P>,
    {
        let Some((plan, objective)) = context.best() else { return Ok(None) };
        let values = self.formulation.encode(context.instance, &plan);
        let refuse = |cause| Err(EngineError::Encoding { method: "mip", cause });
        if let Some(violation) = model.violations(&values, TOLERANCE).first() {
            return refuse(format!("the incumbent breaks the model: {violation}"));
        }
        let judged = self.formulation.price(context.instance, &objective) as f64;
        let priced = model.objective(&values);
        // A model may leave out dominated plans, so the encoded one may cost less, never more.
        let rounding = ROUNDING * (model.constant().abs() + priced.abs());
        if priced > judged + TOLERANCE * judged.abs().max(1.0) + rounding {
            return refuse(format!(
                "the model prices the incumbent at {priced}, the referee at {judged}"
            ));
        }
        Ok(Some(values))
    }
}

struct Solve<'a, 'b, P: Problem, F> {
    context: &'a Context<'b, P>,
    formulation: &'a F,
    backend: &'a dyn MipBackend,
    error: Option<EngineError>,
    constant: f64,
    /// Largest cost of a column in the model that is solved.
    largest_cost: f64,
}

impl<P: Problem, F: Formulation<P>> Solve<'_, '_, P, F> {
    /// Solves the model; whether what the solver says of bounds can be believed.
    fn run(mut self, model: &MipModel, start: Option<&[f64]>) -> Result<bool, EngineError> {
        self.largest_cost = largest_cost(model);
        let (scaled, scale) = scaled(model);
        let mut limits = MipLimits::from_budget(self.context.budget, model);
        limits.relative_gap = self.context.gap_target();
        let start = start.map_or(MipStart::None, MipStart::Full);
        let backend = self.backend;
        let mut observer = Watch { solve: &mut self, scale };
        let outcome = backend.solve(&scaled, &limits, start, &mut observer);
        let failed = |cause: String| EngineError::Backend { method: "mip", cause };
        let outcome = outcome.map_err(|error| failed(error.to_string()))?;
        if let Some(error) = self.error {
            return Err(error);
        }
        self.context.budget.spend(outcome.lp_iterations * work_per_iteration(model));
        if let Some(values) = &outcome.values {
            let plan = self.formulation.decode(self.context.instance, values);
            self.context.offer(plan, "solution of the exact model");
        }
        if self.context.objective().is_some() && !self.is_resolved() {
            return Ok(false);
        }
        match outcome.status {
            MipStatus::Optimal => self.claim_optimal(outcome.dual_bound * scale),
            MipStatus::Infeasible if self.context.objective().is_some() => {
                Err(failed("it finds no solution where there is one".to_owned()))
            }
            MipStatus::Infeasible => self.claim(Claim::Infeasible, "the exact model is infeasible"),
            MipStatus::WithinGap | MipStatus::Stopped(_) => {
                self.claim_bound(outcome.dual_bound * scale, "bound of the exact model")
            }
            MipStatus::Unbounded | MipStatus::InfeasibleOrUnbounded => {
                Err(failed(format!("{:?}, but costs are bounded", outcome.status)))
            }
            MipStatus::NumericalTrouble(cause) => {
                self.context
                    .note(&format!("numerical trouble, its bounds are not believed: {cause}"));
                Ok(())
            }
        }?;
        Ok(true)
    }

    /// Whether no column alone costs more than the best plan. Integrality and feasibility are
    /// tolerances times costs, so where one cost towers above the rest a solver's bound says
    /// nothing.
    fn is_resolved(&self) -> bool {
        let best = self.price_of_best().map(|best| best as f64 - self.constant);
        best.is_some_and(|best| self.largest_cost <= dearest(best, self.constant))
    }

    /// The solver says optimal in floating point; in integers that is the incumbent's cost, if
    /// the two are as close as the solver's tolerance.
    fn claim_optimal(&self, dual_bound: f64) -> Result<(), EngineError> {
        match self.price_of_best() {
            Some(best) if close(best as f64, dual_bound) => {
                let claim = Claim::AtLeast(self.at_least(best));
                self.claim(claim, "proved optimal by the exact model")
            }
            _ => self.claim_bound(dual_bound, "bound of the exact model"),
        }
    }

    /// Rounds a solver's bound to the integer it surely means.
    fn claim_bound(&self, dual_bound: f64, note: &str) -> Result<(), EngineError> {
        if !dual_bound.is_finite() {
            return Ok(());
        }
        let rounding = ROUNDING * (self.constant.abs() + dual_bound.abs());
        let slack = TOLERANCE * dual_bound.abs().max(1.0) + rounding;
        let bound = (dual_bound - slack).ceil() as i128;
        self.claim(Claim::AtLeast(self.at_least(bound)), note)
    }

    fn price_of_best(&self) -> Option<i128> {
        let best = self.context.objective()?;
        Some(self.formulation.price(self.context.instance, &best))
    }

    fn at_least(&self, price: i128) -> Objective {
        self.formulation.at_least(self.context.instance, price)
    }

    fn claim(&self, claim: Claim, note: &str) -> Result<(), EngineError> {
        let solver = self.backend.name().to_owned();
        self.context.raise(Certificate { claim, proof: Proof::SolverClaim { solver } }, note)
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

/// Passes incumbents and bounds on while the backend runs.
struct Watch<'a, 'b, 'c, P: Problem, F> {
    solve: &'a mut Solve<'b, 'c, P, F>,
    scale: f64,
}

impl<P: Problem, F: Formulation<P>> MipObserver for Watch<'_, '_, '_, P, F> {
    fn on_incumbent(&mut self, values: &[f64], _: f64) {
        let context = self.solve.context;
        let plan = self.solve.formulation.decode(context.instance, values);
        context.offer(plan, "incumbent of the exact model");
    }

    fn on_bound(&mut self, bound: f64, nodes: u64, _: u64) {
        if !self.solve.is_resolved() {
            return;
        }
        let result = self.solve.claim_bound(bound * self.scale, &format!("{nodes} nodes"));
        if let Err(error) = result {
            self.solve.error.get_or_insert(error);
        }
    }

    fn wish(&mut self) -> Wish {
        if self.solve.error.is_some() || self.solve.context.is_closed() {
            Wish::Stop
        } else {
            Wish::Continue
        }
    }
}

/// The model without the integer columns that alone cost more than the best plan: no better plan
/// uses them, as costs and values are not negative.
fn without_dear(model: &MipModel, best: Option<i128>) -> MipModel {
    let mut cheaper = model.clone();
    let negative =
        |column: Column| model.cost(column) < 0.0 || model.column_bounds(column).lower < 0.0;
    let Some(best) = best.filter(|_| !model.columns().any(negative)) else { return cheaper };
    let best = best as f64 - model.constant();
    let limit = dearest(best, model.constant());
    for column in model.columns() {
        if model.kind(column) == ColumnKind::Integer && model.cost(column) > limit {
            cheaper.set_column_bounds(column, Bounds::exactly(0.0));
            // What is always zero must not set the scale of the others.
            cheaper.set_cost(column, 0.0);
        }
    }
    cheaper
}

/// What a column of a plan that costs `best` beside the constant may cost at most.
fn dearest(best: f64, constant: f64) -> f64 {
    best + TOLERANCE * best.abs().max(1.0) + ROUNDING * constant.abs()
}

fn largest_cost(model: &MipModel) -> f64 {
    model.columns().map(|column| model.cost(column).abs()).fold(0.0, f64::max)
}

/// The model with costs scaled to a sane magnitude, and the factor that undoes it.
fn scaled(model: &MipModel) -> (MipModel, f64) {
    let largest = largest_cost(model);
    let mut scaled = model.clone();
    let mut scale = 1.0;
    while largest / scale > LARGEST_COST {
        scale *= 2.0;
    }
    for column in model.columns() {
        scaled.set_cost(column, model.cost(column) / scale);
    }
    scaled.set_constant(model.constant() / scale);
    (scaled, scale)
}
