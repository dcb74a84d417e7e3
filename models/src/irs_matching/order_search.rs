//! The heuristic `order-search`: a good order of completions, priced exactly and made whole.
//!
//! For rates that never change and jobs without deadlines and shares, the search of
//! `offline::heuristics::order_search`, which ignores latencies; it starts from the order in which
//! the best plan completes the jobs, and from simple ones. Guarantee: none; on one-round instances
//! of 6 to 7 jobs 0.1 % above the optimum on average and 2 % at worst.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::check::last_device_ms;
use super::offline::heuristics::order_search::{OrderSearch, order_search_schedule, simple_orders};
use super::problem::IrsMatching;
use super::streams;

/// More jobs than this are left to other heuristics.
const MOST_JOBS: usize = 60;

/// The heuristic `order-search`.
#[derive(Clone, Copy, Debug, Default)]
pub struct OrderSearchMethod;

impl Method<IrsMatching> for OrderSearchMethod {
    fn name(&self) -> &'static str {
        "order-search"
    }

    fn symbol(&self) -> char {
        'L'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        let instance = context.instance;
        let jobs = instance.jobs.len();
        let free = streams::is_free(instance) && jobs <= MOST_JOBS;
        let Some(fluid) = streams::fluid(instance).filter(|_| free) else {
            context.note("order search is for constant rates without deadlines and shares");
            return Ok(());
        };
        let mut starts: Vec<Vec<usize>> = known_order(context).into_iter().collect();
        starts.extend(simple_orders(&fluid));
        let settings = OrderSearch::for_jobs(jobs);
        match order_search_schedule(&fluid, &starts, settings, context.budget) {
            Ok(schedule) => {
                context.offer(streams::plan(&schedule), "search over orders of completion");
            }
            Err(error) => context.note(&format!("no search over orders: {error}")),
        }
        Ok(())
    }
}

/// The order in which the best plan completes the jobs.
pub(super) fn known_order(context: &Context<'_, IrsMatching>) -> Option<Vec<usize>> {
    let (plan, _) = context.best()?;
    let last_ms = last_device_ms(context.instance, &plan);
    let mut order: Vec<usize> = (0..last_ms.len()).collect();
    order.sort_by_key(|&job| last_ms[job]);
    Some(order)
}
