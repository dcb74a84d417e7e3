//! Every plan of small instances, judged one by one, against the exact model, the bound, the walk.

use placewright_instances::machine_reassignment::strategies::instances_up_to;
use placewright_models::machine_reassignment::MachineReassignment;
use placewright_models::machine_reassignment::certificate::aggregate_bound;
use placewright_models::machine_reassignment::formulation::Compact;
use placewright_models::machine_reassignment::instance::Instance;
use placewright_solver::exact::Formulation;
use placewright_solver::outcome::Status;
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use super::support::{all_plans, cost, guessed, modelled, value};
use crate::support::cases;

/// The largest cost of a unit of load, of balance, or of the most moves of a service.
fn dearest_unit(instance: &Instance) -> u64 {
    let loads = instance.resources.iter().map(|resource| resource.load_weight);
    let balances = instance.balance_costs.iter().map(|each| each.weight);
    let service_move = std::iter::once(instance.move_weights.service);
    loads.chain(balances).chain(service_move).max().unwrap_or(0)
}

proptest! {
    #![proptest_config(cases(60))]

    /// The model finds the best plan; the bound is below it; the walk finds it too.
    #[test]
    fn all_ways_agree(instance in instances_up_to(4, 4)) {
        let best = all_plans(&instance).filter_map(|plan| cost(&instance, &plan)).min();
        let outcome = modelled(&instance);
        prop_assert_eq!(value(&outcome), best);
        // The engine believes no bound where one unit costs more than the whole best plan.
        if best >= Some(i128::from(dearest_unit(&instance))) {
            prop_assert_eq!(outcome.status, Status::Optimal);
        }
        prop_assert!(Some(aggregate_bound(&instance)) <= best);
        prop_assert!(value(&guessed(&instance, 20_000, 1)) >= best);
    }

    /// Every plan that the referee accepts is a vector that keeps all rows and costs the same, and
    /// reads back as the plan.
    #[test]
    fn encoded_plans_keep_the_model(instance in instances_up_to(3, 3)) {
        let model = Compact.build(&instance);
        for plan in all_plans(&instance) {
            let Some(cost) = cost(&instance, &plan) else { continue };
            let values = Compact.encode(&instance, &plan);
            prop_assert_eq!(model.violations(&values, 1e-6), vec![]);
            prop_assert_eq!(model.objective(&values), cost as f64);
            prop_assert_eq!(Compact.decode(&instance, &values), plan);
        }
    }

    /// Certificates that the search leaves behind are verified by the referee.
    #[test]
    fn certificates_hold(instance in instances_up_to(4, 3)) {
        let outcome = guessed(&instance, 2_000, 1);
        let certificate = outcome.certificate.unwrap();
        prop_assert_eq!(MachineReassignment::verify(&instance, &certificate), Ok(()));
    }
}
