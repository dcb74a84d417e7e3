//! Exact models and bounds on the small forms of the [kernels](super::kernel): the second opinion for
//! every kernel, and what proves answers for whole batches.
//!
//! * [`tight_ilp`], [`published_ilp`]: one job of a given shape in a static network;
//! * [`rewire_ilp`]: fewest live circuits moved, exactly;
//! * [`batch`]: many jobs at once, as a compact model and by column generation;
//! * [`schedule_bounds`]: makespan and completion times of a whole queue.

#[cfg(feature = "highs")]
pub mod batch;
pub mod published_ilp;
pub mod rewire_ilp;
pub mod schedule_bounds;
#[cfg(all(test, feature = "highs"))]
mod tests;
pub mod tight_ilp;
