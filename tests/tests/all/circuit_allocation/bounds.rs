//! `bound ≤ exact ≤ heuristic`, and certificates that the referee computes anew.

use placewright_instances::circuit_allocation::strategies::instances;
use placewright_models::circuit_allocation::CircuitAllocation;
use placewright_models::circuit_allocation::methods::leaf_search::Rule;
use placewright_models::circuit_allocation::methods::place_one::place_one;
use placewright_models::circuit_allocation::methods::state::State;
use placewright_solver::certificate::{CertificateError, Claim, Proof};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Status;
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use super::support::{cost, guessed, solved};
use crate::support::cases;

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn bounds_exact_and_heuristic_costs_are_in_order(instance in instances()) {
        prop_assert_eq!(CircuitAllocation::validate(&instance), vec![]);
        let (quick, full) = (guessed(&instance), solved(&instance));
        prop_assert_eq!(quick.statistics.refused, 0);
        prop_assert_eq!(full.statistics.refused, 0);
        if let Some(plan) = &full.plan {
            prop_assert_eq!(cost(&instance, plan), full.objective.clone());
        }
        if quick.plan.is_some() {
            prop_assert!(full.objective <= quick.objective);
        }
        if full.status == Status::Infeasible {
            prop_assert_eq!(&quick.plan, &None);
        }
        if let (Some(bound), Some(cost)) = (quick.bound(), &full.objective) {
            prop_assert!(bound <= cost);
        }
    }

    #[test]
    fn a_search_that_was_stopped_does_not_claim_to_be_complete(instance in instances(), after in 0_u64..6) {
        let state = State::new(&instance);
        for job in instance.question.jobs() {
            let full = place_one(&state, job, Rule::BestFit, u64::MAX, |_| false);
            let part = place_one(&state, job, Rule::BestFit, u64::MAX, |nodes| nodes > after);
            prop_assert!(full.exhausted);
            prop_assert!(!part.exhausted || part.placement == full.placement);
            prop_assert!(part.nodes <= full.nodes);
        }
    }

    #[test]
    fn cheap_certificates_are_verified_and_not_overstated(instance in instances()) {
        let outcome = guessed(&instance);
        let certificate = outcome.certificate.unwrap();
        prop_assert_eq!(CircuitAllocation::verify(&instance, &certificate), Ok(()));
        if let Claim::AtLeast(bound) = &certificate.claim {
            let mut more = certificate.clone();
            for level in 0..bound.0.len() {
                let mut levels = bound.0.clone();
                levels[level] += 1;
                more.claim = Claim::AtLeast(Objective(levels));
                let refused = CircuitAllocation::verify(&instance, &more);
                let overstated = matches!(refused, Err(CertificateError::Overstated { .. }));
                prop_assert!(overstated);
            }
            more.claim = Claim::Infeasible;
            prop_assert!(CircuitAllocation::verify(&instance, &more).is_err());
        }
        let word = Proof::SolverClaim { solver: "somebody".into() };
        let claim = placewright_solver::certificate::Certificate { proof: word, ..certificate };
        prop_assert!(CircuitAllocation::verify(&instance, &claim).is_err());
    }
}
