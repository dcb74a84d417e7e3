//! The engine of placewright: problems, budgets, incumbents, bounds with certificates,
//! mixed-integer programming and graph kernels. It knows nothing about clusters; the families
//! of problems live in `placewright-models`.

pub mod bound;
pub mod budget;
pub mod certificate;
pub mod context;
pub mod driver;
pub mod error;
pub mod event;
pub mod events;
pub mod exact;
pub mod graph;
pub mod issue;
pub mod mip;
pub mod objective;
pub mod outcome;
mod portfolio;
pub mod problem;
pub mod report;
pub mod search;
pub mod seed;
mod store;
