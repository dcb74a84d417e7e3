//! Which methods solve a placement instance, and in which order.

use placewright_solver::context::Method;
use placewright_solver::driver::Methods;
use placewright_solver::exact::Exact;

use super::augmented_lagrangian::AugmentedLagrangian;
use super::baselines::first_fit::FirstFitDecreasing;
use super::baselines::one_mode::OneMode;
use super::baselines::random::Random;
use super::baselines::rendezvous::Rendezvous;
use super::baselines::round_robin::RoundRobin;
use super::cheapest_plans::CheapestPlans;
use super::formulation::Compact;
use super::lagrangian::Lagrangian;
use super::local_search::LocalSearch;
#[cfg(feature = "highs")]
use super::plan_master::{Blocks, Neighbourhoods, PlanColumnsFirst, PlanMaster};
use super::problem::ReplicationPlacement;
use super::regret_insertion::RegretInsertion;

/// Ways of others, which run only where there is no plan yet.
fn baselines() -> Vec<Box<dyn Method<ReplicationPlacement>>> {
    vec![
        Box::new(FirstFitDecreasing),
        Box::new(RoundRobin),
        Box::new(Rendezvous),
        Box::new(Random),
        Box::new(OneMode::Checkpoint),
        Box::new(OneMode::Chain),
        Box::new(OneMode::Stateless),
    ]
}

/// All methods for one instance.
#[must_use]
pub fn methods() -> Methods<ReplicationPlacement> {
    let mut opening: Vec<Box<dyn Method<ReplicationPlacement>>> = vec![
        Box::new(RegretInsertion),
        Box::new(CheapestPlans),
        Box::new(AugmentedLagrangian::default()),
    ];
    opening.extend(baselines());
    #[cfg(feature = "highs")]
    {
        opening.push(Box::new(PlanColumnsFirst));
        opening.push(Box::new(Blocks));
    }
    Methods { opening, improving: improving(), exact: exact() }
}

fn improving() -> Vec<Box<dyn Method<ReplicationPlacement>>> {
    vec![
        Box::new(LocalSearch),
        #[cfg(feature = "highs")]
        Box::new(Neighbourhoods),
        Box::new(Lagrangian),
    ]
}

fn exact() -> Vec<Box<dyn Method<ReplicationPlacement>>> {
    vec![
        #[cfg(feature = "highs")]
        Box::new(PlanMaster),
        Box::new(Exact { formulation: Compact }),
    ]
}

/// The methods that bound an instance without a model. The insertions run too, since the ascent takes
/// longer steps towards a known cost, and goes on from prices that are known.
#[must_use]
pub fn bounding() -> Methods<ReplicationPlacement> {
    Methods {
        opening: vec![
            Box::new(RegretInsertion),
            Box::new(CheapestPlans),
            Box::new(AugmentedLagrangian::default()),
        ],
        improving: vec![Box::new(Lagrangian)],
        exact: Vec::new(),
    }
}
