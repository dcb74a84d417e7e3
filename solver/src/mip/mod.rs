//! Mixed-integer programming: one flat, named model; engines behind one interface; exchange files.
//!
//! A formulation builds a [`MipModel`] (directly, or with operators through [`Modeller`]); a
//! [`MipBackend`] solves it within [`MipLimits`] and tells a [`MipObserver`] about incumbents and
//! bounds on the way. Between the two sits a checker that believes no engine: values are rounded and
//! verified against the rows, objectives recomputed, and a status is only passed on when the
//! evidence supports it ([`MipStatus`]). Engines run under a watchdog, since none of them keeps
//! every deadline.
//!
//! The facts about HiGHS that shaped this room are regression tests in `tests/highs_traps.rs`.

mod evaluate;
#[cfg(feature = "highs")]
pub mod highs;
mod lp_format;
mod microlp;
mod model;
mod modelling;
mod mps;
mod mps_reader;
mod names;
mod number;
mod solution_file;
mod solve;
mod tracker;
mod validate;
mod watchdog;

pub use evaluate::{Place, Violation};
#[cfg(feature = "highs")]
pub use highs::HighsBackend;
pub use lp_format::LpFormatError;
pub use microlp::MicrolpBackend;
pub use model::{Bounds, Column, ColumnKind, MipModel, Row, Sense};
pub use modelling::Modeller;
pub use mps_reader::MpsError;
pub use solution_file::{SolutionFile, SolutionFileError, write_solution};
pub use solve::{
    Engine, MipBackend, MipError, MipLimits, MipObserver, MipOutcome, MipStart, MipStatus, MipStop,
    Silent, StartFate, Wish, backends, default_backend, work_per_iteration,
};
pub use validate::{
    INFINITE, InvalidModel, LARGEST_COEFFICIENT, LONGEST_NAME, ModelError, SMALLEST_COEFFICIENT,
};
