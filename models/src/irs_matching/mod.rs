//! Intersection resource scheduling: which arriving device serves which collaborative-learning job.
//!
//! Devices check in one after the other. Each belongs to a *class* (its attributes), may serve any
//! of the jobs its class is eligible for, serves at most one, and is gone. Job `j` runs `R_j` rounds
//! of `D_j` devices each, may begin at its release `r_j`, and needs `L_j` after each round until the
//! responses are in. The sum of weighted completion times is to be least:
//!
//! ```text
//! min Σ_j w_j C_j        C_j = max( F_j + L_j,  r_j + R_j L_j )        F_j: its last device is there
//! ```
//!
//! The problem is that of Liu et al., "Venn: Resource Management for Collaborative Learning Jobs"
//! (MLSys 2025, arXiv 2312.08298), where eligibility sets overlap, contain and nest.
//!
//! **Devices, one by one.** The supply is a list of arrivals with their classes; a plan says for
//! each which job it serves, if any. `x_ij ∈ {0, 1}`, `Σ_j x_ij ≤ 1`, `x_ij ≤ e_ij`,
//! `Σ_i x_ij = R_j D_j`, `F_j = max { t_i : x_ij = 1 }`.
//!
//! **Fluid.** Class `a` supplies `λ_a(t)` devices per second, constant between given times. By time
//! `t` it has supplied `N_a(t) = ⌊∫ λ_a⌋` micro-devices (10⁻⁶ devices), and a plan is a list of
//! intervals `[s, e)` of whole milliseconds with the amounts `x` that each job gets of each class:
//! `Σ_j x_ja ≤ N_a(e) − N_a(s)`, all amounts of a job together `R_j D_j`, and `F_j` is the end of
//! the last interval in which it gets anything. Whoever wants a job to finish at a time ends an
//! interval there, so every completion can be had to the millisecond; the amounts within an interval
//! are thought to be spread over it as the class supplies them. `N_a(e) − N_a(s)` telescopes:
//! cutting an interval in two changes nothing.
//!
//! **Rounds.** Offline a job of several rounds is judged by its total demand. That is a relaxation
//! of filling rounds one after the other: from an execution in which every round gets all its
//! devices before its responses are awaited, and the next opens `L_j` later at the earliest, read
//! off which device went to which job. Each job has `R_j D_j` devices, and its last round is closed
//! no earlier than `F_j + L_j` and no earlier than `r_j + R_j L_j`. So no such execution, on the
//! same supply, beats the optimum here; a lower bound here holds for all of them. With one round
//! the two are the same.
//!
//! Further rules per job: a hard **deadline** `C_j ≤ d_j`, and a **minimum share** `σ_j`: until it
//! has all it wants, at least `⌊σ_j · (what its classes supplied since r_j)⌋`, at every arrival or
//! at both ends of every interval.
//!
//! With all completion times fixed the problem is a transportation problem, solved exactly in
//! `timetable`; all difficulty is in choosing them. No proof of NP-hardness for this bipartite form
//! is known to us.

pub mod certificate;
mod cheapest;
pub mod check;
pub mod class_lists;
pub mod codes;
pub mod completion_order;
pub mod completion_step;
pub mod completion_tree;
pub mod cost_text;
pub mod due_dates;
pub mod explain;
pub mod formulation;
pub mod instance;
mod list_cost;
mod list_devices;
mod list_rates;
pub mod list_scheduling;
pub mod list_search;
pub mod mean_busy;
pub mod methods;
pub mod offline;
pub mod online;
mod open_lists;
pub mod order_search;
pub mod orders;
pub mod plan;
pub mod pooled;
mod price_grid;
pub mod price_search;
pub mod priced_choice;
mod priced_take;
pub mod problem;
pub mod replay;
pub mod streams;
pub mod supply_prices;
pub mod timetable;
pub mod validate;

pub use problem::IrsMatching;
