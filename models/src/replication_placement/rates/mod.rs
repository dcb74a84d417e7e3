//! Failure rates from logs.
//!
//! A log says when nodes were away. From it come rates with exact Poisson intervals
//! (`poisson`), per node, pooled, or shrunk towards what nodes have in common (`shrinkage`: a few
//! nodes have most failures, and most nodes have too few to tell their own rate), and the mean time
//! of a repair (`fit`).

pub mod fit;
pub mod outages;
pub mod poisson;
pub mod shrinkage;
