//! Which methods solve an allocation problem, and in which order.

pub mod bounds;
pub mod circuits;
pub mod exact_place;
pub mod first_fit;
pub mod greedy;
pub mod leaf_search;
pub mod neighbourhood;
pub mod place_one;
pub mod published;
pub mod rewiring;
pub mod rewiring_search;
pub mod state;

use placewright_solver::driver::Methods;
use placewright_solver::exact::Exact;

use super::formulation::ExactModel;
use super::problem::CircuitAllocation;

/// All methods for one instance.
#[must_use]
pub fn methods() -> Methods<CircuitAllocation> {
    Methods {
        opening: vec![
            Box::new(first_fit::FirstFit),
            Box::new(greedy::BestFit),
            Box::new(bounds::Room),
            Box::new(rewiring::Rewiring),
            Box::new(published::PublishedOrder),
            Box::new(exact_place::ExactPlace),
        ],
        improving: vec![
            Box::new(neighbourhood::Neighbourhood),
            Box::new(rewiring_search::RewiringSearch),
        ],
        exact: vec![Box::new(Exact { formulation: ExactModel })],
    }
}

/// The methods that bound an instance without a model.
#[must_use]
pub fn bounding() -> Methods<CircuitAllocation> {
    Methods {
        opening: vec![
            Box::new(first_fit::FirstFit),
            Box::new(greedy::BestFit),
            Box::new(bounds::Room),
            Box::new(rewiring::Rewiring),
        ],
        improving: Vec::new(),
        exact: Vec::new(),
    }
}
