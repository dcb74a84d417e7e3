//! Plans and vectors of the exact models: there and back, row by row.

use placewright_instances::circuit_allocation::plan_file::PlanFile;
use placewright_instances::circuit_allocation::strategies::instances;
use placewright_models::circuit_allocation::formulation::ExactModel;
use placewright_solver::exact::Formulation;
use placewright_solver::objective::Objective;
use proptest::prelude::*;

use super::support::{cost, guessed};
use crate::support::cases;

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn the_model_prices_plans_as_the_referee(instance in instances()) {
        if ExactModel.missing(&instance).is_some() {
            return Ok(());
        }
        let model = ExactModel.build(&instance);
        prop_assert!(model.validate().is_ok());
        prop_assert!(model.num_nonzeros() <= ExactModel.nonzeros(&instance));
        let Some(plan) = guessed(&instance).plan else { return Ok(()) };
        let Some(cost) = cost(&instance, &plan) else { return Ok(()) };
        let values = ExactModel.encode(&instance, &plan);
        prop_assert_eq!(model.violations(&values, 0.0), vec![]);
        let price = ExactModel.price(&instance, &cost);
        prop_assert_eq!(model.objective(&values), price as f64);
        prop_assert_eq!(&ExactModel.at_least(&instance, price), &cost);
        let again = ExactModel.decode(&instance, &values);
        prop_assert_eq!(super::support::cost(&instance, &again), Some(cost));
        let values_again = ExactModel.encode(&instance, &again);
        prop_assert_eq!(ExactModel.decode(&instance, &values_again), again);
    }

    #[test]
    fn plans_survive_files(instance in instances()) {
        let Some(plan) = guessed(&instance).plan else { return Ok(()) };
        let file = PlanFile::of(&instance, &plan);
        let text = serde_json::to_string(&file).unwrap();
        let read: PlanFile = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.into_plan(&instance), Ok(plan));
    }

    #[test]
    fn prices_order_as_levels_do(
        instance in instances(),
        one in proptest::collection::vec(0_i128..4, 4),
        two in proptest::collection::vec(0_i128..4, 4),
    ) {
        let levels = guessed(&instance).objective.map_or(0, |cost| cost.0.len());
        // Only the first level may be as high as one likes.
        let within = |mut levels: Vec<i128>, count: usize| {
            levels.truncate(count);
            levels.iter_mut().skip(1).for_each(|level| *level = (*level).min(0));
            Objective(levels)
        };
        let (one, two) = (within(one, levels), within(two, levels));
        let price = |cost: &Objective| ExactModel.price(&instance, cost);
        prop_assert_eq!(price(&one).cmp(&price(&two)), one.cmp(&two));
    }
}
