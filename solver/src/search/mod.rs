//! Kernels of local search that families share.
//!
//! [`row_loads`] keeps the loads of shared capacities under small changes: the part that shards on
//! nodes, processes on machines, and customers at facilities have in common. [`block_rows`] does the
//! same where every item uses all rows of the place it is in, and [`group_counts`] counts members of
//! groups by place. [`annealing`] says which changes to accept, [`room_prices`] what room costs that is
//! missing on the way.

pub mod annealing;
pub mod block_rows;
pub mod group_counts;
pub mod room_prices;
pub mod row_loads;
