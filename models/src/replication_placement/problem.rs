//! Replication placement as the engine sees it.

use placewright_solver::certificate::{Certificate, CertificateError};
use placewright_solver::issue::Issue;
use placewright_solver::problem::{Problem, Verdict};

use super::instance::Instance;
use super::plan::Plan;
use super::{certificate, check, validate};

/// The family of replication placement.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReplicationPlacement;

impl Problem for ReplicationPlacement {
    const NAME: &'static str = "replication_placement";
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
