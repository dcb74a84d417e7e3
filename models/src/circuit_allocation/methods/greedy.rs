//! The heuristic `best-fit`: job after job on the leaves that it leaves fullest.
//!
//! For a batch several orders are tried: as in the queue, by weight per GPU, largest first, smallest
//! first; where nobody may overtake, the queue's only. Guarantee: none.
//! O(orders · jobs · (leaves + search)) with a search of at most `NODES` nodes per number of leaves.

use std::cmp::Reverse;

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::super::instance::{Job, Order, Question};
use super::super::plan::Plan;
use super::super::problem::CircuitAllocation;
use super::leaf_search::Rule;
use super::place_one::place_one;
use super::rewiring;
use super::state::State;

/// Nodes visited per job and number of leaves.
const NODES: u64 = 2_000;
/// Nodes of a work unit.
const NODES_PER_UNIT: u64 = 20;

/// The heuristic `best-fit`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BestFit;

impl Method<CircuitAllocation> for BestFit {
    fn name(&self) -> &'static str {
        "best-fit"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        for (order, note) in orders(&context.instance.question) {
            if context.should_stop() {
                break;
            }
            let plan = greedy(context, &order, Rule::BestFit, NODES);
            offer(context, plan, note);
        }
        Ok(())
    }
}

/// Orders of the jobs with what they are called.
fn orders(question: &Question) -> Vec<(Vec<usize>, &'static str)> {
    let jobs = question.jobs();
    let queue: Vec<usize> = (0..jobs.len()).collect();
    let mut orders = vec![(queue.clone(), "the fullest leaves that do, in the queue's order")];
    if !matches!(question, Question::Batch(batch) if batch.order == Order::Any) || jobs.len() < 2 {
        orders.truncate(jobs.len());
        return orders;
    }
    let mut sorted = |note, key: &dyn Fn(&Job) -> (Reverse<u64>, u32)| {
        let mut order = queue.clone();
        order.sort_by_key(|&job| key(&jobs[job]));
        orders.push((order, note));
    };
    let density = |job: &Job| (job.weight << 24) / u64::from(job.gpus);
    sorted("the most weight per GPU first", &|job| (Reverse(density(job)), job.gpus));
    sorted("the largest first", &|job| (Reverse(job.gpus.into()), 0));
    sorted("the smallest first", &|job| (Reverse(0), job.gpus));
    orders
}

/// Places jobs one after the other; who finds no place is left out, and where nobody may overtake,
/// so are all behind.
#[must_use]
pub fn greedy(
    context: &Context<'_, CircuitAllocation>,
    order: &[usize],
    rule: Rule,
    limit: u64,
) -> Plan {
    let question = &context.instance.question;
    let fifo = matches!(question, Question::Batch(batch) if batch.order == Order::Fifo);
    let mut state = State::new(context.instance);
    let jobs = question.jobs();
    let mut plan = Plan { placed: vec![None; jobs.len()], wiring: None };
    for &job in order {
        let found = place_one(&state, &jobs[job], rule, limit, |_| context.stop().is_some());
        context.budget.spend(1 + found.nodes / NODES_PER_UNIT);
        match found.placement {
            Some(placement) => {
                state.take(&placement);
                plan.placed[job] = Some(placement);
            }
            None if fifo => break,
            None => {}
        }
    }
    plan
}

/// Offers a plan, once its circuits have switches, unless the job to be placed is not.
pub fn offer(context: &Context<'_, CircuitAllocation>, plan: Plan, note: &str) {
    let place = matches!(context.instance.question, Question::Place(_));
    if place && plan.placed.iter().any(Option::is_none) {
        return;
    }
    if let Some(plan) = rewiring::with_switches(context.instance, plan) {
        context.offer(plan, note);
    }
}
