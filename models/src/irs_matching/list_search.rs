//! The heuristic `list-search`: local search over one list of jobs per class.
//!
//! Starts from the lists of the best plan and changes them at random, one small change at a time;
//! a change stays when the cost is no higher than now, or than it was some hundred changes ago (late
//! acceptance: E. K. Burke, Y. Bykov, European Journal of Operational Research 258 (2017) 70–78).
//! Whatever is best is served exactly and goes to the referee. Complexity: one walk through the
//! supply per change, see `list_cost`; declined where that is long (some thousand jobs). Guarantee: none.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::class_lists::ClassLists;
use super::list_cost::ListCost;
use super::list_scheduling::{self, serve_lists};
use super::problem::IrsMatching;

/// The heuristic `list-search`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListSearch;

/// Costs are compared with that of so many changes ago.
const MEMORY: usize = 400;
/// Changes per ordered pair of jobs without a better one, after which the search ends.
const PATIENCE: usize = 20;
/// And at least so many.
const LEAST_PATIENCE: usize = 300;

/// Work units of one change, beyond which hardly any change could be tried, none be stopped.
const MOST_WORK: u64 = 200_000;

impl Method<IrsMatching> for ListSearch {
    fn name(&self) -> &'static str {
        "list-search"
    }

    fn symbol(&self) -> char {
        'L'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        let instance = context.instance;
        let jobs = instance.jobs.len();
        let Some((plan, _)) = context.best().filter(|_| jobs > 1) else { return Ok(()) };
        let costs = ListCost::new(instance);
        if costs.work() > MOST_WORK {
            context.note("too many jobs to search among lists one change at a time");
            return Ok(());
        }
        let mut random = context.seed.generator();
        let mut lists = ClassLists::of_plan(instance, &plan);
        let mut now = costs.of(&lists);
        let (mut best, mut least) = (lists.clone(), now);
        let patience = LEAST_PATIENCE.max(PATIENCE * jobs * (jobs - 1));
        // Where little patience ends the search, a long memory would never be forgotten.
        let mut memory = vec![now; MEMORY.min(patience / 10)];
        let (mut idle, mut step) = (0, 0);
        while idle < patience && !context.should_stop() {
            context.budget.spend(costs.work());
            let mut changed = lists.clone();
            changed.change(&mut random);
            let cost = costs.of(&changed);
            let place = step % memory.len();
            if cost <= now || cost <= memory[place] {
                (lists, now) = (changed, cost);
            }
            memory[place] = now;
            (step, idle) = (step + 1, idle + 1);
            if now < least {
                (best, least, idle) = (lists.clone(), now, 0);
            }
        }
        context.budget.spend(list_scheduling::work(instance));
        if let Some(plan) = serve_lists(instance, &best) {
            context.offer(plan, "lists changed class by class");
        }
        Ok(())
    }
}
