//! Files: reading with every problem at once, writing so that no reader ever sees half a file.
//!
//! ```text
//! path ──source──> text ──document──> typed value ──validate──> InstanceFile
//!                            │ fails
//!                            └─ syntax │ header + schema + duplicate keys ──locate──> issues
//! ```
//!
//! The typed path comes first because it is fast: ten million samples take about a second. Only a
//! file it refuses is read again as plain JSON to find out everything that is wrong with it.

pub mod digest;
pub mod engine;
pub mod instance;
pub mod layout;
pub mod solution;
pub mod source;
pub mod write;

pub(crate) mod foreign;

mod document;
mod duplicates;
mod header;
mod locate;
mod rejected;
mod scanner;
mod syntax;
pub(crate) mod violations;

pub use engine::EngineFile;
pub use instance::InstanceFile;
pub use rejected::Rejected;
pub use solution::SolutionFile;
pub use source::Source;
