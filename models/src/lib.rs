//! The problem families of placewright. Every family has the same rooms: an instance, a plan, a
//! referee, a formulation, one file per heuristic and per bound.

pub mod circuit_allocation;
pub mod irs_matching;
pub mod machine_reassignment;
pub mod memory_sizing;
pub mod replication_placement;
pub mod site_assignment;
