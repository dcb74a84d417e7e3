//! What benchmarks and experiments share.

pub mod circuit_states;
