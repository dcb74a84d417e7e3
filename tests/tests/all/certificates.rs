//! Forged certificates are refused; honest ones survive a file.

use std::collections::BTreeMap;

use placewright_instances::memory_sizing::strategies::coupled_instances;
use placewright_models::memory_sizing::MemorySizing;
use placewright_solver::certificate::{Certificate, CertificateError, Claim, DualPrices, Proof};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Status;
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use crate::support::{cases, guessed, solved, value};

fn dual(bound: i128, shift: u32, groups: BTreeMap<String, Vec<Vec<i64>>>) -> Certificate {
    let claim = Claim::AtLeast(Objective::single(bound));
    Certificate { claim, proof: Proof::DualPrices(DualPrices { shift, groups }) }
}

prop_compose! {
    fn groups()(rows in prop::collection::vec(
        (0_usize..6, prop::collection::vec(-2_i64..40, 0..4)), 0..8)
    ) -> BTreeMap<String, Vec<Vec<i64>>> {
        let names = ["failures", "menu", "menu_bins", "node_memory", "node_cores", "nonsense"];
        let mut groups: BTreeMap<String, Vec<Vec<i64>>> = BTreeMap::new();
        for (name, row) in rows {
            groups.entry(names[name].to_owned()).or_default().push(row);
        }
        groups
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn overstated_bounds_are_refused(instance in coupled_instances(), extra in 1_i128..1000) {
        let Some(certificate) = guessed(&instance).certificate else { return Ok(()) };
        prop_assert_eq!(MemorySizing::verify(&instance, &certificate), Ok(()));
        if let Claim::AtLeast(bound) = &certificate.claim {
            let truth = solved(&instance);
            let claimed = value(&truth).unwrap_or(i128::MAX / 2).max(bound.first()) + extra;
            let forged = Certificate {
                claim: Claim::AtLeast(Objective::single(claimed)),
                proof: certificate.proof.clone(),
            };
            if truth.status == Status::Optimal {
                let refused = MemorySizing::verify(&instance, &forged);
                let overstated = matches!(refused, Err(CertificateError::Overstated { .. }));
                prop_assert!(overstated);
            }
            let forged = Certificate { claim: Claim::Infeasible, proof: certificate.proof };
            prop_assert!(MemorySizing::verify(&instance, &forged).is_err());
        }
    }

    #[test]
    fn no_prices_prove_more_than_the_optimum(
        instance in coupled_instances(),
        shift in 0_u32..40,
        groups in groups(),
    ) {
        let truth = solved(&instance);
        if let Some(optimum) = value(&truth) {
            let forged = dual(optimum + 1, shift, groups);
            prop_assert!(MemorySizing::verify(&instance, &forged).is_err());
        }
    }

    #[test]
    fn nothing_proves_a_feasible_instance_infeasible(
        instance in coupled_instances(),
        rule in prop::sample::select(vec!["sample_too_large", "too_few_cores", "too_little_memory", "x"]),
        witness in prop::collection::vec(0_u64..12, 0..3),
    ) {
        let proof = Proof::Combinatorial { rule: rule.to_owned(), witness };
        let forged = Certificate { claim: Claim::Infeasible, proof };
        if solved(&instance).status == Status::Optimal {
            prop_assert!(MemorySizing::verify(&instance, &forged).is_err());
        }
    }

    #[test]
    fn a_solvers_word_is_not_evidence(instance in coupled_instances()) {
        let proof = Proof::SolverClaim { solver: "oracle".into() };
        let claim = Claim::AtLeast(Objective::single(i128::MIN));
        let refused = MemorySizing::verify(&instance, &Certificate { claim, proof });
        prop_assert_eq!(refused, Err(CertificateError::NotVerifiable));
    }

    #[test]
    fn certificates_survive_json(instance in coupled_instances()) {
        let certificate = solved(&instance).certificate;
        let text = serde_json::to_string(&certificate).unwrap();
        prop_assert_eq!(serde_json::from_str::<Option<Certificate>>(&text).unwrap(), certificate);
    }
}
