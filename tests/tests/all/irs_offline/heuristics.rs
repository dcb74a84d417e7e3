//! The heuristics against the exact optimum.

use placewright_models::irs_matching::offline::fluid::{Fluid, FluidSchedule};
use placewright_models::irs_matching::offline::heuristics::fifo::fifo_order;
use placewright_models::irs_matching::offline::heuristics::list::{
    ListPolicy, StaticOrder, list_schedule,
};
use placewright_models::irs_matching::offline::heuristics::lp_order::lp_order;
use placewright_models::irs_matching::offline::heuristics::order_search::{
    OrderSearch, order_search_schedule, starting_orders,
};
use placewright_models::irs_matching::offline::heuristics::scarcity::scarcity_order;
use placewright_models::irs_matching::offline::heuristics::srsf::ShortestRemaining;
use placewright_models::irs_matching::offline::heuristics::venn_plan::VennPlan;
use placewright_solver::budget::Budget;

use super::support::{DEMANDS, Extras, optimum, published_fluids, random_fluid};

const NAMES: [&str; 6] = ["FIFO", "SRSF", "scarcity", "Venn", "LP order", "order search"];

fn schedules(fluid: &Fluid) -> [FluidSchedule; 6] {
    let list = |policy: &mut dyn ListPolicy| list_schedule(fluid, policy);
    let settings = OrderSearch::for_jobs(fluid.jobs.len());
    [
        list(&mut StaticOrder(fifo_order(fluid))),
        list(&mut ShortestRemaining::default()),
        list(&mut StaticOrder(scarcity_order(fluid))),
        list(&mut VennPlan),
        list(&mut StaticOrder(lp_order(fluid).unwrap())),
        order_search_schedule(fluid, &starting_orders(fluid), settings, &Budget::unlimited())
            .unwrap(),
    ]
}

/// Mean and worst gap to the optimum of every heuristic, in percent.
fn gaps(title: &str, fluids: &[Fluid]) -> [(f64, f64); 6] {
    let mut gaps = [(0.0, 0.0_f64); 6];
    for fluid in fluids {
        let optimum = optimum(fluid).best.weighted_ms;
        for (gap, schedule) in gaps.iter_mut().zip(schedules(fluid)) {
            let completions = fluid.completions_ms(&schedule).unwrap();
            let cost = fluid.weighted_completion_ms(&completions) as f64;
            let excess = 100.0 * (cost / optimum - 1.0);
            assert!(excess > -1e-6);
            *gap = (gap.0 + excess / fluids.len() as f64, gap.1.max(excess));
        }
    }
    for (name, (mean, worst)) in NAMES.iter().zip(gaps) {
        println!("{title}: {name} mean {mean:.2} % worst {worst:.2} %");
    }
    gaps
}

#[test]
fn gaps_on_the_published_instances() {
    let fluids: Vec<Fluid> = published_fluids().into_iter().map(|one| one.instance).collect();
    let search = gaps("published", &fluids)[5];
    assert!(search.0 <= 0.5 && search.1 <= 3.0, "{search:?}");
}

#[test]
fn gaps_on_random_instances() {
    for demands in DEMANDS {
        for extras in [Extras::None, Extras::WeightsAndReleases] {
            let fluid = |seed: u64| random_fluid(seed, 6 + seed as usize % 2, demands, extras);
            let fluids: Vec<Fluid> = (1000..1040).map(fluid).collect();
            let search = gaps(&format!("{demands:?}, {extras:?}"), &fluids)[5];
            assert!(search.0 <= 1.0 && search.1 <= 6.0, "{search:?}");
        }
    }
}

#[test]
fn large_instances_are_scheduled() {
    let fluid = random_fluid(1, 60, DEMANDS[0], Extras::WeightsAndReleases);
    for schedule in schedules(&fluid) {
        assert_eq!(fluid.completions_ms(&schedule).unwrap().len(), 60);
    }
    assert_eq!(schedules(&fluid), schedules(&fluid));
}
