//! Plans and vectors of the exact models: there and back, row by row.

use placewright_instances::irs_matching::plan_file::PlanFile;
use placewright_instances::irs_matching::strategies::{
    device_instances, instances, orders_for, plain_rate_instances,
};
use placewright_models::irs_matching::formulation::ExactModel;
use placewright_models::irs_matching::instance::Instance;
use placewright_models::irs_matching::list_scheduling::list_schedule;
use placewright_models::irs_matching::plan::Plan;
use placewright_solver::exact::Formulation;
use proptest::prelude::*;

use super::support::{cost, guessed};
use crate::support::cases;

fn with_list(
    instances: impl Strategy<Value = Instance>,
) -> impl Strategy<Value = (Instance, Option<Plan>)> {
    let listed = |instance: Instance| {
        let orders = orders_for(&instance);
        (Just(instance), orders).prop_map(|(instance, order)| {
            let plan = list_schedule(&instance, &order);
            (instance, plan)
        })
    };
    instances.prop_flat_map(listed)
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn the_model_prices_devices_as_the_referee((instance, plan) in with_list(device_instances())) {
        let model = ExactModel.build(&instance);
        prop_assert!(model.validate().is_ok());
        prop_assert!(model.num_nonzeros() <= ExactModel.nonzeros(&instance));
        let Some(plan) = plan else { return Ok(()) };
        if let Some(cost) = cost(&instance, &plan) {
            let values = ExactModel.encode(&instance, &plan);
            prop_assert_eq!(model.violations(&values, 0.0), vec![]);
            prop_assert_eq!(model.objective(&values), cost as f64);
            prop_assert_eq!(ExactModel.decode(&instance, &values), plan);
        }
    }

    #[test]
    fn the_model_prices_rates_as_the_referee((instance, plan) in with_list(plain_rate_instances())) {
        prop_assert_eq!(ExactModel.missing(&instance), None);
        let model = ExactModel.build(&instance);
        prop_assert!(model.validate().is_ok());
        prop_assert!(model.num_nonzeros() <= ExactModel.nonzeros(&instance));
        let plan = plan.unwrap();
        let values = ExactModel.encode(&instance, &plan);
        prop_assert_eq!(model.violations(&values, 1e-9), vec![]);
        let cost = cost(&instance, &plan).unwrap();
        prop_assert_eq!(model.objective(&values), cost as f64);
        let again = ExactModel.decode(&instance, &values);
        prop_assert!(super::support::cost(&instance, &again).is_some_and(|again| again <= cost));
    }

    #[test]
    fn plans_survive_files(instance in instances()) {
        let Some(plan) = guessed(&instance).plan else { return Ok(()) };
        let file = PlanFile::of(&instance, &plan);
        let text = serde_json::to_string(&file).unwrap();
        let read: PlanFile = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.into_plan(&instance), Ok(plan));
    }
}
