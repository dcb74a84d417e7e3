//! List scheduling: every device serves the first job in a list that it may serve and that still
//! wants devices.
//!
//! Single devices are gone through one by one. With rates, time jumps from event to event: a
//! release, or the millisecond in which the first of the jobs now served has all it wants; what a
//! job leaves of that millisecond goes to the next in the list. Jobs with a minimum share get what
//! they are behind before the list is looked at.
//!
//! The rules FIFO, SRSF and the like of Liu et al. (MLSys 2025, §2) are list scheduling by the
//! orders of `orders`. Guarantee: none; even the best list can miss the optimum, because holding the
//! first job back may free devices that others need. Complexity: O(devices + jobs² · classes), times
//! jobs with minimum shares, or, with rates, O(jobs² · classes · log² time).

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::check;
use super::class_lists::ClassLists;
use super::instance::{Instance, JobId, Supply};
use super::list_devices::Queues;
use super::list_rates::ListedRates;
use super::orders::Order;
use super::plan::Plan;
use super::problem::IrsMatching;
use super::streams;

/// The heuristic `list-scheduling`: the best of all orders.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListScheduling;

impl Method<IrsMatching> for ListScheduling {
    fn name(&self) -> &'static str {
        "list-scheduling"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        let instance = context.instance;
        let mut tried: Vec<Vec<JobId>> = Vec::new();
        for (order, note) in Order::ALL {
            // One plan is owed whatever the budget.
            if !tried.is_empty() && context.should_stop() {
                break;
            }
            let order = order.of(instance);
            context.budget.spend(work(instance));
            if !tried.contains(&order) {
                offer_list(context, &order, note);
                tried.push(order);
            }
        }
        Ok(())
    }
}

/// Offers the plan of a list, where it keeps what a list knows nothing of: deadlines.
pub fn offer_list(context: &Context<'_, IrsMatching>, order: &[JobId], note: &str) {
    let instance = context.instance;
    let Some(plan) = list_schedule(instance, order) else { return };
    if streams::is_free(instance) || check::judge(instance, &plan).objective().is_some() {
        context.offer(plan, note);
    }
}

/// Work units of one list: some 50 ns per device, or per job, class and event.
#[must_use]
pub fn work(instance: &Instance) -> u64 {
    let (jobs, classes) = (instance.jobs.len() as u64, instance.classes.len() as u64);
    match &instance.supply {
        Supply::Devices(arrivals) => 1 + arrivals.time_ms.len() as u64 / 20,
        Supply::Rates(_) => 1 + jobs * (jobs + 40) * classes / 20,
    }
}

/// The plan of a list; `None` where the supply ends before the jobs do.
#[must_use]
pub fn list_schedule(instance: &Instance, order: &[JobId]) -> Option<Plan> {
    serve_lists(instance, &ClassLists::of_order(instance, order))
}

/// The plan of one list per class; `None` where the supply ends before the jobs do.
#[must_use]
pub fn serve_lists(instance: &Instance, lists: &ClassLists) -> Option<Plan> {
    match &instance.supply {
        Supply::Devices(arrivals) => {
            let mut serves = vec![None; arrivals.time_ms.len()];
            let served = |device: usize, id: JobId| serves[device] = Some(id);
            let done = Queues::new(instance).walk(arrivals, lists, served);
            done.then_some(Plan::Devices(serves))
        }
        Supply::Rates(_) => ListedRates::new(instance, lists).run(),
    }
}
