//! Placing jobs as they come: policies, queue orders, and an engine that answers with what changes.
//!
//! A [`policy`] finds a place for one job in a [`state`]; a queue [`order`] decides who is tried; the
//! [`engine`] listens to jobs and failures and answers with placements and circuits. Jobs of more GPUs
//! than a server has hold whole servers, as rings through parts of servers would leave them.

pub mod answer;
pub mod bits;
pub mod book;
pub mod choice;
pub mod circuits;
pub mod cluster;
pub mod engine;
pub mod equal_split;
pub mod free_gpus;
pub mod judged;
pub mod leaves;
pub mod order;
pub mod placement;
pub mod policies;
pub mod policy;
pub mod rearrange;
pub mod rewiring;
pub mod routes;
pub mod scheduler;
pub mod side;
pub mod spread;
pub mod state;
pub mod static_search;
pub mod wire;

mod deltas;
mod orders;
mod parts;
