//! HiGHS: branch and cut, and linear programs that grow between solves.
//!
//! Feature `highs`; needs cmake, a C++ compiler and libclang at build time. The object itself comes
//! from the `highs` crate; the calls it lacks are in `ffi.rs`, which is the only unsafe code of the
//! workspace. Options that differ from HiGHS's defaults, and why:
//!
//! | option | value | why |
//! |---|---|---|
//! | `mip_rel_gap` | 0 | the default 1e-4 is called `Optimal` |
//! | `mip_abs_gap` | 0.99 of the objective's step, else 1e-6 | an integer objective is proved when less than one step is left |
//! | `threads`, `parallel` | 1, off | repeatable runs |
//! | `output_flag` | false | the log belongs to the caller |

mod arrays;
mod backend;
mod ffi;
mod files;
mod lp_session;

pub use backend::{HighsBackend, Presolve};
pub use ffi::{Basis, HighsError};
pub use files::{solve_file, write_file};
pub use lp_session::{LpError, LpOutcome, LpSession, LpStatus, NewColumn, NewRow};
