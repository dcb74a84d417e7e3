//! Each method on its own: exact ones against each other and against brute force, all of them under
//! a budget.

use placewright_instances::irs_matching::strategies::{
    device_instances, instances, plain_rate_instances, rate_instances,
};
use placewright_models::irs_matching::IrsMatching;
use placewright_models::irs_matching::completion_order::CompletionOrder;
use placewright_models::irs_matching::completion_step::CompletionStep;
use placewright_models::irs_matching::completion_tree::CompletionTree;
use placewright_models::irs_matching::due_dates::DueDates;
use placewright_models::irs_matching::instance::{Instance, Supply};
use placewright_models::irs_matching::list_scheduling::ListScheduling;
use placewright_models::irs_matching::list_search::ListSearch;
use placewright_models::irs_matching::mean_busy::{FoundPrices, MeanBusyTime};
use placewright_models::irs_matching::methods::methods;
use placewright_models::irs_matching::order_search::OrderSearchMethod;
use placewright_models::irs_matching::plan::Plan;
use placewright_models::irs_matching::pooled::Pooled;
use placewright_models::irs_matching::price_search::PriceSearch;
use placewright_models::irs_matching::streams;
use placewright_models::irs_matching::supply_prices::{SupplyPrices, proved};
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::context::Method;
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::exact::{Exact, Formulation};
#[cfg(feature = "highs")]
use placewright_solver::mip::highs::{HighsBackend, Presolve};
use placewright_solver::mip::{self, MipBackend, MipLimits, MipStart, MipStatus};
use placewright_solver::outcome::{Outcome, Status};
use placewright_solver::problem::Problem;
use proptest::collection::vec;
use proptest::prelude::*;

use super::bounds::brute_force;
use super::support::{bound, cost, solved, value};
use crate::support::cases;

type Boxed = Box<dyn Method<IrsMatching>>;

/// List scheduling, then the given methods, under a work limit.
fn run(instance: &Instance, then: Vec<Boxed>, work: Option<u64>, threads: usize) -> Outcome<Plan> {
    let methods =
        Methods { opening: vec![Box::new(ListScheduling)], improving: vec![], exact: then };
    let budget = Budget::new(None, work, CancelToken::new());
    let options = Options { seed: 3, threads, gap: 0.0 };
    let outcome = solve(instance, &methods, &options, &budget, None, &Silent);
    outcome.unwrap_or_else(|error| panic!("{error}: {instance:#?}"))
}

fn one_each() -> Vec<fn() -> Boxed> {
    vec![
        || Box::new(DueDates),
        || Box::new(Pooled),
        || Box::new(MeanBusyTime::default()),
        || Box::new(PriceSearch::default()),
        || Box::new(OrderSearchMethod),
        || Box::new(ListSearch),
        || Box::new(CompletionTree),
        || Box::new(Exact { formulation: CompletionStep }),
    ]
}

/// Everything of an outcome that is not a measured time.
fn timeless(outcome: Outcome<Plan>) -> String {
    let Outcome { plan, objective, certificate, status, stop, seed, statistics } = outcome;
    let methods: Vec<_> = statistics
        .methods
        .iter()
        .map(|method| (method.name, method.work, method.incumbents, method.bounds))
        .collect();
    let counts = (statistics.work, statistics.offered, statistics.refused, methods);
    format!("{:#?}", (plan, objective, certificate, status, stop, seed, counts))
}

/// Optimum of the exact model of constant rates, in real time.
fn optimum_of_model(instance: &Instance) -> f64 {
    let model = CompletionOrder.build(instance);
    let (limits, start) = (MipLimits::default(), MipStart::None);
    let solved = oracle().solve(&model, &limits, start, &mut mip::Silent).unwrap();
    assert_eq!(solved.status, MipStatus::Optimal);
    solved.dual_bound
}

