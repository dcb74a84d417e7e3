//! Internal errors: the engine caught itself, or one of its parts, in a contradiction.

use crate::objective::Objective;

/// Something that must not happen, and that is reported instead of an answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EngineError {
    /// A bound and the incumbent contradict each other.
    #[error(
        "method {noticed_by} proved at least {bound}, but the referee accepted a plan of {best}"
    )]
    BoundAboveIncumbent {
        /// The bound.
        bound: Objective,
        /// The incumbent's cost.
        best: Objective,
        /// Symbol of the method that noticed.
        noticed_by: char,
    },
    /// A proof of infeasibility and the incumbent contradict each other.
    #[error("method {noticed_by} proved infeasibility, but the referee accepted a plan of {best}")]
    InfeasibleWithPlan {
        /// The incumbent's cost.
        best: Objective,
        /// Symbol of the method that noticed.
        noticed_by: char,
    },
    /// An encoded plan breaks the model, or the model prices it differently than the referee.
    #[error("encoding in {method}: {cause}")]
    Encoding {
        /// The method.
        method: &'static str,
        /// What disagrees.
        cause: String,
    },
    /// A solver backend failed in a way that is neither a limit nor an answer.
    #[error("backend in {method}: {cause}")]
    Backend {
        /// The method.
        method: &'static str,
        /// What the backend said.
        cause: String,
    },
    /// A certificate that the referee refuses.
    #[error("certificate of the answer: {0}")]
    Certificate(String),
    /// The worker threads could not be started.
    #[error("cannot start worker threads: {0}")]
    Threads(String),
}
