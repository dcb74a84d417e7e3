//! The heuristic `published-order`: the order in which Han et al. place a job (the public code of
//! arXiv 2308.05692, `static_scheduler`).
//!
//! One leaf, the one with the fewest free GPUs that fits; then equal splits over `m` leaves with
//! `q = G, G/2, G/4, …` GPUs each, `G` the GPUs of a leaf, the cheapest leaves that share `q` spines,
//! by search instead of the ILP. The code asks for leaves with *more* than `q` free GPUs before it
//! tries; that skips exact fits and is not copied. Guarantee: none, as shares that are no power of
//! two of a leaf's are never tried. Complexity as best fit.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::super::instance::{Job, Order, Question, Split};
use super::super::plan::{Placement, Plan};
use super::super::problem::CircuitAllocation;
use super::greedy::offer;
use super::leaf_search::{Rule, Task, search};
use super::place_one::place_one;
use super::state::State;

/// Nodes visited per job and number of leaves.
const NODES: u64 = 2_000;
/// Nodes of a work unit.
const NODES_PER_UNIT: u64 = 20;

/// The heuristic `published-order`.
#[derive(Clone, Copy, Debug, Default)]
pub struct PublishedOrder;

impl Method<CircuitAllocation> for PublishedOrder {
    fn name(&self) -> &'static str {
        "published-order"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, CircuitAllocation>) -> Result<(), EngineError> {
        let question = &context.instance.question;
        let jobs = question.jobs();
        if jobs.is_empty() {
            return Ok(());
        }
        let fifo = matches!(question, Question::Batch(batch) if batch.order == Order::Fifo);
        let mut state = State::new(context.instance);
        let mut plan = Plan { placed: vec![None; jobs.len()], wiring: None };
        for (index, job) in jobs.iter().enumerate() {
            if context.should_stop() {
                break;
            }
            let (placement, nodes) = place(&state, job, &|_| context.stop().is_some());
            context.budget.spend(1 + nodes / NODES_PER_UNIT);
            if let Some(placement) = placement {
                state.take(&placement);
                plan.placed[index] = Some(placement);
            } else if fifo {
                break;
            }
        }
        offer(context, plan, "the published order");
        Ok(())
    }
}

fn place(state: &State, job: &Job, stop: &dyn Fn(u64) -> bool) -> (Option<Placement>, u64) {
    let cluster = &state.instance.cluster;
    // On one leaf, or nothing where the job is larger.
    let single = place_one(state, job, Rule::BestFit, 0, |_| true);
    if single.placement.is_some() || job.gpus <= cluster.gpus_per_server {
        return (single.placement, 1);
    }
    let equal = Job { split: Split::Equal, ..job.clone() };
    let mut nodes = 1;
    let mut share = cluster.gpus_per_leaf();
    while share >= cluster.gpus_per_server {
        let leaves = job.gpus / share;
        if job.gpus.is_multiple_of(share)
            && share.is_multiple_of(cluster.gpus_per_server)
            && leaves >= 2
        {
            let found = search(state, Task { job: &equal, leaves }, Rule::BestFit, NODES, stop);
            nodes += found.nodes;
            if found.placement.is_some() {
                return (found.placement, nodes);
            }
        }
        share /= 2;
    }
    (None, nodes)
}
