//! Kernels of local search that families share.
//!
//! [`row_loads`] keeps the loads of shared capacities under small changes: the part that shards on
//! nodes, processes on machines, and customers at facilities have in common.

pub mod row_loads;
