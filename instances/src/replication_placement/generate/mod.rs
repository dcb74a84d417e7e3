//! Generators of clusters with parameter-server shards, and the instance library.
//!
//! Numbers are drawn such that every mode is best for some shards: checkpoints for large states on
//! steady nodes, relaxed chains where stores are slow or full, strict chains for shards that write
//! little, stateless servers for small states with rare batches.

mod kinds;
mod library;
mod recipe;

pub use kinds::GENERATORS;
pub use library::library;
