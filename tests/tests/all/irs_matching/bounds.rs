//! Bounds stay below optima, optima below heuristics, and proofs are what they say.

use placewright_instances::irs_matching::strategies::{
    device_instances, instances, plain_rate_instances,
};
use placewright_models::irs_matching::IrsMatching;
use placewright_models::irs_matching::certificate::pooled_bound;
use placewright_models::irs_matching::completion_order::CompletionOrder;
use placewright_models::irs_matching::due_dates::within_deadlines;
use placewright_models::irs_matching::instance::{Instance, JobId, Supply};
use placewright_models::irs_matching::list_scheduling::list_schedule;
use placewright_models::irs_matching::plan::Plan;
use placewright_models::irs_matching::timetable::Timetable;
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::exact::Formulation;
use placewright_solver::mip::{MipLimits, MipStart, MipStatus, Silent, default_backend};
use placewright_solver::objective::Objective;
use placewright_solver::outcome::Status;
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use super::support::{bound, cost, guessed, solved, value};
use crate::support::cases;

/// The least cost over all ways to let devices serve jobs.
pub(super) fn brute_force(instance: &Instance) -> Option<i128> {
    let Supply::Devices(arrivals) = &instance.supply else { return None };
    let count = arrivals.time_ms.len();
    fn extend(instance: &Instance, serves: &mut Vec<Option<JobId>>, count: usize) -> Option<i128> {
        if serves.len() == count {
            return cost(instance, &Plan::Devices(serves.clone()));
        }
        let choices = (0..instance.jobs.len() as u32).map(|job| Some(JobId(job))).chain([None]);
        let tried = choices.filter_map(|choice| {
            serves.push(choice);
            let best = extend(instance, serves, count);
            serves.pop();
            best
        });
        tried.min()
    }
    extend(instance, &mut Vec::new(), count)
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn single_devices_are_solved_to_proof(instance in device_instances()) {
        let outcome = solved(&instance);
        prop_assert!(matches!(outcome.status, Status::Optimal | Status::Infeasible), "{}", outcome.status);
        let Supply::Devices(arrivals) = &instance.supply else { return Ok(()) };
        if (instance.jobs.len() as f64 + 1.0).powi(arrivals.time_ms.len() as i32) < 5e4 {
            prop_assert_eq!(value(&outcome), brute_force(&instance));
        }
    }

    #[test]
    fn evidence_is_verified_and_below_every_plan(instance in instances()) {
        let outcome = guessed(&instance);
        prop_assert_eq!(outcome.statistics.refused, 0);
        if let Some(certificate) = &outcome.certificate {
            prop_assert_eq!(IrsMatching::verify(&instance, certificate), Ok(()));
            if let Claim::AtLeast(bound) = &certificate.claim {
                let more = Claim::AtLeast(Objective::single(bound.first() + 1));
                let forged = Certificate { claim: more, proof: certificate.proof.clone() };
                prop_assert!(IrsMatching::verify(&instance, &forged).is_err());
                let forged = Certificate { claim: Claim::Infeasible, proof: certificate.proof.clone() };
                prop_assert!(IrsMatching::verify(&instance, &forged).is_err());
            }
        }
        if let (Some(value), Some(bound)) = (value(&outcome), bound(&outcome)) {
            prop_assert!(bound <= value);
        }
    }

    #[test]
    fn no_partition_bounds_above_the_optimum(
        instance in device_instances(),
        blocks in prop::collection::vec(0_u64..3, 4),
    ) {
        if let Some(value) = value(&solved(&instance)) {
            let blocks = &blocks[..instance.jobs.len()];
            prop_assert!(pooled_bound(&instance, blocks).is_ok_and(|bound| bound <= value));
        }
    }

    #[test]
    fn one_group_is_solved_by_its_bound(instance in instances()) {
        let mut instance = instance;
        for job in &mut instance.jobs {
            job.weight = 1;
            job.release_ms = 0;
            job.round_latency_ms = 0;
            job.deadline_ms = None;
            job.min_share_ppm = None;
            job.requires = Vec::new();
            job.classes = None;
        }
        let outcome = guessed(&instance);
        if let (Some(value), Some(bound)) = (value(&outcome), bound(&outcome)) {
            // The list leaves what is over of a millisecond, the bound does not.
            let slack = match instance.supply {
                Supply::Devices(_) => 0,
                Supply::Rates(_) => instance.jobs.len() as i128 * 2,
            };
            prop_assert!(value <= bound + slack, "{} {}", value, bound);
        }
    }

    #[test]
    fn deadlines_are_decided(instance in instances()) {
        let mut instance = instance;
        instance.jobs.iter_mut().for_each(|job| job.min_share_ppm = None);
        match within_deadlines(&instance) {
            Timetable::Plan(plan) => prop_assert!(cost(&instance, &plan).is_some()),
            Timetable::Violated(jobs) => {
                let witness = jobs.iter().map(|job| u64::from(job.0)).collect();
                let proof = Proof::Combinatorial { rule: "job_set".into(), witness };
                let certificate = Certificate { claim: Claim::Infeasible, proof };
                prop_assert_eq!(IrsMatching::verify(&instance, &certificate), Ok(()));
                prop_assert_eq!(guessed(&instance).status, Status::Infeasible);
            }
            Timetable::TooLarge => prop_assert!(false),
        }
    }

    #[test]
    fn nothing_proves_a_feasible_instance_infeasible(
        instance in instances(),
        witness in prop::collection::vec(0_u64..5, 0..4),
    ) {
        let proof = Proof::Combinatorial { rule: "job_set".into(), witness };
        let forged = Certificate { claim: Claim::Infeasible, proof };
        if guessed(&instance).plan.is_some() {
            prop_assert!(IrsMatching::verify(&instance, &forged).is_err());
        }
    }
}

