//! The device level: a given list of arrivals instead of streams.
//!
//! [`arrivals`] has the data, the plan and its referee; [`mip`] the integer program; [`tree`] a
//! branch and cut of its own, which shares no code with the integer program's solver.

pub mod arrivals;
mod counts;
pub mod mip;
mod node;
pub mod tree;