/// HiGHS 1.15 with presolve calls some of these small models optimal 2 % above their optimum.
fn oracle() -> Box<dyn MipBackend> {
    #[cfg(feature = "highs")]
    return Box::new(HighsBackend { presolve: Presolve::Off });
    #[cfg(not(feature = "highs"))]
    return mip::default_backend();
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn tree_and_model_agree_on_constant_rates(instance in plain_rate_instances()) {
        let optimum = optimum_of_model(&instance);
        let outcome = run(&instance, vec![Box::new(CompletionTree)], None, 1);
        let weights: u64 = instance.jobs.iter().map(|job| job.weight).sum();
        // Completions of a plan are whole ms; micro-devices under way make another.
        let slack = 1e-6 * optimum + 2.0 * weights as f64;
        let (value, bound) = (value(&outcome).unwrap() as f64, bound(&outcome).unwrap() as f64);
        prop_assert!((value - optimum).abs() <= slack, "{value} and {optimum}");
        prop_assert!((bound - optimum).abs() <= slack, "{bound} and {optimum}");
    }

    #[test]
    fn order_search_comes_close_and_never_below(instance in plain_rate_instances()) {
        let optimum = optimum_of_model(&instance);
        let outcome = run(&instance, vec![Box::new(OrderSearchMethod)], None, 1);
        let weights: u64 = instance.jobs.iter().map(|job| job.weight).sum();
        let value = value(&outcome).unwrap() as f64;
        prop_assert!(value >= optimum * (1.0 - 1e-6) - weights as f64, "{value} and {optimum}");
        prop_assert!(value <= optimum * 1.1 + 2.0 * weights as f64, "{value} and {optimum}");
    }
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn tree_model_and_brute_force_agree_on_devices(instance in device_instances()) {
        let model = run(&instance, vec![Box::new(Exact { formulation: CompletionStep })], None, 1);
        prop_assert!(matches!(model.status, Status::Optimal | Status::Infeasible));
        let Supply::Devices(arrivals) = &instance.supply else { return Ok(()) };
        if (instance.jobs.len() as f64 + 1.0).powi(arrivals.time_ms.len() as i32) < 2e4 {
            prop_assert_eq!(value(&model), brute_force(&instance));
        }
        if streams::is_free(&instance) && model.plan.is_some() {
            // Latencies of rounds bend costs; without them the tree proves its plan.
            let mut plain = instance.clone();
            plain.jobs.iter_mut().for_each(|job| job.round_latency_ms = 0);
            let model = run(&plain, vec![Box::new(Exact { formulation: CompletionStep })], None, 1);
            let tree = run(&plain, vec![Box::new(CompletionTree)], None, 1);
            prop_assert_eq!(tree.status, Status::Optimal);
            prop_assert_eq!(value(&tree), value(&model));
            let tree = run(&instance, vec![Box::new(CompletionTree)], None, 1);
            prop_assert!(bound(&tree) <= value(&solved(&instance)));
        }
    }

    /// Weak duality: whatever the prices and cells, what they prove is true.
    #[test]
    fn any_prices_on_supply_prove_a_bound(
        instance in instances(),
        gaps in vec(1_u64..12, 0..5),
        prices in vec(vec(0_u64..40, 6), 3),
        shift in 0_u32..4,
    ) {
        let step = if matches!(instance.supply, Supply::Devices(_)) { 1 } else { 400 };
        let mut starts_ms = vec![0];
        gaps.iter().for_each(|gap| starts_ms.push(starts_ms[starts_ms.len() - 1] + gap * step));
        let cells = starts_ms.len();
        let own = |own: &Vec<u64>| {
            let mut own = own[..cells].to_vec();
            own[cells - 1] = 0;
            own
        };
        // Micro-devices are many: their prices are millionths.
        let shift = if step == 1 { shift } else { shift + 12 };
        let prices = SupplyPrices { shift, starts_ms, prices: prices.iter().map(own).collect() };
        prop_assert_eq!(SupplyPrices::of_witness(&prices.witness(), 3), Ok(prices.clone()));
        if let Some(value) = value(&solved(&instance)) {
            let proved = proved(&instance, &prices);
            prop_assert!(proved.is_ok_and(|proved| proved <= value), "{proved:?} {value}");
        }
    }

    #[test]
    fn each_method_keeps_to_its_budget_and_to_the_truth(
        instance in instances(),
        work in prop::sample::select(vec![0_u64, 20, 300, 5_000]),
    ) {
        for method in one_each() {
            let once = run(&instance, vec![method()], Some(work), 1);
            if let Some(plan) = &once.plan {
                prop_assert_eq!(cost(&instance, plan), value(&once));
            }
            if let (Some(bound), Some(value)) = (bound(&once), value(&once)) {
                prop_assert!(bound <= value);
            }
            let again = run(&instance, vec![method()], Some(work), 2);
            prop_assert_eq!(timeless(once), timeless(again));
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn threads_change_nothing(
        instance in instances(),
        work in prop::sample::select(vec![0_u64, 100, 3_000, 50_000]),
    ) {
        let run = |threads| {
            let budget = Budget::new(None, Some(work), CancelToken::new());
            let options = Options { seed: 3, threads, gap: 0.0 };
            timeless(solve(&instance, &methods(), &options, &budget, None, &Silent).unwrap())
        };
        let one = run(1);
        for threads in [2, 4] {
            prop_assert_eq!(&run(threads), &one, "{} threads", threads);
        }
    }

    #[test]
    fn lists_give_a_plan_without_any_budget(instance in instances()) {
        let mut instance = instance;
        for job in &mut instance.jobs {
            job.deadline_ms = None;
            job.min_share_ppm = None;
        }
        let outcome = run(&instance, vec![], Some(0), 1);
        // Without a plan there is a job that no supply ever serves, or a list that wastes it.
        let full = super::support::guessed(&instance);
        prop_assert!(outcome.plan.is_some() || full.plan.is_none() || full.status != Status::Unknown);
    }

    /// Prices that go on from mean busy times prove no less than those do.
    #[test]
    fn prices_on_supply_do_not_fall_behind_mean_busy_times(instance in rate_instances()) {
        let found = FoundPrices::default();
        let busy = run(&instance, vec![Box::new(MeanBusyTime { found: found.clone() })], None, 1);
        let price = run(&instance, vec![Box::new(PriceSearch { found })], None, 1);
        if let (Some(busy), Some(price)) = (bound(&busy), bound(&price)) {
            // The grid costs a little.
            prop_assert!(price as f64 >= 0.97 * busy as f64 - 2.0, "{price} {busy}");
        }
    }
}

/// A class that is wanted twice: its price must rise, and then proves the optimum.
#[test]
fn prices_prove_what_contention_costs() {
    let instance: Instance = serde_json::from_value(serde_json::json!({
        "classes": [{ "name": "a" }, { "name": "b" }],
        "supply": { "kind": "rates", "rate_micro_per_s": [[1_000_000], [1_000_000]] },
        "jobs": [
            { "name": "both", "demand_devices": 300 },
            { "name": "one", "demand_devices": 100, "classes": ["b"] },
        ],
    }))
    .unwrap();
    let outcome = run(&instance, vec![Box::new(PriceSearch::default())], None, 1);
    // `one` is done after 100 s, `both` gets 100 + 2 · 100 devices by 200 s.
    assert_eq!(value(&outcome), Some(300_000));
    let bound = bound(&outcome).unwrap();
    assert!((299_000..=300_000).contains(&bound), "{bound}");
    let certificate = outcome.certificate.unwrap();
    assert_eq!(IrsMatching::verify(&instance, &certificate), Ok(()));
}

#[test]
fn witnesses_of_prices_are_checked() {
    let fine = [3, 2, 0, 50, 7, 0];
    assert!(SupplyPrices::of_witness(&fine, 1).is_ok());
    let broken: [&[u64]; 7] = [
        &[],
        &[3],
        // A shift, a cell count, an order, a free last cell, a price, a length.
        &[61, 2, 0, 50, 7, 0],
        &[3, u64::MAX, 0, 50, 7, 0],
        &[3, 2, 0, 0, 7, 0],
        &[3, 2, 0, 50, 7, 1],
        &[3, 2, 0, 50, 1 << 62, 0],
    ];
    for witness in broken {
        assert!(SupplyPrices::of_witness(witness, 1).is_err(), "{witness:?}");
    }
    assert!(SupplyPrices::of_witness(&fine, 2).is_err());
}
