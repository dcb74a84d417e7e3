//! The local search `ejection`: take some jobs of a batch out, let others in, put back who fits.
//!
//! From the best plan a few placed jobs leave, now and then all on one leaf; jobs left out enter by
//! weight, then the others in a random order, each on the fullest leaves or the first ones. The
//! result is kept if it is no worse. Where nobody may overtake, the first job left out is placed again
//! among those that leave, the others behind it in the queue's order. Reference: large neighbourhood search (Shaw 1998). Guarantee: none.
//! O(jobs · (leaves + search)) a step.

use std::cmp::Reverse;

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;
use placewright_solver::problem::Verdict;
use rand::RngExt;

use super::super::check;
use super::super::instance::{Job, Order, Question};
use super::super::plan::Plan;
use super::super::problem::CircuitAllocation;
use super::greedy::{first_left_out, is_fifo};
use super::leaf_search::Rule;
use super::place_one::place_one;
use super::rewiring;
use super::state::State;

/// Steps without any other limit.
const STEPS: u64 = 4_000;
/// Nodes visited per job and number of leaves.
const NODES: u64 = 400;
/// Nodes of a work unit.
const NODES_PER_UNIT: u64 = 20;

/// The local search `ejection`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Neighbourhood;

impl Method<CircuitAllocation> for Neighbourhood {
    fn name(&self) -> &'static str {
        "ejection"
    }

    fn symbol(&self) -> char {
        'L'
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        let Question::Batch(batch) = &context.instance.question else { return Ok(()) };
        let Some((mut current, mut cost)) = context.best() else { return Ok(()) };
        let mut random = context.seed.generator();
        let jobs = batch.jobs.len();
        for _ in 0..STEPS {
            if context.should_stop() {
                break;
            }
            let many = random.random_range(1..=4.min(jobs));
            let leaves: Vec<usize> = (0..many).map(|_| random.random_range(0..jobs)).collect();
            let waiting = (0..jobs).filter(|job| current.placed[*job].is_none());
            let leaving = leaves.iter().copied().filter(|&job| current.placed[job].is_some());
            let shuffle = random.random_range(0..3) == 0;
            let order = match batch.order {
                Order::Fifo => next_in_queue(waiting, leaving, shuffle, &batch.jobs),
                Order::Any => most_weight_first(waiting, leaving, shuffle, &batch.jobs),
            };
            let rule = if random.random_range(0..4) == 0 { Rule::FirstFit } else { Rule::BestFit };
            let (plan, nodes) = rebuilt(context, &current, &leaves, &order, rule);
            context.budget.spend(jobs as u64 / 10 + 1 + nodes / NODES_PER_UNIT);
            let Some(plan) = rewiring::with_switches(context.instance, plan) else { continue };
            let Some(new) = judged(context, &plan) else { continue };
            if new < cost {
                context.offer(plan.clone(), "some out, others in");
            }
            if new <= cost {
                (current, cost) = (plan, new);
            }
        }
        Ok(())
    }
}

/// Jobs left out, by weight unless they are to be shuffled, before those that leave.
fn most_weight_first(
    waiting: impl Iterator<Item = usize>,
    leaving: impl Iterator<Item = usize>,
    shuffle: bool,
    jobs: &[Job],
) -> Vec<usize> {
    let mut order: Vec<usize> = waiting.collect();
    if !shuffle {
        order.sort_by_key(|&job| Reverse(jobs[job].weight));
    }
    order.extend(leaving);
    order.dedup();
    order
}

/// The first job left out and those that leave, the largest first unless they are to be shuffled;
/// then the rest of the queue.
fn next_in_queue(
    mut waiting: impl Iterator<Item = usize>,
    leaving: impl Iterator<Item = usize>,
    shuffle: bool,
    jobs: &[Job],
) -> Vec<usize> {
    let mut order: Vec<usize> = waiting.next().into_iter().chain(leaving).collect();
    if !shuffle {
        order.sort_by_key(|&job| (Reverse(jobs[job].gpus), job));
    }
    order.dedup();
    order.extend(waiting);
    order
}

fn judged(context: &Context<'_, CircuitAllocation>, plan: &Plan) -> Option<Objective> {
    match check::judge(context.instance, plan) {
        Verdict::Feasible(cost) => Some(cost),
        Verdict::Refused(_) => None,
    }
}

/// The plan without some jobs, and with all of `order` that then fit, one after the other.
fn rebuilt(
    context: &Context<'_, CircuitAllocation>,
    current: &Plan,
    out: &[usize],
    order: &[usize],
    rule: Rule,
) -> (Plan, u64) {
    let question = &context.instance.question;
    let mut state = State::new(context.instance);
    let mut plan = Plan { placed: current.placed.clone(), wiring: None };
    for &job in out {
        plan.placed[job] = None;
    }
    if state.is_rearrangeable() {
        // Switches are chosen anew at the end.
        for each in plan.placed.iter_mut().flatten().flat_map(|placed| &mut placed.circuits) {
            each.switch = None;
        }
    }
    plan.placed.iter().flatten().for_each(|placed| state.take(placed));
    let mut nodes = 0;
    for &job in order {
        if plan.placed[job].is_some() {
            continue;
        }
        let stop = |_| context.stop().is_some();
        let found = place_one(&state, &question.jobs()[job], rule, NODES, stop);
        nodes += found.nodes;
        if let Some(placement) = found.placement {
            state.take(&placement);
            plan.placed[job] = Some(placement);
        }
    }
    if is_fifo(question) {
        let first = first_left_out(&plan);
        plan.placed[first..].fill(None);
    }
    (plan, nodes)
}
