//! Kernels: what a scheduler calls at every attempt, in microseconds and without a model.
//!
//! * [`links`]: which circuits of a static network are free, as bits;
//! * [`shapes`]: the equal splits of a job;
//! * [`place`]: the cheapest leaves and spines for one shape, exactly;
//! * [`rewire`]: optical switches set for other circuits, moving few live ones.

pub mod links;
pub mod place;
pub mod rewire;
pub mod shapes;
