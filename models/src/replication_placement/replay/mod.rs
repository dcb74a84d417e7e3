//! A plan under failures: every shard's server lives through a history of outages, event by event.
//!
//! A `timeline` says when nodes and stores are away, sampled from the rates of the instance
//! (`sampled`) or taken from a log (`logged`). Given the timeline, shards do not touch each other, so
//! each is a simulation of its own: `server` for checkpoints and stateless servers, `chain` for
//! chains. What they lose goes into a `ledger`, by kind: kinds that the cost model has (its formulas
//! are in `instance::quantities`), and kinds that it leaves out. `trial` replays all shards under one
//! timeline and `comparison` sets means and intervals beside what the model predicts; `holdout`
//! predicts a part of a log from another one.
//!
//! A shard's time is always spent: useful work and all losses add up to the horizon.
//!
//! What a replay simplifies: transfers run at the speeds of `instance::quantities`, whatever else
//! runs at the time; spare servers do not fail before the node they stand in for is back; order in a
//! chain is restored, and a server goes back to its node, at no cost; a chain that lost every copy
//! has all of them back after its cold restart.

mod chain;
mod cycle;
mod server;

pub mod comparison;
pub mod holdout;
pub mod ledger;
pub mod logged;
pub mod sampled;
pub mod timeline;
pub mod trial;
