//! The referee's side of bounds: re-verifies certificates from the instance alone.
//!
//! **Room.** What GPUs, servers and ports allow, whatever the circuits; the witness is empty, all is
//! computed anew. One job: see `certificate/leaves.rs`. A batch: see `certificate/weights.rs`.
//! Rewiring: see `certificate/ports.rs`.

mod leaves;
mod ports;
mod weights;

use placewright_solver::certificate::{Certificate, CertificateError, Claim, Proof};
use placewright_solver::objective::Objective;

use super::instance::{Instance, Question};

/// Rule of a bound or of an infeasibility proof: what GPUs, servers and ports allow.
pub const ROOM: &str = "room";

/// Re-verifies a certificate.
///
/// # Errors
/// When the evidence proves less than is claimed, names what the instance does not have, or is a
/// solver's word.
pub fn verify(instance: &Instance, certificate: &Certificate) -> Result<(), CertificateError> {
    let malformed = |cause: &str| Err(CertificateError::Malformed(cause.to_owned()));
    match &certificate.proof {
        Proof::SolverClaim { .. } => return Err(CertificateError::NotVerifiable),
        Proof::DualPrices(_) => return malformed("no rule of this family has dual prices"),
        Proof::Combinatorial { rule, witness } if rule == ROOM && witness.is_empty() => {}
        Proof::Combinatorial { .. } => return malformed("no such rule, or a witness too many"),
    }
    match (room(instance), &certificate.claim) {
        // Without any plan, no plan costs less than anything.
        (None, _) => Ok(()),
        (Some(proved), Claim::AtLeast(claimed)) if proved >= *claimed => Ok(()),
        (Some(proved), Claim::AtLeast(claimed)) => {
            Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
        }
        (Some(_), Claim::Infeasible) => malformed("there is room"),
    }
}

/// What every plan costs at least as far as room goes; `None` where there is not room for any.
#[must_use]
pub fn room(instance: &Instance) -> Option<Objective> {
    match &instance.question {
        Question::Place(place) => {
            let room = leaves::Room::of(instance).least(&place.job)?;
            Some(Objective(vec![room.leaves, room.left_free, 0]))
        }
        Question::Batch(batch) => Some(weights::least(instance, batch)),
        Question::Rewire(rewire) => ports::least_moved(instance, rewire).map(Objective::single),
    }
}
