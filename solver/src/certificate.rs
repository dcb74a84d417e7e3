//! Certificates: what is claimed about the optimum, and how far the claim can be trusted.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::objective::Objective;

/// A claim about the optimum of an instance, with the evidence for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// What is claimed.
    pub claim: Claim,
    /// Why it may be believed.
    pub proof: Proof,
}

/// What a certificate claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// No feasible plan costs less than this.
    AtLeast(Objective),
    /// There is no feasible plan.
    Infeasible,
}

/// How far a certificate can be trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proof {
    /// Multipliers of relaxed constraints; the referee recomputes the Lagrangian bound from them
    /// exactly (weak duality), so a wrong multiplier can only weaken the bound.
    DualPrices(DualPrices),
    /// A rule and a witness that the referee recomputes.
    Combinatorial {
        /// Name of the rule, defined by the family.
        rule: String,
        /// The indices the rule speaks of.
        witness: Vec<u64>,
    },
    /// The word of a branch-and-bound solver: not re-verified, and printed as such.
    SolverClaim {
        /// The solver and its version.
        solver: String,
    },
}

/// Multipliers as exact rationals: every value is divided by `2^shift`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DualPrices {
    /// Binary logarithm of the common denominator, at most 30.
    pub shift: u32,
    /// Per group of relaxed constraints (named by the family): rows of indices that name the
    /// constraint, closed by its multiplier. Constraints not listed have multiplier zero.
    pub groups: BTreeMap<String, Vec<Vec<i64>>>,
}

impl Proof {
    /// A word for logs: `dual prices`, `combinatorial` or `solver claim`.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Proof::DualPrices(_) => "dual prices",
            Proof::Combinatorial { .. } => "combinatorial",
            Proof::SolverClaim { .. } => "solver claim",
        }
    }
}

/// Why a referee does not accept a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The evidence proves less than the certificate claims.
    #[error("the evidence proves at least {proved}, the certificate claims {claimed}")]
    Overstated {
        /// What the referee recomputed.
        proved: Objective,
        /// What the certificate claims.
        claimed: Objective,
    },
    /// The certificate names constraints, rules or indices the instance does not have.
    #[error("malformed certificate: {0}")]
    Malformed(String),
    /// The evidence is a solver's word, which no referee can check.
    #[error("a solver's claim cannot be verified")]
    NotVerifiable,
}
