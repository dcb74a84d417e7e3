//! A line over the input size that wastes least on the tasks seen, failures and all.
//!
//! Witt, van Santen, Leser, "Learning Low-Wastage Memory Allocations for Scientific Workflows at
//! IceCube" (HPCS 2019): allocate `a(x) = α + β x`, never less than a floor, and twice as much
//! after each failure; choose `α` and `β` so that the past would have wasted least. The published
//! program looks for them by COBYLA on random subsamples, from six starts, and averages ten lines.
//!
//! Here the same waste is minimised by other means. It is a sum of one function of `a(x_i)` per
//! task, which falls at every `r_i / 2^q` and grows linearly in between, so that some best line
//! goes through two such points: `exact` tries them all, one turn about each of them, and `search`
//! improves lines from a sample of many tasks by turns and shifts that are exact themselves.

pub mod exact;
pub mod policy;
pub mod search;
mod sweep;
pub mod waste;
