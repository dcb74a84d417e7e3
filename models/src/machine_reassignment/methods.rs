//! Which methods solve an instance, and in which order.

use placewright_solver::driver::Methods;

use super::aggregate::Aggregate;
use super::annealing::Annealing;
use super::exact::SmallExact;
use super::original::Original;
use super::problem::MachineReassignment;

/// All methods for one instance.
#[must_use]
pub fn methods() -> Methods<MachineReassignment> {
    Methods {
        opening: vec![Box::new(Original), Box::new(Aggregate)],
        improving: vec![Box::new(Annealing::FREE), Box::new(Annealing::BIASED)],
        exact: vec![Box::new(SmallExact)],
    }
}

/// The methods that bound an instance without a model.
#[must_use]
pub fn bounding() -> Methods<MachineReassignment> {
    Methods {
        opening: vec![Box::new(Original), Box::new(Aggregate)],
        improving: Vec::new(),
        exact: Vec::new(),
    }
}
