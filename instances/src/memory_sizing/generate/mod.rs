//! Generated instances of memory sizing: seeded, portable, in integers throughout.
//!
//! An instance is a recipe (sizes, limits, the shapes of memory behaviour), a coupling, and a
//! seed. The same three give the same bytes on every machine: random words come from ChaCha8, real
//! arithmetic is confined to operations that IEEE 754 fixes to the last bit.

pub mod coupling;
pub mod recipe;
pub mod shape;
pub mod workflow;

mod kinds;
mod library;
mod reference;

pub use kinds::GENERATORS;
pub use library::library;
