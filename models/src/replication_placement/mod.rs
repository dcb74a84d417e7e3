//! Replication placement: for every shard of a parameter server, how it survives failures and where
//! its copies live.
//!
//! B. Cao, J. Luo, K. Gan, S. Jinesh, *Training Through Failure: Effects of Data Consistency in
//! Parallel Machine Learning Training* (arXiv 2406.05546), compares three modes on one server:
//! **checkpointing** (state is saved to a store every so often, and lost work is repeated), **chain
//! replication** (the head pushes its state to warm successors) and **stateless servers** (state and
//! gradients live in a store, work goes on while the server is away). Which of them is best hangs on
//! the size of the state, on how often the node fails, and on what bandwidth is left, so mode and
//! place are one decision.
//!
//! **Given** shards `s` with a state `m_s` and a value `v_s` of a stalled second, nodes with memory,
//! network and failure rates, failure domains with shocks of their own (racks, zones, power feeds;
//! they may nest or cross), stores with capacity and bandwidth; **choose** for every shard a choice
//! `o` (mode, store, interval or period, number of copies) and nodes `n_1 … n_k` in their order;
//! **minimise**
//!
//! ```text
//! Σ_s [ Σ_i node_cost(s, o, i, n_i)          overheads, failures, memory, moves: one node each
//!     + store_cost(s, o)                     room in the store, what it loses for good
//!     + Σ_hops latency(s, o, n_i, n_{i+1})   between domains, where updates wait for it
//!     + Σ_{d ∋ n_1 … n_k} shock_d · cold ]   shocks that take every copy of a chain
//! ```
//!
//! subject to memory (while copies move, and after), network in and out, room and ingest of stores,
//! trunks of domains, spread over domains, availability targets, pins, and limits on moves. The
//! formulas are in `instance::quantities`; intervals and periods come from lists of the instance, so
//! the problem is finite and a bound is a bound. A list with ratio `ρ` costs at most
//! `(√ρ + 1/√ρ)/2` times as much as free choice, see `intervals`.
//!
//! Two failures of *independent* nodes within one repair are not a cost: they are what availability
//! targets limit, and what `outlook` reports. That keeps costs separable over nodes but for what
//! domains share. A shock that takes the head and the next servers of a chain together is charged
//! like the loss of the head.
//!
//! **Complexity.** One copy per shard and node-dependent sizes are generalised assignment (APX-hard);
//! feasibility alone contains bin packing. With equal sizes, `k` copies, at most one per domain,
//! and costs per node, it is a minimum-cost flow.

pub mod augmented_lagrangian;
pub mod baselines;
pub mod certificate;
pub mod cheapest_plans;
pub mod check;
pub mod codes;
mod cost_table;
pub mod cost_text;
pub mod experiment;
pub mod explain;
pub mod footprint;
pub mod formulation;
pub mod instance;
pub mod intervals;
pub mod lagrangian;
pub mod local_search;
pub mod methods;
pub mod moves;
pub mod outlook;
pub mod plan;
pub mod plan_master;
pub mod problem;
pub mod questions;
pub mod rates;
pub mod regret_insertion;
pub mod reliability;
pub mod replay;
pub mod search;
mod staying;
pub mod validate;

pub use problem::ReplicationPlacement;
