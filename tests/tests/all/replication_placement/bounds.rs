//! Bounds stay below optima, optima below heuristics, and proofs are what they say.

use placewright_instances::replication_placement::generate::GENERATORS;
use placewright_instances::replication_placement::strategies::{instances, instances_up_to};
use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::certificate::{
    Pricing, enveloped_bound, has_few_pairs, proved_by, write_prices,
};
use placewright_models::replication_placement::instance::Index;
use placewright_models::replication_placement::search::market::find_prices;
use placewright_solver::budget::Budget;
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Status;
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use super::support::{bound, bounded, compact_relaxation, guessed, solved, value};
use crate::support::cases;

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn evidence_is_verified_and_below_every_plan(instance in instances()) {
        let outcome = bounded(&instance);
        if let Some(certificate) = &outcome.certificate {
            prop_assert_eq!(ReplicationPlacement::verify(&instance, certificate), Ok(()));
            if let Claim::AtLeast(bound) = &certificate.claim {
                let more = Claim::AtLeast(Objective::single(bound.first() + 1));
                let forged = Certificate { claim: more, proof: certificate.proof.clone() };
                prop_assert!(ReplicationPlacement::verify(&instance, &forged).is_err());
            }
        }
        if let (Some(value), Some(bound)) = (value(&outcome), bound(&outcome)) {
            prop_assert!(bound <= value);
        }
    }

    /// Cheapest plans <= Lagrangian <= optimum <= heuristic; the relaxed compact model <= optimum.
    #[test]
    fn bounds_and_plans_are_in_order(instance in instances_up_to(3, 3)) {
        let index = Index::new(&instance);
        let exact = solved(&instance);
        let guess = guessed(&instance, 30_000);
        let bounds = bounded(&instance);
        match value(&exact) {
            None => {
                prop_assert_eq!(exact.status, Status::Infeasible);
                prop_assert_eq!(value(&guess), None);
            }
            Some(optimum) => {
                prop_assert!(value(&guess).is_none_or(|value| value >= optimum));
                prop_assert!(bound(&guess).is_none_or(|bound| bound <= optimum));
                let cheapest = proved_by(&index, &Pricing::zero(&index)).unwrap();
                let lagrangian = bound(&bounds).unwrap();
                prop_assert!(cheapest <= lagrangian && lagrangian <= optimum);
                let relaxed = compact_relaxation(&instance);
                let slack = 1e-6 * (1.0 + optimum as f64);
                prop_assert!(relaxed <= optimum as f64 + slack, "{} {}", relaxed, optimum);
            }
        }
    }

    /// Whatever prices are, what they prove holds.
    #[test]
    fn no_prices_bound_above_the_optimum(
        instance in instances_up_to(2, 3),
        numbers in prop::collection::vec(0_i64..2_000_000, 24),
        shift in 0_u32..12,
    ) {
        let index = Index::new(&instance);
        let zero = Pricing::zero(&index);
        let rows = numbers.into_iter().cycle().take(zero.rows.len()).collect();
        let pricing = Pricing::of_rows(shift, rows);
        let optimum = value(&solved(&instance));
        match (proved_by(&index, &pricing), optimum) {
            (Ok(bound), Some(optimum)) => {
                prop_assert!(bound <= optimum, "{} {}", bound, optimum);
                // Looking at nodes through their envelope proves no more than looking at each.
                let enveloped = enveloped_bound(&index, &pricing);
                prop_assert!(enveloped.is_ok_and(|enveloped| enveloped <= bound));
                let claim = Claim::AtLeast(Objective::single(bound));
                let proof = Proof::DualPrices(write_prices(&index, &pricing));
                let certificate = Certificate { claim, proof };
                prop_assert_eq!(ReplicationPlacement::verify(&instance, &certificate), Ok(()));
            }
            // Prices prove nothing without a plan; or they exceed what excess costs.
            (Ok(_), None) | (Err(_), _) => {}
        }
    }

    #[test]
    fn nothing_proves_a_feasible_instance_infeasible(instance in instances()) {
        if value(&bounded(&instance)).is_some() {
            for (rule, witness) in
                [("one_shard", vec![0]), ("one_shard", vec![9]), ("memory_shortage", vec![])]
            {
                let proof = Proof::Combinatorial { rule: rule.into(), witness };
                let forged = Certificate { claim: Claim::Infeasible, proof };
                prop_assert!(ReplicationPlacement::verify(&instance, &forged).is_err());
            }
        }
    }
}

/// In a cluster too large to look at every pair, prices prove more than none do, and what they prove is
/// verified to the last unit.
#[test]
fn large_clusters_are_bounded_by_prices() {
    let generator = GENERATORS.iter().find(|each| each.name == "fresh").unwrap();
    let options = [("shards", "4100"), ("nodes", "1000")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let instance = (generator.run)(3, &options.into_iter().collect()).unwrap();
    assert!(!has_few_pairs(&instance));
    let index = Index::new(&instance);
    let pricing = find_prices(&index, 400, 60, &Budget::unlimited()).pricing(&index);
    let without = proved_by(&index, &Pricing::zero(&index)).unwrap();
    let bound = proved_by(&index, &pricing).unwrap();
    assert!(bound > without, "{bound} {without}");
    let certificate = |bound| Certificate {
        claim: Claim::AtLeast(Objective::single(bound)),
        proof: Proof::DualPrices(write_prices(&index, &pricing)),
    };
    assert_eq!(ReplicationPlacement::verify(&instance, &certificate(bound)), Ok(()));
    assert!(ReplicationPlacement::verify(&instance, &certificate(bound + 1)).is_err());
    let plan = guessed(&instance, 400_000);
    let found = value(&plan).unwrap();
    assert!(bound <= found, "{bound} {found}");
}
