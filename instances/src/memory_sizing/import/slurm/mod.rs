//! Accounting of Slurm: `sacct --parsable2` with a header, columns in any order, or `sacct --json`.
//!
//! - A job and its steps are one row. Its peak is the largest `MaxRSS` of its steps; the `.extern`
//!   step, which only waits, does not count. Array tasks share the type of their job's name.
//! - `COMPLETED` jobs with a measurement become samples.
//! - `OUT_OF_MEMORY` jobs, and `FAILED` ones with a step that ran out of memory, become censored
//!   samples at their request.
//! - Everything else is skipped, counted and told about.
//!
//! Sizes are binary, as Slurm's are: 1 K = 1024 B. Memory and cores are those of one node:
//! `ReqMem` is the sum over nodes since Slurm 21.08, and per node (`4Gn`) or core (`2Gc`) before.

pub mod importer;

mod job;
mod json;
mod table;
