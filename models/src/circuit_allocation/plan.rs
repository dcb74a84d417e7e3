//! The decisions of an allocation plan, and nothing that could be derived from them.

use super::instance::{Circuits, ServerShare};

/// Who gets what, and where live circuits run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plan {
    /// For every job of the question, in its order, what it gets; `None` where it is left out.
    pub placed: Vec<Option<Placement>>,
    /// All circuits of live jobs, or, to rewire, all circuits wanted. `None` leaves every live
    /// circuit where it is.
    pub wiring: Option<Vec<Circuits>>,
}

/// What a job gets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Placement {
    /// Its GPUs; ranks follow this order.
    pub servers: Vec<ServerShare>,
    /// Its circuits.
    pub circuits: Vec<Circuits>,
}
