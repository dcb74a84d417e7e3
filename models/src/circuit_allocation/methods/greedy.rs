//! The heuristic `best-fit`: job after job on the leaves that it leaves fullest.
//!
//! For a batch several orders are tried: as in the queue, by weight per GPU, largest first, smallest
//! first. Where nobody may overtake, a beginning of the queue is placed, in its own order or largest
//! first, as long a one as bisection finds. Guarantee: none. O(orders · jobs · (leaves + search)) with
//! a search of at most `NODES` nodes per number of leaves; bisection has O(log jobs) orders.

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
            place_in_turn(context, &order, Rule::BestFit, NODES, note);
        }
        if is_fifo(&context.instance.question) {
            lengthen(context);
        }
        Ok(())
    }
}

/// Whether nobody may overtake.
pub(super) fn is_fifo(question: &Question) -> bool {
    matches!(question, Question::Batch(batch) if batch.order == Order::Fifo)
}

/// Places longer and longer beginnings of the queue, the largest jobs first, by bisection.
fn lengthen(context: &Context<'_, CircuitAllocation>) {
    let jobs = context.instance.question.jobs();
    let known = context.best().map(|(plan, _)| first_left_out(&plan));
    let (mut placed, mut tried) = (known.unwrap_or(0), jobs.len() + 1);
    // The whole queue first: most often there is room for all or for few more.
    let mut next = jobs.len();
    while placed < next && next < tried && !context.should_stop() {
        let mut order: Vec<usize> = (0..next).collect();
        order.sort_by_key(|&job| Reverse(jobs[job].gpus));
        let note = "a longer beginning of the queue, the largest first";
        match place_in_turn(context, &order, Rule::BestFit, NODES, note) {
            found if found == next => placed = next,
            _ => tried = next,
        }
        next = placed.midpoint(tried);
    }
}

/// How many jobs stand before the first that is left out.
pub(super) fn first_left_out(plan: &Plan) -> usize {
    plan.placed.iter().position(Option::is_none).unwrap_or(plan.placed.len())
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

/// Places jobs one after the other and offers the plan; where its circuits find no switches among
/// the live ones, another that leaves those alone. How many jobs stand before the first left out.
pub(super) fn place_in_turn(
    context: &Context<'_, CircuitAllocation>,
    order: &[usize],
    rule: Rule,
    limit: u64,
    note: &str,
) -> usize {
    let state = State::new(context.instance);
    let may_fail = state.is_rearrangeable();
    let plan = greedy(context, state, order, rule, limit);
    let mut placed = first_left_out(&plan);
    if !offer(context, plan, note) && may_fail {
        let plan = greedy(context, State::keeping_live(context.instance), order, rule, limit);
        placed = first_left_out(&plan);
        offer(context, plan, note);
    }
    placed
}

/// Places jobs one after the other; who finds no place is left out, and where nobody may overtake,
/// so are all that stand behind in the queue.
fn greedy(
    context: &Context<'_, CircuitAllocation>,
    mut state: State<'_>,
    order: &[usize],
    rule: Rule,
    limit: u64,
) -> Plan {
    let question = &context.instance.question;
    let fifo = is_fifo(question);
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
    if fifo {
        let first = first_left_out(&plan);
        plan.placed[first..].fill(None);
    }
    plan
}

/// Offers a plan, once its circuits have switches, unless the job to be placed is not. Whether it
/// was offered.
pub(super) fn offer(context: &Context<'_, CircuitAllocation>, plan: Plan, note: &str) -> bool {
    let place = matches!(context.instance.question, Question::Place(_));
    if place && plan.placed.iter().any(Option::is_none) {
        return false;
    }
    match rewiring::with_switches(context.instance, plan) {
        Some(plan) => {
            context.offer(plan, note);
            true
        }
        None => false,
    }
}
