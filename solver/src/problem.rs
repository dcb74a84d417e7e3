//! What a family of problems is to the engine.

use serde::Serialize;

use crate::certificate::{Certificate, CertificateError};
use crate::issue::Issue;
use crate::objective::Objective;

/// A family of problems: its instances, its plans, and the referee that owns the truth.
///
/// Cost and feasibility are defined once, in [`Problem::judge`], in exact integers. Heuristics
/// and exact solvers propose plans; none of them may report a cost.
pub trait Problem: Sync + 'static {
    /// The family's name in files and on the command line, in `snake_case`.
    const NAME: &'static str;
    /// The data of one problem. Read-only while solving.
    type Instance: Sync;
    /// The decisions, and nothing that could be derived from them.
    type Plan: Clone + Send + Sync;

    /// All problems of an instance's data, in the order they stand in the file.
    /// An instance without issues can be judged and solved without panics or overflow.
    fn validate(instance: &Self::Instance) -> Vec<Issue>;

    /// The referee: the plan's cost, or every rule it breaks.
    fn judge(instance: &Self::Instance, plan: &Self::Plan) -> Verdict;

    /// Re-verifies a certificate with referee code only.
    ///
    /// # Errors
    /// Says why the evidence does not carry the claim; a solver's word is never verifiable.
    fn verify(instance: &Self::Instance, certificate: &Certificate)
    -> Result<(), CertificateError>;
}

/// The referee's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The plan keeps every rule; its cost.
    Feasible(Objective),
    /// Every rule the plan breaks.
    Refused(Vec<Violation>),
}

impl Verdict {
    /// The cost of a feasible plan.
    #[must_use]
    pub fn objective(&self) -> Option<&Objective> {
        match self {
            Verdict::Feasible(objective) => Some(objective),
            Verdict::Refused(_) => None,
        }
    }
}

/// A rule that a plan breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// A stable code, explained by `placewright explain CODE`.
    pub code: &'static str,
    /// What is broken, by how much.
    pub cause: String,
}

impl Violation {
    /// A broken rule.
    #[must_use]
    pub fn new(code: &'static str, cause: impl Into<String>) -> Self {
        Self { code, cause: cause.into() }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.cause)
    }
}
