//! Bounds stay below optima, optima below heuristics, and proofs are what they say.

use placewright_instances::site_assignment::strategies::{instances, instances_up_to};
use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::certificate::{Pricing, priced_bound, write_prices};
use placewright_models::site_assignment::fixing::pair_bounds;
use placewright_models::site_assignment::instance::Index;
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::objective::Objective;
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use super::support::{bound, bounded, solved, value};
use crate::support::cases;

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn evidence_is_verified_and_below_every_plan(instance in instances()) {
        let outcome = bounded(&instance);
        if let Some(certificate) = &outcome.certificate {
            prop_assert_eq!(SiteAssignment::verify(&instance, certificate), Ok(()));
            if let Claim::AtLeast(bound) = &certificate.claim {
                let more = Claim::AtLeast(Objective::single(bound.first() + 1));
                let forged = Certificate { claim: more, proof: certificate.proof.clone() };
                prop_assert!(SiteAssignment::verify(&instance, &forged).is_err());
            }
        }
        if let (Some(value), Some(bound)) = (value(&outcome), bound(&outcome)) {
            prop_assert!(bound <= value);
        }
    }

    /// Whatever prices are, what they prove holds, for the instance and for every pair.
    #[test]
    fn no_prices_bound_above_the_optimum(
        instance in instances_up_to(4, 3),
        numbers in prop::collection::vec(-50_i64..120, 4),
        shift in 0_u32..3,
    ) {
        let index = Index::new(&instance);
        let prices: Vec<i64> = numbers[..instance.customers.len()].to_vec();
        let pricing = Pricing { shift, prices };
        let exact = solved(&instance);
        let proved = priced_bound(&index, &pricing).unwrap();
        if let Some(optimum) = value(&exact) {
            prop_assert!(proved <= optimum, "{} {}", proved, optimum);
            let pairs = pair_bounds(&index, &pricing).unwrap();
            for (customer, parts) in exact.plan.unwrap().services.iter().enumerate() {
                for part in parts {
                    let own = pairs.bounds[customer * instance.sites.len() + part.site.index()];
                    prop_assert!(own <= optimum as f64 + 1e-6, "{own} {optimum}");
                }
            }
        }
        let claim = Claim::AtLeast(Objective::single(proved));
        let proof = Proof::DualPrices(write_prices(&pricing));
        prop_assert_eq!(SiteAssignment::verify(&instance, &Certificate { claim, proof }), Ok(()));
    }

    #[test]
    fn nothing_proves_a_feasible_instance_infeasible(instance in instances()) {
        if value(&bounded(&instance)).is_some() {
            for (rule, witness) in
                [("one_customer", vec![0]), ("one_customer", vec![99]), ("shortage", vec![])]
            {
                let proof = Proof::Combinatorial { rule: rule.into(), witness };
                let forged = Certificate { claim: Claim::Infeasible, proof };
                prop_assert!(SiteAssignment::verify(&instance, &forged).is_err());
            }
        }
    }
}
