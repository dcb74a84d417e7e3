//! The exact fluid methods.

use placewright_models::irs_matching::offline::deadlines::{missing_nano, violated_jobs};
use placewright_models::irs_matching::offline::fluid::{Fluid, FluidSchedule, ScheduleDefect};
use placewright_models::irs_matching::offline::interval_lp::interval_model;
use placewright_models::irs_matching::offline::order_lp::{ExactError, OrderPrices};
use placewright_models::irs_matching::offline::order_tree::fluid_optimum;
use placewright_models::irs_matching::offline::rounding::round_up;
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::mip::{MipLimits, MipStart, MipStatus, Silent, default_backend};

use super::support::{DEMANDS, Demands, Dice, Extras, optimum, published_fluids, random_fluid};

/// The price of an order by the explicit program, in weight times milliseconds.
fn explicit_price(fluid: &Fluid, order: &[usize]) -> f64 {
    let model = interval_model(fluid, order).unwrap();
    let limits = MipLimits::default();
    let outcome = default_backend().solve(&model, &limits, MipStart::None, &mut Silent).unwrap();
    assert_eq!(outcome.status, MipStatus::Optimal);
    outcome.objective.unwrap() * 1000.0
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for job in 0..count {
        let insert = |order: Vec<usize>| {
            (0..=order.len()).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, job);
                longer
            })
        };
        all = all.into_iter().flat_map(insert).collect();
    }
    all
}

fn assert_close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * a.abs().max(b.abs()), "{a} and {b}");
}

#[test]
fn published_fluid_optima_are_reproduced() {
    for published in published_fluids() {
        let found = optimum(&published.instance);
        assert_close(found.best.weighted_ms, published.fact("opt_sum_completion") * 1000.0, 1e-6);
        assert_close(found.bound_ms, found.best.weighted_ms, 1e-8);
    }
}

#[test]
fn both_programs_of_an_order_agree() {
    for seed in 0..30 {
        let demands = DEMANDS[seed as usize % 3];
        let fluid = random_fluid(seed, 6, demands, Extras::Weights);
        let order = Dice::new(seed + 1).shuffled(6);
        let price = OrderPrices::new(&fluid).unwrap().best(&order).unwrap().weighted_ms;
        assert_close(price, explicit_price(&fluid, &order), 1e-7);
    }
}

#[test]
fn the_tree_finds_the_best_of_all_orders() {
    for seed in 0..9 {
        let fluid = random_fluid(100 + seed, 4, DEMANDS[seed as usize % 3], Extras::Weights);
        let orders = permutations(4);
        let best = orders.iter().map(|order| explicit_price(&fluid, order));
        assert_close(optimum(&fluid).best.weighted_ms, best.fold(f64::INFINITY, f64::min), 1e-7);
    }
}

/// Releases, and a class with releases of its own, priced order by order.
#[test]
fn the_tree_finds_the_best_of_all_orders_with_releases() {
    for seed in 0..30 {
        let demands = DEMANDS[seed as usize % 3];
        let fluid = random_fluid(200 + seed, 5, demands, Extras::WeightsAndReleases);
        let prices = OrderPrices::new(&fluid).unwrap();
        let price = |order: &Vec<usize>| prices.best(order).unwrap().weighted_ms;
        let best = permutations(5).iter().map(price).fold(f64::INFINITY, f64::min);
        assert_close(optimum(&fluid).best.weighted_ms, best, 1e-7);
    }
}

#[test]
fn rounded_schedules_pass_the_referee_and_cost_a_millisecond_a_job() {
    let random = (0..60).map(|seed| {
        let demands = DEMANDS[seed as usize % 3];
        random_fluid(300 + seed, 6, demands, Extras::WeightsAndReleases)
    });
    for fluid in random.chain(published_fluids().into_iter().map(|one| one.instance)) {
        let best = optimum(&fluid).best;
        let schedule = round_up(&fluid, &best).unwrap();
        let completions = fluid.completions_ms(&schedule).unwrap();
        let weights: u64 = fluid.jobs.iter().map(|job| job.weight).sum();
        let loss = fluid.weighted_completion_ms(&completions) as f64 - best.weighted_ms;
        assert!(loss >= -1e-3 && loss <= 1.1 * weights as f64, "{loss} for {weights}");
        broken_schedules_are_refused(&fluid, &schedule);
    }
}

fn broken_schedules_are_refused(fluid: &Fluid, schedule: &FluidSchedule) {
    let mut more = schedule.clone();
    more.intervals[0].amounts[0].micro += 1_000_000_000_000;
    assert!(matches!(fluid.completions_ms(&more), Err(ScheduleDefect::Supply { .. })));
    let mut less = schedule.clone();
    less.intervals[0].amounts[0].micro -= 1;
    assert!(matches!(fluid.completions_ms(&less), Err(ScheduleDefect::Demand { .. })));
    let mut strange = schedule.clone();
    strange.intervals[0].amounts[0].mask = 99;
    assert!(matches!(fluid.completions_ms(&strange), Err(ScheduleDefect::Ineligible { .. })));
    let mut empty = schedule.clone();
    empty.intervals[0].end_ms = empty.intervals[0].start_ms;
    assert!(matches!(fluid.completions_ms(&empty), Err(ScheduleDefect::Interval { .. })));
}

#[test]
fn impossible_deadlines_have_a_witness_that_adds_up() {
    for seed in 0..60 {
        let demands = DEMANDS[seed as usize % 3];
        let fluid = random_fluid(400 + seed, 7, demands, Extras::WeightsAndReleases);
        let best = optimum(&fluid).best;
        let scaled = |percent: f64| -> Vec<u64> {
            let times = fluid.jobs.iter().zip(&best.times_ms);
            times.map(|(job, time)| (time * percent) as u64 + 2 + job.release_ms / 50).collect()
        };
        let generous = scaled(1.001);
        assert_eq!(violated_jobs(&fluid, &generous).unwrap(), None);
        let tight: Vec<u64> = scaled(0.97).iter().map(|time| time.saturating_sub(12_500)).collect();
        let witness = violated_jobs(&fluid, &tight).unwrap().expect("better than the optimum");
        assert!(missing_nano(&fluid, &tight, &witness) > 0);
    }
}

#[test]
fn a_budget_ends_the_tree_with_a_valid_bound() {
    let fluid = random_fluid(5, 12, Demands::NearEqual, Extras::None);
    let budget = Budget::new(None, Some(5_000), CancelToken::new());
    let start: Vec<usize> = (0..12).collect();
    let found = fluid_optimum(&fluid, &[start], &budget).unwrap();
    assert!(!found.complete && found.bound_ms < found.best.weighted_ms);
    let again = Budget::new(None, Some(50_000), CancelToken::new());
    let later = fluid_optimum(&fluid, &[(0..12).collect()], &again).unwrap();
    assert!(later.best.weighted_ms >= found.bound_ms);
}

#[test]
fn unsound_input_is_refused() {
    let mut fluid = random_fluid(1, 4, Demands::Profile, Extras::None);
    let prices = OrderPrices::new(&fluid).unwrap();
    assert_eq!(prices.best(&[0, 1, 1, 2]), Err(ExactError::NotAnOrder { jobs: 4 }));
    fluid.jobs[2].demand_micro = 0;
    assert!(OrderPrices::new(&fluid).is_err());
}
