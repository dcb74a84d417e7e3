//! Generators of clusters whose processes could be placed better, and the instance library.

mod kinds;
mod library;
mod recipe;

pub use kinds::GENERATORS;
pub use library::library;
