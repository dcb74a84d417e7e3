//! The exact model of an instance, whichever it has: see `completion_step` and `completion_order`.

use placewright_solver::exact::Formulation;
use placewright_solver::mip::MipModel;

use super::completion_order::CompletionOrder;
use super::completion_step::CompletionStep;
use super::instance::{Instance, Supply};
use super::plan::Plan;
use super::problem::IrsMatching;

/// The exact model that fits the instance's supply.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExactModel;

fn of(instance: &Instance) -> &'static dyn Formulation<IrsMatching> {
    match instance.supply {
        Supply::Devices(_) => &CompletionStep,
        Supply::Rates(_) => &CompletionOrder,
    }
}

impl Formulation<IrsMatching> for ExactModel {
    fn missing(&self, instance: &Instance) -> Option<String> {
        of(instance).missing(instance)
    }

    fn nonzeros(&self, instance: &Instance) -> usize {
        of(instance).nonzeros(instance)
    }

    fn build(&self, instance: &Instance) -> MipModel {
        of(instance).build(instance)
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        of(instance).encode(instance, plan)
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        of(instance).decode(instance, values)
    }
}
