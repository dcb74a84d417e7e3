//! Generators of site assignment problems.

mod kinds;

pub use kinds::GENERATORS;
