//! The offline half: all jobs and all arrivals, or arrival rates, are known.
//!
//! Everything here works on small prepared forms of one round and knows nothing of files:
//!
//! * [`fluid`]: streams of devices of constant rate, and schedules of them with their referee. The
//!   exact answers are in [`order_lp`] (for a given order of completions) and [`order_tree`] (over
//!   all orders); [`rounding`] turns them into schedules in integers, [`deadlines`] says whether
//!   given times can be met, and [`interval_lp`] is the same program for other solvers;
//! * [`bounds`]: certificates that a referee recomputes, for any number of jobs, also with
//!   [`supply`] that changes over time;
//! * [`heuristics`]: priority lists, Venn's plan, and the search over orders, which is the default;
//! * [`device`]: given arrivals, one by one;
//! * [`one_shot`]: one moment, as flows.
//!
//! The facts that carry the exact methods: with completion times fixed, who serves whom is a
//! transportation problem, so completion times `C` are possible iff every set of jobs finds enough
//! supply before the last of them completes. All difficulty lies in the maxima in that condition,
//! which an order of the completions resolves.

pub mod bounds;
mod conditions;
pub mod covering_lp;
pub mod deadlines;
pub mod device;
pub mod fluid;
pub mod heuristics;
pub mod interval_lp;
mod normal;
pub mod one_shot;
pub mod order_lp;
pub mod order_tree;
pub mod precedence;
mod relaxed;
pub mod rounding;
mod rows;
mod slot_flow;
pub mod supply;
