//! The heuristic `order-search`: a good order of completions, priced exactly and made whole.
//!
//! For rates that never change and jobs without deadlines and shares, the search of
//! `offline::heuristics::order_search`, which ignores latencies. For other rates, list scheduling in
//! the order of mean busy times. Guarantee: none; on one-round instances of 6 to 7 jobs 0.1 % above
//! the optimum on average and 2 % at worst.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::check;
use super::instance::JobId;
use super::list_scheduling::list_schedule;
use super::offline::bounds::mean_busy_search::{GridSearch, mean_busy_bound};
use super::offline::heuristics::order_search::{OrderSearch, order_search_schedule};
use super::problem::IrsMatching;
use super::streams;

/// More jobs than this take the order of mean busy times.
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
        let Some((pieces, fluid_jobs, responses)) = streams::pieces(instance) else {
            context.decline("single devices have no order of mean busy times");
            return Ok(());
        };
        context.budget.spend(jobs as u64 + 1);
        match mean_busy_bound(&pieces, &fluid_jobs, &responses, GridSearch::default()) {
            Err(error) => context.note(&format!("no mean busy times: {error}")),
            Ok(bound) => {
                let mut order: Vec<JobId> = (0..jobs as u32).map(JobId).collect();
                let time = |id: &JobId| bound.mean_busy_ms[id.index()];
                order.sort_by(|a, b| time(a).total_cmp(&time(b)));
                let plan = list_schedule(instance, &order);
                let plan = plan.filter(|plan| check::judge(instance, plan).objective().is_some());
                if let Some(plan) = plan {
                    context.offer(plan, "in the order of mean busy times");
                }
            }
        }
        if !streams::is_free(instance) || jobs > MOST_JOBS || context.should_stop() {
            return Ok(());
        }
        let Some(fluid) = streams::fluid(instance) else { return Ok(()) };
        let settings = OrderSearch::for_jobs(jobs);
        context.budget.spend(settings.programs as u64);
        match order_search_schedule(&fluid, settings) {
            Ok(schedule) => {
                context.offer(streams::plan(&schedule), "search over orders of completion");
            }
            Err(error) => context.note(&format!("no search over orders: {error}")),
        }
        Ok(())
    }
}
