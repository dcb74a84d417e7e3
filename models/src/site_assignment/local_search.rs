//! The heuristic `local-search`: a walk from the best plan whose temperature falls over its budget.
//!
//! See `search::walk`. The first run begins hot, later ones mildly, each from the best plan. Where a
//! bound has priced capacity, sites are tried in the order of reduced costs. Ends by budget, or
//! without one after a number of steps. Left to `beam-search` and `path-relinking`
//! where they suit.

use std::sync::atomic::{AtomicU32, Ordering};

use placewright_solver::budget::Budget;
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::beam_search::BeamSearch;
use super::insertion::inserted;
use super::instance::{Index, Instance};
use super::path_relinking::PathRelinking;
use super::prices::Prices;
use super::problem::SiteAssignment;
use super::search::board::Board;
use super::search::preference::Preferences;
use super::search::walk::{STEP, Walk};

/// The heuristic `local-search`.
#[derive(Debug, Default)]
pub struct LocalSearch {
    /// Prices that guide it.
    pub prices: Prices,
    runs: AtomicU32,
}

impl LocalSearch {
    /// A search guided by prices that become known later.
    #[must_use]
    pub fn guided(prices: Prices) -> Self {
        Self { prices, runs: AtomicU32::new(0) }
    }
}

/// Temperatures as parts of what a typical shift costs: the first and the last of the first run, and
/// the first of later runs. Where customers are split capacities are kept and opening costs make
/// higher hills; elsewhere excess is a way around them.
struct Temperatures {
    hot: f64,
    cold: f64,
    warm: f64,
}

const SPLIT: Temperatures = Temperatures { hot: 0.1, cold: 0.004, warm: 0.03 };
const WHOLE: Temperatures = Temperatures { hot: 0.4, cold: 0.03, warm: 0.3 };

/// Steps without a limit: so many, and so many per customer.
const STEPS: u64 = 200;
const STEPS_PER_CUSTOMER: u64 = 4;
/// Steps between two offers.
const STEPS_PER_OFFER: u64 = 100;

impl Method<SiteAssignment> for LocalSearch {
    fn name(&self) -> &'static str {
        "local-search"
    }

    fn symbol(&self) -> char {
        'L'
    }

    fn applies(&self, instance: &Instance) -> bool {
        !BeamSearch::suits(instance) && !PathRelinking::suits(instance)
    }

    fn run(&self, context: &Context<'_, SiteAssignment>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        let pricing = self.prices.known();
        let preferences = Preferences::new(&index, pricing.as_ref());
        context.budget.spend((index.sites() * index.customers() / 100) as u64 + 1);
        let board = match context.best() {
            Some((plan, _)) => Some(Board::with_plan(&index, &plan)),
            None => inserted(&index, &preferences),
        };
        let Some(board) = board else { return Ok(()) };
        let first = self.runs.fetch_add(1, Ordering::Relaxed) == 0;
        let mut walk = Walk::new(board, &preferences, context.seed.generator());
        let typical = walk.typical_change();
        let parts = if index.splits() { SPLIT } else { WHOLE };
        let hot = typical * if first { parts.hot } else { parts.warm };
        let cold = typical * parts.cold;
        let clock = Clock::new(context.budget, &index);
        let (mut offered, mut steps) = (walk.best_cost(), 0_u64);
        while !context.should_stop() {
            let progress = clock.progress(context.budget, steps);
            if progress >= 1.0 {
                break;
            }
            walk.step(hot * (cold / hot).powf(progress));
            context.budget.spend(u64::from(STEP) / 5);
            steps += 1;
            if steps.is_multiple_of(STEPS_PER_OFFER) && walk.best_cost() != offered {
                offered = walk.best_cost();
                if let Some(plan) = walk.best_copy() {
                    context.offer(plan, "walk");
                }
            }
        }
        if walk.best_cost() != offered
            && let Some(plan) = walk.best_plan()
        {
            context.offer(plan, "walk");
        }
        Ok(())
    }
}

/// How far a run has come, by whichever limit it has.
struct Clock {
    steps: u64,
    time_s: Option<f64>,
    work: Option<u64>,
}

impl Clock {
    fn new(budget: &Budget, index: &Index) -> Self {
        let limited = budget.time_left().is_some() || budget.work_left().is_some();
        let steps = STEPS + STEPS_PER_CUSTOMER * index.customers() as u64;
        Self {
            steps: if limited { u64::MAX } else { steps },
            time_s: budget.time_left().map(|left| left.as_secs_f64().max(1e-6)),
            work: budget.work_left().map(|left| left.max(1)),
        }
    }

    fn progress(&self, budget: &Budget, steps: u64) -> f64 {
        let mut progress = steps as f64 / self.steps as f64;
        if let (Some(work), Some(left)) = (self.work, budget.work_left()) {
            return progress.max(1.0 - left as f64 / work as f64);
        }
        if let (Some(time_s), Some(left)) = (self.time_s, budget.time_left()) {
            progress = progress.max(1.0 - left.as_secs_f64() / time_s);
        }
        progress
    }
}
