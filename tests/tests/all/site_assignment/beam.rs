//! Beams over neighbourhoods: bounds hold for any prices, and a complete beam finds the best there is.

use placewright_instances::site_assignment::generate::GENERATORS;
use placewright_instances::site_assignment::strategies::instances_up_to;
use placewright_models::site_assignment::beam_search::BeamSearch;
use placewright_models::site_assignment::insertion::Insertion;
use placewright_models::site_assignment::instance::{Index, Instance, OpenSites, Service};
use placewright_models::site_assignment::lagrangian::Lagrangian;
use placewright_models::site_assignment::prices::Prices;
use placewright_models::site_assignment::search::assigned::{Assigned, Table};
use placewright_models::site_assignment::search::beam::{Beam, search};
use placewright_models::site_assignment::search::knapsacks::{Knapsacks, Neighbourhood};
use placewright_models::site_assignment::search::neighbourhood_prices::TablePrices;
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use proptest::prelude::*;

use super::support::{cost, solved, value};
use crate::support::cases;

/// Generalised assignment: nothing but capacities ties customers together.
fn assignments() -> impl Strategy<Value = Instance> {
    instances_up_to(6, 4).prop_map(|mut instance| {
        instance.service = Service::Whole;
        instance.open_sites = OpenSites { at_least: None, at_most: None };
        instance.conflicts.clear();
        instance.sites.iter_mut().for_each(|site| site.opening_cost = 0);
        instance
    })
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn a_complete_beam_finds_the_least_cost(
        instance in assignments(),
        prices in prop::collection::vec(-10.0..60.0_f64, 6),
        width in 1_usize..40,
    ) {
        prop_assert!(BeamSearch::suits(&instance));
        let index = Index::new(&instance);
        let table = Table::new(&index);
        let customers = index.customers();
        let free = Neighbourhood {
            sites: (0..index.sites()).collect(),
            customers: (0..customers).rev().collect(),
        };
        let most: i64 = (0..customers).map(|customer| table.dearest(customer)).sum();
        let mut knapsacks = Knapsacks::default();
        TablePrices::new(&table, prices[..customers].to_vec()).improve(&mut knapsacks, &table, &free, most);
        let found = search(&table, &free, &knapsacks, Beam { width, most }, || false);
        let optimum = value(&solved(&instance));
        if let Some(optimum) = optimum {
            prop_assert!(i128::from(knapsacks.bound()) <= optimum << knapsacks.shift);
        }
        if let Some((told, sites)) = &found.plan {
            let by_customer = sites.iter().rev().map(|&site| site as u32).collect();
            let plan = Assigned::at(&table, by_customer);
            prop_assert_eq!(plan.cost, *told);
            prop_assert_eq!(cost(&instance, &plan.to_plan(&index)), Some(i128::from(*told)));
        }
        if found.complete {
            prop_assert_eq!(found.plan.map(|(cost, _)| i128::from(cost)), optimum);
        }
    }

    /// A beam never finds what costs more than it may.
    #[test]
    fn beams_keep_to_what_plans_may_cost(instance in assignments(), less in 0_i64..8) {
        let index = Index::new(&instance);
        let table = Table::new(&index);
        let Some(optimum) = value(&solved(&instance)) else { return Ok(()) };
        let free = Neighbourhood {
            sites: (0..index.sites()).collect(),
            customers: (0..index.customers()).collect(),
        };
        let mut knapsacks = Knapsacks::default();
        let most = optimum as i64 - less;
        let prices = (0..index.customers()).map(|customer| table.dearest(customer) as f64);
        TablePrices::new(&table, prices.collect()).improve(&mut knapsacks, &table, &free, most);
        let found = search(&table, &free, &knapsacks, Beam { width: 5_000, most }, || false);
        prop_assert!(found.complete);
        prop_assert_eq!(found.plan.map(|(cost, _)| cost), (less == 0).then_some(most));
    }
}

/// One attempt after another: single ones end at 3816, 3817 or 3820, whichever comes first.
#[test]
fn attempts_that_lead_nowhere_make_room_for_others() {
    let generator = GENERATORS.iter().find(|each| each.name == "assignment").unwrap();
    let options = [("sites", "15"), ("customers", "60")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let instance = (generator.run)(6, &options.into_iter().collect()).unwrap();
    for seed in 0..4 {
        let prices = Prices::default();
        let methods = Methods {
            opening: vec![Box::new(Insertion), Box::new(Lagrangian { prices: prices.clone() })],
            improving: vec![Box::new(BeamSearch::guided(prices))],
            exact: Vec::new(),
        };
        let options = Options { seed, threads: 1, gap: 0.0 };
        let budget = Budget::new(None, Some(2_000_000), CancelToken::new());
        let outcome = solve(&instance, &methods, &options, &budget, None, &Silent).unwrap();
        assert_eq!(value(&outcome), Some(3_816));
        assert_eq!(cost(&instance, outcome.plan.as_ref().unwrap()), Some(3_816));
    }
}
