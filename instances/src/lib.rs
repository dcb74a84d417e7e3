//! What goes in and out of placewright: instance and solution files with their schemas, importers
//! of public traces, emitters for workflow systems, and reports.
//!
//! Everything a user can get wrong comes back as a list of [`Issue`]s, all at once, each with a
//! code of the [error index](codes), the place in the file and what to do about it.
//!
//! [`Issue`]: placewright_solver::issue::Issue

pub mod circuit_allocation;
pub mod codes;
pub mod data_folder;
pub mod family;
pub mod files;
pub mod irs_matching;
pub mod library;
pub mod machine_reassignment;
pub mod memory_sizing;
pub mod registry;
pub mod replication_placement;
pub mod schema;
pub mod site_assignment;

mod draw;
mod options;
mod table;
mod text_table;
mod units;
