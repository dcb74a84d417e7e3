//! Machine reassignment as the engine sees it.

use placewright_solver::certificate::{Certificate, CertificateError};
use placewright_solver::issue::Issue;
use placewright_solver::problem::{Problem, Verdict};

use super::instance::Instance;
use super::plan::Plan;
use super::{certificate, check, validate};

/// The family of machine reassignment.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineReassignment;

impl Problem for MachineReassignment {
    const NAME: &'static str = "machine_reassignment";
    type Instance = Instance;
    type Plan = Plan;

    fn validate(instance: &Instance) -> Vec<Issue> {
        validate::validate(instance)
    }

    fn judge(instance: &Instance, plan: &Plan) -> Verdict {
        check::judge(instance, plan)
    }

    fn verify(instance: &Instance, certificate: &Certificate) -> Result<(), CertificateError> {
        certificate::verify(instance, certificate)
    }
}
