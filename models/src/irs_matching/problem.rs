//! Intersection resource scheduling as the engine sees it.

use placewright_solver::certificate::{Certificate, CertificateError, Proof};
use placewright_solver::issue::Issue;
use placewright_solver::problem::{Problem, Verdict};

use super::instance::Instance;
use super::mean_busy::MEAN_BUSY_TIME;
use super::plan::Plan;
use super::supply_prices::SUPPLY_PRICES;
use super::{certificate, check, mean_busy, supply_prices, validate};

/// The family of intersection resource scheduling.
#[derive(Clone, Copy, Debug, Default)]
pub struct IrsMatching;

impl Problem for IrsMatching {
    const NAME: &'static str = "irs_matching";
    type Instance = Instance;
    type Plan = Plan;

    fn validate(instance: &Instance) -> Vec<Issue> {
        validate::validate(instance)
    }

    fn judge(instance: &Instance, plan: &Plan) -> Verdict {
        check::judge(instance, plan)
    }

    fn verify(instance: &Instance, certificate: &Certificate) -> Result<(), CertificateError> {
        match &certificate.proof {
            Proof::Combinatorial { rule, witness } if rule == MEAN_BUSY_TIME => {
                mean_busy::verify(instance, &certificate.claim, witness)
            }
            Proof::Combinatorial { rule, witness } if rule == SUPPLY_PRICES => {
                supply_prices::verify(instance, &certificate.claim, witness)
            }
            _ => certificate::verify(instance, certificate),
        }
    }
}
