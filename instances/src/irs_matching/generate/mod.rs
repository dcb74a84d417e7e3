//! Generated instances of intersection resource scheduling: seeded, portable, in integers.
//!
//! An instance is a family of eligibility sets, a supply, and jobs. The same seed and options give
//! the same bytes on every machine. How long jobs wait is left to the solvers, but there is always a
//! plan: supplies last, and deadlines leave every job as much of its own classes as all jobs ask
//! for that share a class with it, which any list schedule keeps.

mod eligibility;
mod kinds;
mod library;
mod recipe;

pub use kinds::GENERATORS;
pub use library::library;
