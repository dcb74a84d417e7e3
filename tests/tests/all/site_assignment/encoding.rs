//! The exact model prices plans as the referee does, and reads back what it was given.

use placewright_instances::site_assignment::strategies::instances;
use placewright_models::site_assignment::formulation::Compact;
use placewright_models::site_assignment::instance::Service;
use placewright_solver::exact::Formulation;
use proptest::prelude::*;

use super::support::{cost, guessed};
use crate::support::cases;

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn encoded_plans_keep_every_row_and_cost_the_same(instance in instances()) {
        let Some(plan) = guessed(&instance, 5_000).plan else { return Ok(()) };
        let judged = cost(&instance, &plan).unwrap();
        let model = Compact.build(&instance);
        prop_assert!(model.validate().is_ok());
        let values = Compact.encode(&instance, &plan);
        prop_assert_eq!(model.violations(&values, 1e-6), []);
        prop_assert!((model.objective(&values) - judged as f64).abs() < 1e-6);
        let decoded = Compact.decode(&instance, &values);
        let again = cost(&instance, &decoded);
        if instance.service == Service::Whole {
            prop_assert_eq!(decoded.services, plan.services);
        }
        prop_assert!(again.is_some_and(|again| again <= judged), "{:?} {}", again, judged);
    }
}
