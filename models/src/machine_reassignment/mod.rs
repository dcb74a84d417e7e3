//! Machine reassignment.
pub mod aggregate;
pub mod certificate;
pub mod check;
pub mod instance;
pub mod original;
pub mod plan;
pub mod problem;
pub mod search;
pub mod validate;

pub use problem::MachineReassignment;
