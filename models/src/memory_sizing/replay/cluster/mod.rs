//! Policies judged by what their sizes do to a cluster.
//!
//! Wastage counts memory that nobody used; on a cluster it matters only where somebody else would
//! have. Here the tasks of a recorded run wait for nodes with cores and memory. Too large an
//! allocation keeps others out; too small a one holds its node until it fails, and the task waits
//! again. What comes of it is a makespan, beside a lower bound that no sizes can beat.
//!
//! - The recorded run has no dependencies between tasks: all are released at once, which keeps the
//!   cluster full, or when the recorded run submitted them.
//! - A policy learns a task's peak when the task *ends*. Many tasks start before anything was
//!   learned, as in a real run, and unlike in the other replays.
//! - A task keeps its place in the queue when an attempt fails, and goes on up the ladder that its
//!   first attempt started with.
//! - Run times are the recorded ones, at least a millisecond, on whatever node.

pub mod bound;
pub mod clairvoyant;
pub mod figures;
pub mod nodes;
pub mod packing;
pub mod release;
pub mod schedule;
pub mod simulate;
pub mod verify;

#[cfg(test)]
mod tests;
