//! Memory sizing: how much memory to give each task attempt.
//!
//! A workflow runs many tasks of a few *types*. Before an attempt starts, somebody must say how
//! much memory it may use. Too little, and the attempt fails after it has held its memory for
//! nothing; too much, and the surplus is wasted while it runs. A **retry ladder**
//! `a_1 < a_2 < … < a_k` per type settles both: attempt `j` gets `a_j`, and the last rung admits
//! every task ever seen.
//!
//! For samples `i` with peak `r_i`, run time `t_i`, weight `w_i` and time until failure
//! `f_i = ⌊τ t_i⌉`, the **wastage** of a ladder is
//!
//! ```text
//! Σ_i w_i · [ (a_s(i) − r_i) · t_i  +  Σ_{j < s(i)} (a_j · f_i + φ) ]     s(i) = first j with a_j ≥ r_i
//! ```
//!
//! in MiB·ms, where `φ` is the price of a failed attempt. The metric (memory wastage over time)
//! is that of Bader et al., "Sizey: Memory-Efficient Execution of Scientific Workflow Tasks"
//! (IEEE CLUSTER 2024, arXiv 2407.16353), generalised from τ = 1, φ = 0.
//!
//! Alone, each type is a shortest path over its distinct peaks, solved exactly in `ladder`. What
//! makes an integer program of it is what types share: a menu of at most `C` distinct sizes, a
//! budget of failed attempts, and nodes on which first attempts run side by side.

pub mod certificate;
pub mod check;
pub mod codes;
pub mod completion;
pub mod cost_text;
pub mod explain;
pub mod failure_knapsack;
pub mod formulation;
pub mod independent;
pub mod infeasible;
pub mod instance;
pub mod ladder;
pub mod lagrangian;
pub mod max_seen;
pub mod menu_search;
pub mod menu_table;
pub mod methods;
pub mod online;
pub mod packing;
pub mod pareto;
pub mod plan;
pub mod prepared;
pub mod priced;
pub mod problem;
pub mod profile;
pub mod relaxation;
pub mod replay;
pub mod validate;
pub mod vpa_buckets;

pub use problem::MemorySizing;
