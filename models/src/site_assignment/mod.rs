//! Site assignment: which sites to open, and who is served from which.
//!
//! **Given** sites `j` with a capacity and an opening cost, customers `i` with a quantity, what a
//! unit of each costs and demands at every site, pairs of customers that must not share a site, and
//! how many sites may be open; **choose** open sites and amounts `x_ij`; **minimise**
//!
//! ```text
//! Σ_j opening_j · open_j + Σ_ij cost_ij · x_ij
//! ```
//!
//! subject to `Σ_j x_ij = quantity_i`, `Σ_i demand_ij · x_ij <= capacity_j · open_j`, conflicts, and
//! bounds on `Σ_j open_j`. Customers are served whole by one site, or may be split in whole units.
//!
//! Four classical problems are cases of it:
//!
//! | problem | service | opening | further |
//! |---|---|---|---|
//! | generalised assignment (Ross and Soland 1975) | whole | free | demands differ by site |
//! | capacitated p-median (Osman and Christofides 1994) | whole | free, exactly p | |
//! | capacitated warehouse location (Beasley 1988) | split | at a cost | |
//! | multi-source location with customer incompatibilities (Ceschia and Schaerf 2022) | split | at a cost | conflicts |
//!
//! Splitting in whole units loses nothing where quantities may be fractions: with open sites given
//! and no conflicts the rest is a transportation problem, whose vertices are integral.
//!
//! **Complexity.** Generalised assignment is APX-hard (Chekuri and Khanna 2005) and its feasibility
//! contains bin packing; with split customers and no conflicts, finding a plan is easy and the best
//! one NP-hard; conflicts alone contain graph colouring.

pub mod beam_search;
pub mod certificate;
pub mod check;
pub mod codes;
pub mod core_mip;
pub mod cost_text;
pub mod explain;
pub mod fixing;
pub mod formulation;
pub mod insertion;
pub mod instance;
pub mod lagrangian;
pub mod local_search;
pub mod methods;
pub mod path_relinking;
pub mod plan;
pub mod prices;
pub mod problem;
pub mod search;
pub mod validate;

pub use problem::SiteAssignment;
