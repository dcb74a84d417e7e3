//! Lower bounds that a referee can recompute, in integers.
//!
//! All are bounds on the weighted sum of completion times in **weight times microseconds**, rounded
//! down, and hold for every policy that hands each job its whole demand, whatever it knows of the
//! future: they relax who may use what ([`pooled`], [`partition`]) or when a job counts as complete
//! ([`mean_busy`]). Policies that close a round with a quorum of 80 % must be bounded with 80 % of
//! the demands. Rates are taken as certain: with random arrivals the bounds speak of the fluid
//! limit, not of one draw. Given arrivals are bounded outside of this room, by prices on supply
//! (`irs_matching::supply_prices`); `offline::device` solves them exactly.

pub mod mean_busy;
pub mod mean_busy_search;
pub mod partition;
pub mod pooled;
