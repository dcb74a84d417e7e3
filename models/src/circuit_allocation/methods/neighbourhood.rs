//! The local search `ejection`: take some jobs of a batch out, let others in, put back who fits.
//!
//! From the best plan a few placed jobs leave, now and then all on one leaf; jobs left out enter by
//! weight, then the others in a random order, each on the fullest leaves or the first ones. The
//! result is kept if it is no worse. Where nobody may overtake, jobs are placed again in the queue's
//! order. Reference: large neighbourhood search (Shaw 1998). Guarantee: none.
//! O(jobs · (leaves + search)) a step.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;
use placewright_solver::problem::Verdict;
use rand::RngExt;

use super::super::check;
use super::super::instance::{Order, Question};
use super::super::plan::Plan;
use super::super::problem::CircuitAllocation;
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
            let mut order: Vec<usize> =
                (0..jobs).filter(|job| current.placed[*job].is_none()).collect();
            let shuffle = random.random_range(0..3) == 0;
            if !shuffle {
                order.sort_by_key(|&job| std::cmp::Reverse(batch.jobs[job].weight));
            }
            order.extend(leaves.iter().filter(|&&job| current.placed[job].is_some()));
            if batch.order == Order::Fifo {
                order.sort_unstable();
            }
            order.dedup();
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
    let fifo = matches!(question, Question::Batch(batch) if batch.order == Order::Fifo);
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
    if fifo {
        let first = plan.placed.iter().position(Option::is_none).unwrap_or(plan.placed.len());
        plan.placed[first..].fill(None);
    }
    (plan, nodes)
}
