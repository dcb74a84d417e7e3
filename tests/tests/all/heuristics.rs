//! Every method on its own: what it offers the referee accepts, what it claims holds.

use std::sync::Mutex;

use placewright_instances::memory_sizing::strategies::{coupled_instances, instances};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::methods::methods;
use placewright_solver::budget::Budget;
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::{Event, EventKind, Observer};
use placewright_solver::outcome::{Outcome, Status};
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use crate::support::{bound, cases, cost, guessed, solved, value};

#[derive(Default)]
struct Refusals(Mutex<Vec<Event>>);

impl Observer for Refusals {
    fn event(&self, event: &Event) {
        if event.kind == EventKind::Refused {
            self.0.lock().unwrap().push(event.clone());
        }
    }
}

/// The opening, and of the other methods only the one named.
fn only(name: &str) -> Methods<MemorySizing> {
    let mut all = methods();
    all.opening.retain(|method| method.name() == name);
    all.improving.retain(|method| method.name() == name);
    all.exact.retain(|method| method.name() == name);
    all
}

fn names() -> Vec<&'static str> {
    let Methods { opening, improving, exact } = methods();
    opening.iter().chain(&improving).chain(&exact).map(|method| method.name()).collect()
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn nothing_a_method_offers_is_refused(instance in coupled_instances()) {
        let truth = solved(&instance);
        for name in names() {
            let refusals = Refusals::default();
            let options = Options { seed: 3, ..Options::default() };
            let outcome: Outcome<_> =
                solve(&instance, &only(name), &options, &Budget::unlimited(), None, &refusals).unwrap();
            let refused = refusals.0.into_inner().unwrap();
            prop_assert_eq!(outcome.statistics.refused, 0, "{}: {:?}", name, refused);
            if let Some(plan) = &outcome.plan {
                prop_assert_eq!(cost(&instance, plan), value(&outcome), "{}", name);
            }
            match truth.status {
                Status::Optimal => {
                    prop_assert!(outcome.status != Status::Infeasible, "{}", name);
                    prop_assert!(bound(&outcome) <= value(&truth), "{}", name);
                    prop_assert!(value(&outcome).is_none_or(|v| Some(v) >= value(&truth)), "{}", name);
                }
                _ => prop_assert_eq!(&outcome.plan, &None, "{}", name),
            }
        }
    }

    #[test]
    fn the_exact_method_settles_every_small_instance(instance in coupled_instances()) {
        let outcome = solved(&instance);
        prop_assert!(matches!(outcome.status, Status::Optimal | Status::Infeasible));
        prop_assert_eq!(outcome.stop, None);
    }

    #[test]
    fn evidence_of_heuristics_is_verified(instance in coupled_instances()) {
        let outcome = guessed(&instance);
        if let Some(certificate) = &outcome.certificate {
            prop_assert_eq!(MemorySizing::verify(&instance, certificate), Ok(()));
        }
    }

    #[test]
    fn uncoupled_instances_are_solved_without_search(instance in instances()) {
        let outcome = guessed(&instance);
        prop_assert_eq!(outcome.status, Status::Optimal);
        prop_assert_eq!(MemorySizing::verify(&instance, &outcome.certificate.unwrap()), Ok(()));
    }
}
