//! The exact models, all levels of the objective weighed against each other: see
//! `formulation/layout.rs` for placing jobs and `formulation/rewire.rs` for rewiring.

mod columns;
mod decode;
mod encode;
mod prices;
mod rewire;
mod rows;

use placewright_solver::exact::Formulation;
use placewright_solver::mip::MipModel;
use placewright_solver::objective::Objective;

use super::instance::{Fabric, Instance, Job, Question, Split, Traffic};
use super::plan::Plan;
use super::problem::CircuitAllocation;
use columns::Layout;

/// The exact model of an instance, whatever it asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExactModel;

impl Formulation<CircuitAllocation> for ExactModel {
    fn missing(&self, instance: &Instance) -> Option<String> {
        let size = instance.cluster.gpus_per_server;
        let large = instance.question.jobs().iter().filter(|job| job.gpus > size);
        large.into_iter().find_map(|job| missing_for(instance, job))
    }

    fn nonzeros(&self, instance: &Instance) -> usize {
        match &instance.question {
            Question::Rewire(rewire) => rewire::nonzeros(instance, rewire),
            Question::Place(_) | Question::Batch(_) => rows::nonzeros(instance),
        }
    }

    fn price(&self, instance: &Instance, objective: &Objective) -> i128 {
        prices::Prices::of(instance).price(objective)
    }

    fn at_least(&self, instance: &Instance, price: i128) -> Objective {
        prices::Prices::of(instance).objective(price)
    }

    fn build(&self, instance: &Instance) -> MipModel {
        match &instance.question {
            Question::Rewire(rewire) => rewire::build(instance, rewire),
            Question::Place(_) | Question::Batch(_) => rows::build(instance),
        }
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        match &instance.question {
            Question::Rewire(rewire) => rewire::encode(instance, rewire, plan),
            Question::Place(_) | Question::Batch(_) => {
                encode::encode(instance, &Layout::counted(instance), plan)
            }
        }
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        match &instance.question {
            Question::Rewire(rewire) => rewire::decode(instance, rewire, values),
            Question::Place(_) | Question::Batch(_) => {
                decode::decode(instance, &Layout::counted(instance), values)
            }
        }
    }
}

/// Why a job has no exact model: what its circuits cost is no linear function of its shares.
fn missing_for(instance: &Instance, job: &Job) -> Option<String> {
    if job.split == Split::Equal {
        return None;
    }
    let because = |reason: &str| Some(format!("no exact model: {} {reason}", job.name));
    let ring = is_ring(job);
    match &instance.fabric {
        _ if job.traffic == Traffic::HalvingDoubling && !ring => {
            because("halves and doubles over any split")
        }
        Fabric::Switched(_) => because("takes any split through optical switches"),
        Fabric::Static(fabric) if fabric.circuits_per_pair > 1 && !ring => {
            because("takes any split over pairs with several circuits")
        }
        Fabric::Static(_) => None,
    }
}

/// Whether a job's traffic is a hierarchical ring.
fn is_ring(job: &Job) -> bool {
    match job.traffic {
        Traffic::Ring => true,
        Traffic::HalvingDoubling => !job.gpus.is_power_of_two(),
        Traffic::Any | Traffic::AllToAll => false,
    }
}
