//! Workloads of Venn's simulator: a table of jobs, and a table of devices or of check-ins.
//!
//! | table | columns |
//! |---|---|
//! | jobs | `job_id`, `arrival_s`, `demand_per_round`, `rounds`, `workload_s`, `eligibility_group` |
//! | devices | one column of 0 and 1 per eligibility group, from group 1 on; one row per model |
//! | check-ins | `gap_s` since the row before, `eligibility_mask` with bit `g − 1` for group `g` |
//!
//! Which table a file holds is told by its columns. Devices that may serve the same groups are a
//! class. A table of devices gives constant rates in proportion to its rows; check-ins give rates
//! per segment of time, and their mean after the last one.

mod importer;
mod tables;

pub(super) use importer::IMPORTER;
