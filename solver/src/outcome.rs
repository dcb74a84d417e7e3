//! What a search leaves behind.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::budget::Stop;
use crate::certificate::{Certificate, Claim};
use crate::objective::{Objective, gap};

/// How good the answer is. What the other fields of an [`Outcome`] mean follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The plan's cost equals the bound.
    Optimal,
    /// The gap is positive but not above the requested one.
    WithinGap,
    /// There is a plan; how far it is from the optimum is only bounded.
    Feasible,
    /// There is provably no plan; the certificate says why.
    Infeasible,
    /// Neither a plan nor a proof that there is none.
    Unknown,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Status::Optimal => "optimal",
            Status::WithinGap => "within gap",
            Status::Feasible => "feasible",
            Status::Infeasible => "infeasible",
            Status::Unknown => "unknown",
        })
    }
}

/// The answer to an instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome<Plan> {
    /// The incumbent, accepted by the referee; `None` unless the status speaks of a plan.
    pub plan: Option<Plan>,
    /// Its cost, from the referee.
    pub objective: Option<Objective>,
    /// The best bound, or the proof of infeasibility, with its evidence.
    pub certificate: Option<Certificate>,
    /// How good the answer is.
    pub status: Status,
    /// Why the search ended early, if it did.
    pub stop: Option<Stop>,
    /// The root seed.
    pub seed: u64,
    /// What the search did.
    pub statistics: Statistics,
}

impl<Plan> Outcome<Plan> {
    /// The lower bound, where one is known.
    #[must_use]
    pub fn bound(&self) -> Option<&Objective> {
        match &self.certificate.as_ref()?.claim {
            Claim::AtLeast(bound) => Some(bound),
            Claim::Infeasible => None,
        }
    }

    /// The gap between plan and bound, where both are known.
    #[must_use]
    pub fn gap(&self) -> Option<f64> {
        Some(gap(self.objective.as_ref()?, self.bound()?))
    }
}

/// What a search did, for reports and statistics files.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Statistics {
    /// Wall-clock time.
    pub elapsed: Duration,
    /// Wall-clock time until the first plan the referee accepted.
    pub first_plan: Option<Duration>,
    /// How far the search ran past its deadline.
    pub overshoot: Duration,
    /// Deterministic work units.
    pub work: u64,
    /// Plans offered to the referee.
    pub offered: u64,
    /// Plans the referee refused.
    pub refused: u64,
    /// Methods in the order they ran.
    pub methods: Vec<MethodStatistics>,
}

/// One run of one method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MethodStatistics {
    /// The method's name.
    pub name: &'static str,
    /// Wall-clock time.
    pub elapsed: Duration,
    /// Deterministic work units.
    pub work: u64,
    /// How often it improved the incumbent.
    pub incumbents: u64,
    /// How often it raised the bound.
    pub bounds: u64,
    /// Whether it did not begin, because what was left of the budget would not do.
    pub declined: bool,
}
