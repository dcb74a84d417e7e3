//! The search: told changes are true, and what is taken back is as it was.

use placewright_instances::site_assignment::strategies::instances;
use placewright_models::site_assignment::insertion::inserted;
use placewright_models::site_assignment::instance::Index;
use placewright_models::site_assignment::search::assigned::{Assigned, Table};
use placewright_models::site_assignment::search::ejection::{Descent, Looks};
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

    /// A descent ends where no shift and no swap helps, its books are right, and what it keeps is
    /// the cheapest plan without excess.
    #[test]
    fn descents_end_in_local_optima(
        instance in instances(),
        seed in any::<u64>(),
        price in 0.1..30.0_f64,
    ) {
        let index = Index::new(&instance);
        let (table, sites) = (Table::new(&index), index.sites() as u32);
        let everywhere = vec![(0..sites).collect::<Vec<u32>>(); index.customers()];
        let profit = |customer: usize, site: usize| -table.pair(customer, site).cost as f64;
        let looks = Looks::new(&table, everywhere, profit);
        let mut descent = Descent::new(&table, looks, vec![price; sites as usize]);
        let mut random = Seed(seed).generator();
        let mut plan = descent.random_plan(&mut random);
        let before = descent.priced(&plan);
        descent.descend(&mut plan, &mut random, || false);
        let after = descent.priced(&plan);
        prop_assert!(after <= before);
        prop_assert_eq!(&Assigned::at(&table, plan.sites.clone()), &plan);
        for customer in 0..index.customers() {
            for to in 0..sites as usize {
                if to != plan.site(customer) {
                    prop_assert!(descent.shifting(&plan, customer, to) > -1e-6);
                }
            }
            for other in 0..customer {
                let mut swapped = plan.clone();
                swapped.shift(&table, customer, plan.site(other));
                swapped.shift(&table, other, plan.site(customer));
                prop_assert!(descent.priced(&swapped) > after - 1e-6);
            }
        }
        if let Some(best) = &descent.best {
            prop_assert!(best.is_feasible());
            prop_assert!(!plan.is_feasible() || best.cost <= plan.cost);
            prop_assert_eq!(&Assigned::at(&table, best.sites.clone()), best);
        } else {
            prop_assert!(!plan.is_feasible());
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
