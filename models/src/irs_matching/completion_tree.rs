//! The exact method `completion-tree`: branch and cut over completions, for rates and for devices.
//!
//! Rates that never change go to `offline::order_tree`, single devices to `offline::device::tree`;
//! neither knows deadlines or minimum shares. Latencies of rounds only shift what is proved: the
//! trees bound the sum over last devices, and every job needs a latency on top. The bounds are the
//! word of the trees, whose linear programs are in floating point.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::instance::JobId;
use super::offline::device::tree::{MOST_DEVICE_JOBS, device_optimum};
use super::offline::heuristics::order_search::simple_orders;
use super::offline::order_tree::fluid_optimum;
use super::offline::rounding::round_up;
use super::order_search::known_order;
use super::plan::Plan;
use super::problem::IrsMatching;
use super::streams;

/// More jobs than this are left to bounds and heuristics.
const MOST_FLUID_JOBS: usize = 24;
/// What floating point may be off by, relatively.
const TOLERANCE: f64 = 1e-8;

/// The exact method `completion-tree`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CompletionTree;

impl Method<IrsMatching> for CompletionTree {
    fn name(&self) -> &'static str {
        "completion-tree"
    }

    fn symbol(&self) -> char {
        'T'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        if !streams::is_free(context.instance) {
            context.decline("the tree knows no deadlines and no minimum shares");
            return Ok(());
        }
        match (streams::fluid(context.instance), streams::arrivals(context.instance)) {
            (Some(_), _) => fluid(context),
            (None, Some(_)) => devices(context),
            (None, None) => {
                context.decline("the tree knows no rates that change");
                Ok(())
            }
        }
    }
}

fn fluid(context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
    let Some(fluid) = streams::fluid(context.instance) else { return Ok(()) };
    if fluid.jobs.len() > MOST_FLUID_JOBS {
        context.decline("too many jobs for a tree");
        return Ok(());
    }
    let mut starts: Vec<Vec<usize>> = known_order(context).into_iter().collect();
    starts.extend(simple_orders(&fluid));
    let optimum = match fluid_optimum(&fluid, &starts, context.budget) {
        Ok(optimum) => optimum,
        Err(error) => {
            context.decline(&format!("no tree: {error}"));
            return Ok(());
        }
    };
    match round_up(&fluid, &optimum.best) {
        Ok(schedule) => {
            context.offer(streams::plan(&schedule), "best completions of the tree");
        }
        Err(error) => context.note(&format!("completions could not be made whole: {error}")),
    }
    let weights: f64 = fluid.jobs.iter().map(|job| job.weight as f64).sum();
    let bound_ms = optimum.bound_ms * (1.0 - TOLERANCE) - weights * streams::slack_ms(&fluid);
    if bound_ms.is_finite() && bound_ms > 0.0 {
        claim(context, bound_ms.ceil() as i128 + streams::latencies(context.instance))?;
    }
    Ok(())
}

fn devices(context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
    let Some(arrivals) = streams::arrivals(context.instance) else { return Ok(()) };
    if arrivals.jobs.len() > MOST_DEVICE_JOBS {
        context.decline("too many jobs for a tree over sets of jobs");
        return Ok(());
    }
    let optimum = match device_optimum(&arrivals, context.budget) {
        Ok(optimum) => optimum,
        Err(error) => {
            context.decline(&format!("no tree: {error}"));
            return Ok(());
        }
    };
    let serves = optimum.plan.iter().map(|job| job.map(|job| JobId(job as u32)));
    context.offer(Plan::Devices(serves.collect()), "best assignment of the tree");
    if optimum.complete {
        // Weights and times are limited, so that their sums fit.
        claim(context, optimum.weighted_ms as i128 + streams::latencies(context.instance))?;
    }
    Ok(())
}

fn claim(context: &Context<'_, IrsMatching>, bound: i128) -> Result<(), EngineError> {
    let claim = Claim::AtLeast(Objective::single(bound));
    let solver = format!("completion-tree {}", env!("CARGO_PKG_VERSION"));
    context.raise(Certificate { claim, proof: Proof::SolverClaim { solver } }, "tree searched")
}
