//! Machine reassignment: processes run on machines already; which of them should move, and where to?
//!
//! The problem of the Google ROADEF/EURO challenge 2012 (Google, *Google ROADEF/EURO challenge
//! 2011-2012: machine reassignment*, problem subject), with its rules and its cost.
//!
//! **Given** machines `m` with a location, a neighbourhood, capacities `C_mr` and safety capacities
//! `S_mr` of resources `r`; processes `p` with requirements `R_pr`, each of a service, each on a
//! machine `M0(p)`; **choose** a machine `M(p)` for every process; **minimise**
//!
//! ```text
//! Σ_m Σ_r w_r max(0, U_mr − S_mr)                 load,  U_mr = Σ_{p: M(p) = m} R_pr
//! + Σ_m Σ_b w_b max(0, t_b F_m,r1 − F_m,r2)       balance,  F = C − U,  b = (r1, r2)
//! + w Σ_{p moved} cost_p                          process moves
//! + w max_s |{p of s moved}|                      service moves
//! + w Σ_p cost(M0(p), M(p))                       machine moves
//! ```
//!
//! subject to
//!
//! * capacity: `U_mr ≤ C_mr`; of transient resources, what has left `m` counts as well;
//! * conflict: processes of a service are on different machines;
//! * spread: a service is on at least `min_locations` locations;
//! * dependency: a neighbourhood with a process of a service has one of every service it depends on.
//!
//! The original assignment keeps all rules, so there is always a plan. **Complexity:** with one
//! resource and no other costs, whether the load cost can be zero is bin packing (strongly NP-hard).

pub mod aggregate;
pub mod annealing;
pub mod certificate;
pub mod check;
pub mod codes;
pub mod exact;
pub mod explain;
pub mod formulation;
pub mod instance;
pub mod methods;
pub mod original;
pub mod plan;
pub mod problem;
pub mod regions;
pub mod search;
pub mod validate;

pub use problem::MachineReassignment;
