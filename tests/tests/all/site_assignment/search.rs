//! The search: told changes are true, and what is taken back is as it was.

use placewright_instances::site_assignment::strategies::instances;
use placewright_models::site_assignment::insertion::inserted;
use placewright_models::site_assignment::instance::Index;
use placewright_models::site_assignment::search::moves::{Change, chain, shift, swap};
use placewright_models::site_assignment::search::preference::Preferences;
use placewright_models::site_assignment::search::site_moves;
use placewright_models::site_assignment::search::walk::Walk;
use placewright_solver::seed::Seed;
use proptest::prelude::*;
use rand::RngExt;

use super::support::cost;
use crate::support::cases;

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn told_changes_are_true(instance in instances(), seed in any::<u64>()) {
        let index = Index::new(&instance);
        let preferences = Preferences::new(&index, None);
        let Some(mut board) = inserted(&index, &preferences) else { return Ok(()) };
        board.commit();
        let mut random = Seed(seed).generator();
        for _ in 0..80 {
            let (cost_before, excess_before) = (board.cost(), board.excess());
            let change: Option<Change> = match random.random_range(0..4) {
                0 => shift(&board, &preferences, &mut random),
                1 => swap(&board, &preferences, &mut random),
                2 if !index.splits() => chain(&board, &preferences, &mut random, 1.0),
                _ => {
                    let before = board.plan();
                    let made = site_moves::make(&mut board, &preferences, &mut random);
                    if !made || random.random::<bool>() {
                        board.roll_back();
                        prop_assert_eq!(board.cost(), cost_before);
                        prop_assert_eq!(board.excess(), excess_before);
                        let sorted = |plan: placewright_models::site_assignment::plan::Plan| {
                            let mut services = plan.services;
                            services.iter_mut().for_each(|p| p.sort_by_key(|part| part.site));
                            services
                        };
                        prop_assert_eq!(sorted(board.plan()), sorted(before));
                    }
                    board.commit();
                    None
                }
            };
            if let Some(change) = change {
                change.make(&mut board);
                board.commit();
                prop_assert_eq!(board.cost(), cost_before + change.cost);
                prop_assert_eq!(board.excess(), excess_before + change.excess);
            }
            // Sites that must be open though nobody needs them are not the board's to pay.
            let judged = cost(&instance, &board.plan());
            prop_assert_eq!(judged.is_some(), board.excess() == 0);
            if instance.open_sites.at_least.is_none() && judged.is_some() {
                prop_assert_eq!(judged, Some(board.cost().into()));
            }
        }
    }

    #[test]
    fn walks_keep_the_best(instance in instances(), seed in any::<u64>()) {
        let index = Index::new(&instance);
        let preferences = Preferences::new(&index, None);
        let Some(board) = inserted(&index, &preferences) else { return Ok(()) };
        let mut walk = Walk::new(board, &preferences, Seed(seed).generator());
        for temperature in [10.0, 1.0, 0.0] {
            let before = walk.best_cost();
            walk.step(temperature);
            prop_assert!(before.is_none_or(|b| walk.best_cost().is_some_and(|now| now <= b)));
            let copy = walk.best_copy();
            let plan = walk.best_plan();
            prop_assert_eq!(plan.is_some(), walk.best_cost().is_some());
            if let (Some(copy), Some(plan)) = (copy, plan) {
                prop_assert_eq!(cost(&instance, &copy), cost(&instance, &plan));
                prop_assert!(cost(&instance, &plan).is_some());
            }
        }
    }
}
