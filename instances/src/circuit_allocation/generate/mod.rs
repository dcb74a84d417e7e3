//! Generated instances of circuit allocation: seeded, portable, in integers.
//!
//! A cluster is filled by jobs of a mix, some of which end again, so that what is free lies about in
//! pieces; then a question is asked. The same seed and options give the same bytes on every machine.
//! Whether a job can be placed is left to the solvers.

mod kinds;
mod library;
mod mix;
mod rewiring;
mod state;

pub use kinds::GENERATORS;
pub use library::library;
