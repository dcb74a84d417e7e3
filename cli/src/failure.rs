//! Why a command has no answer, and the exit code that says so.

use placewright_instances::files::Rejected;
use placewright_instances::files::write::WriteError;
use placewright_instances::registry::UnknownFamily;
use placewright_solver::error::EngineError;

/// What a command that did its work says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// There is a plan, or the check passed: exit code 0.
    Positive,
    /// Infeasible, check failed, nothing found in time: exit code 1.
    Negative,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file with problems, all of them.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// A request that makes no sense.
    #[error("{cause}")]
    Usage { cause: String, action: String },
    #[error(transparent)]
    UnknownFamily(#[from] UnknownFamily),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("internal error: {0}")]
    Engine(#[from] EngineError),
    /// The referee or the re-read answer disagree with the search.
    #[error("internal error: {0}")]
    Contradiction(String),
}

impl Failure {
    pub(crate) fn usage(cause: impl Into<String>, action: impl Into<String>) -> Self {
        Failure::Usage { cause: cause.into(), action: action.into() }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Rejected(_)
            | Failure::Usage { .. }
            | Failure::UnknownFamily(_)
            | Failure::Write(_) => 2,
            Failure::Engine(_) | Failure::Contradiction(_) => 3,
        }
    }

    /// What the user can do about it.
    pub(crate) fn action(&self) -> &str {
        match self {
            Failure::Usage { action, .. } => action,
            Failure::Write(_) => "choose another --output",
            Failure::Engine(_) | Failure::Contradiction(_) => {
                "no answer was written; please report this with the instance and the command line"
            }
            Failure::Rejected(_) | Failure::UnknownFamily(_) => "",
        }
    }
}
