//! The driver: from an instance to an outcome, on one screen.

use crate::budget::{Budget, Stop};
use crate::context::{Context, Method, Tally};
use crate::error::EngineError;
use crate::event::Observer;
use crate::outcome::{Outcome, Statistics, Status};
use crate::portfolio;
use crate::problem::Problem;
use crate::seed::Seed;
use crate::store::Store;

/// The methods of one search, in the order they run.
pub struct Methods<P: Problem> {
    /// Cheap bounds and greedy plans, one after the other.
    pub opening: Vec<Box<dyn Method<P>>>,
    /// Improvement and bounds, side by side.
    pub improving: Vec<Box<dyn Method<P>>>,
    /// Exact methods, one after the other, started from the incumbent; where threads are left and
    /// the clock is the only limit, improvement goes on beside them.
    pub exact: Vec<Box<dyn Method<P>>>,
}

/// What the caller asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Root of the seed tree.
    pub seed: u64,
    /// Worker threads; the answer under a work limit does not depend on it.
    pub threads: usize,
    /// Relative gap at which the caller is content; 0 asks for an optimum.
    pub gap: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, threads: 1, gap: 0.0 }
    }
}

/// Solves a validated instance.
///
/// `start` is a plan to begin with: the answer is never worse than it. The outcome holds the best
/// plan the referee accepted and the best bound, whatever ended the search.
///
/// # Errors
/// Internal contradictions only, see [`EngineError`]; limits and infeasibility are outcomes.
pub fn solve<P: Problem>(
    instance: &P::Instance,
    methods: &Methods<P>,
    options: &Options,
    budget: &Budget,
    start: Option<P::Plan>,
    observer: &dyn Observer,
) -> Result<Outcome<P::Plan>, EngineError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads.max(1)).build();
    let pool = pool.map_err(|error| EngineError::Threads(error.to_string()))?;
    let mut search = Search::<P> {
        instance,
        options,
        budget,
        observer,
        store: Store::new(),
        statistics: Statistics::default(),
    };
    pool.install(|| {
        search.begin(start);
        search.open(&methods.opening)?;
        let exact_waits = methods.exact.iter().any(|method| method.applies(instance));
        search.side_by_side(&methods.improving, exact_waits)?;
        search.exact(methods)?;
        // An exact method may decline; what it leaves goes to the others.
        search.side_by_side(&methods.improving, false)?;
        Ok(search.conclude())
    })
}

pub(crate) struct Search<'a, P: Problem> {
    pub(crate) instance: &'a P::Instance,
    pub(crate) options: &'a Options,
    pub(crate) budget: &'a Budget,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) store: Store<P>,
    pub(crate) statistics: Statistics,
}

impl<P: Problem> Search<'_, P> {
    fn begin(&self, start: Option<P::Plan>) {
        if let Some(plan) = start {
            self.context(&self.store, self.budget, 'S').offer(plan, "start");
        }
    }

    /// The very first method is a constructor that runs whatever the budget: an answer without a
    /// plan helps nobody.
    fn open(&mut self, methods: &[Box<dyn Method<P>>]) -> Result<(), EngineError> {
        for (index, method) in methods.iter().enumerate() {
            if index > 0 && self.context(&self.store, self.budget, ' ').should_stop() {
                break;
            }
            let [numerator, denominator] = method.opening_share();
            let part = self.budget.share(numerator, denominator);
            let statistics = portfolio::run(self, method.as_ref(), &self.store, &part, index);
            self.budget.settle(&part);
            self.statistics.methods.push(statistics?);
        }
        Ok(())
    }

    /// Exact methods one by one; threads that they leave idle go on improving.
    fn exact(&mut self, methods: &Methods<P>) -> Result<(), EngineError> {
        for (index, method) in methods.exact.iter().enumerate() {
            if self.context(&self.store, self.budget, ' ').should_stop() {
                break;
            }
            let part = self.budget.share(1, 1);
            let (exact, others) = (method.as_ref(), &methods.improving);
            let statistics = portfolio::accompanied(self, exact, others, &part, index);
            self.budget.settle(&part);
            self.statistics.methods.extend(statistics?);
        }
        Ok(())
    }

    /// Half of what is left where an exact method still waits, otherwise all of it.
    fn side_by_side(
        &mut self,
        methods: &[Box<dyn Method<P>>],
        exact_waits: bool,
    ) -> Result<(), EngineError> {
        let share = self.budget.share(1, if exact_waits { 2 } else { 1 });
        let first = self.statistics.methods.len();
        let first = if exact_waits { 0 } else { first };
        let threads = self.options.threads as u32;
        let rounds = portfolio::Rounds { store: &self.store, threads, first };
        let result = portfolio::improve(self, &rounds, methods, &share);
        self.budget.settle(&share);
        self.statistics.methods.extend(result?);
        Ok(())
    }

    pub(crate) fn context<'b>(
        &'b self,
        store: &'b Store<P>,
        budget: &'b Budget,
        symbol: char,
    ) -> Context<'b, P> {
        Context {
            instance: self.instance,
            budget,
            seed: Seed(self.options.seed),
            store,
            observer: self.observer,
            symbol,
            gap_target: self.options.gap,
            tally: Tally::default(),
        }
    }

    fn conclude(self) -> Outcome<P::Plan> {
        let state = self.store.lock().clone();
        let status = match state.gap() {
            _ if state.infeasible() => Status::Infeasible,
            Some(0.0) => Status::Optimal,
            Some(gap) if gap <= self.options.gap => Status::WithinGap,
            _ if state.best.is_some() => Status::Feasible,
            _ => Status::Unknown,
        };
        let open = matches!(status, Status::Feasible | Status::Unknown);
        let declined = self.statistics.methods.iter().any(|method| method.declined);
        let limit = self.budget.work_left().map_or(Stop::TimeLimit, |_| Stop::WorkLimit);
        let stop = self.budget.stop().or_else(|| declined.then_some(limit));
        let (plan, objective) = state.best.unzip();
        Outcome {
            plan,
            objective,
            certificate: state.certificate,
            status,
            stop: stop.filter(|_| open),
            seed: self.options.seed,
            statistics: Statistics {
                elapsed: self.budget.elapsed(),
                first_plan: state.first_plan,
                overshoot: self.budget.overshoot(),
                work: self.budget.work(),
                offered: state.offered,
                refused: state.refused,
                methods: self.statistics.methods,
            },
        }
    }
}
