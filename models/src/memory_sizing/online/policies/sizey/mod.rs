//! Sizey: four models that compete, and an offset that their errors suggest.
//!
//! Bader, Skalski, Lehmann, Scheinert, Will, Thamsen, Kao, "Sizey: Memory-Efficient Execution of
//! Scientific Workflow Tasks" (IEEE CLUSTER 2024). For every task type a line, a perceptron, a
//! forest and nearest neighbours predict memory from the input size (see
//! [`predictors`](crate::memory_sizing::online::predictors)). The [`gate`] weighs them by accuracy
//! and thrift, each is raised by an [`offset`] drawn from its past [`errors`], and what turns out
//! too small is [retried](retry) with the largest memory seen, then doubled. After every task all
//! models are trained again.
//!
//! The released simulator differs from the description in ways that change its numbers by factors,
//! in both directions; [`Variant`](parameters::Variant) says how, and offers both.

pub mod errors;
pub mod gate;
pub mod kendall;
pub mod offset;
pub mod parameters;
pub mod policy;
pub mod retry;
