//! Matching devices to jobs as they come: policies behind one interface, and the engine a
//! platform talks to.
//!
//! ```text
//! register_job(requirement, demand, deadline, ...) -> job      open_round(job)   close_round(job)
//! check_in(device) -> offer of a job, or when to come back     accept / decline(offer)
//! report(job, round, outcome)                                  take(job, n) for platforms that pull
//! ```
//!
//! A policy does not decide check-ins. It makes a plan, for every class of devices an ordered list
//! of jobs with quotas, and makes it anew when a round opens, fills or ends. A check-in takes the
//! first job of its class's list that has room: that is what makes it fast.

pub mod answer;
pub mod classes;
pub mod engine;
pub mod fluid;
pub mod job;
pub mod matcher;
mod offers;
pub mod order_search;
pub mod plan;
pub mod policies;
pub mod policy;
pub mod requirement;
pub mod rule;
pub mod snapshot;
pub mod supply;
