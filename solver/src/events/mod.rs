//! Discrete-event simulation: what happens next, and when.
//!
//! A replay on a cluster is a queue of things that will happen: tasks arrive, attempts end, nodes
//! fail. The clock jumps from one to the next; handling one may schedule others. Time is in
//! integer milliseconds, so that two runs of the same simulation are the same to the last bit.

mod clock;

pub use clock::Clock;