/// Supplies are rounded down from time 0, so after a release there may be a micro-device more than
/// the rate times the time; a bound that reckons with rates alone is a millisecond too high here.
#[test]
fn what_rounding_adds_after_a_release_is_reckoned_with() {
    let instance: Instance = serde_json::from_value(serde_json::json!({
        "classes": [{ "name": "a" }, { "name": "b" }],
        "supply": {
            "kind": "rates",
            "segment_start_ms": [0, 310, 366],
            "rate_micro_per_s": [[0, 402_274, 749_887], [0, 0, 1_765_836]],
        },
        "jobs": [{ "name": "J", "demand_devices": 4, "release_ms": 1000 }],
    }))
    .unwrap();
    let outcome = guessed(&instance);
    assert_eq!((value(&outcome), bound(&outcome)), (Some(2590), Some(2590)));
    assert_eq!(outcome.status, Status::Optimal);
}

proptest! {
    #![proptest_config(cases(60))]

    /// The order of completions as a model lies between the pooled bound and every list, and its
    /// optimum is a plan to within whole milliseconds.
    #[test]
    fn constant_rates_are_solved_by_their_model(instance in plain_rate_instances()) {
        let model = CompletionOrder.build(&instance);
        let solved = default_backend().solve(&model, &MipLimits::default(), MipStart::None, &mut Silent);
        let solved = solved.unwrap();
        prop_assert_eq!(&solved.status, &MipStatus::Optimal);
        let outcome = guessed(&instance);
        let optimum = solved.dual_bound;
        let plan = CompletionOrder.decode(&instance, solved.values.as_ref().unwrap());
        let found = cost(&instance, &plan).unwrap() as f64;
        let weights: u64 = instance.jobs.iter().map(|job| job.weight).sum();
        let tolerance = 1e-4 * optimum + 4.0 * weights as f64;
        prop_assert!((found - optimum).abs() <= tolerance, "{} {}", found, optimum);
        prop_assert!(bound(&outcome).unwrap() as f64 <= optimum + tolerance);
        prop_assert!(value(&outcome).unwrap() as f64 >= optimum - tolerance);
        let orders = (0..instance.jobs.len() as u32).map(JobId).collect::<Vec<_>>();
        let list = list_schedule(&instance, &orders).unwrap();
        prop_assert!(cost(&instance, &list).unwrap() as f64 >= optimum - tolerance);
    }
}
