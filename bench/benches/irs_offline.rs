//! Offline intersection resource scheduling: `cargo bench --bench irs_offline`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use placewright_models::irs_matching::offline::bounds::mean_busy::mean_busy_value_us;
use placewright_models::irs_matching::offline::bounds::mean_busy_search::{
    GridSearch, mean_busy_bound,
};
use placewright_models::irs_matching::offline::device::arrivals::{Arrivals, DeviceJob};
use placewright_models::irs_matching::offline::device::tree::device_optimum;
use placewright_models::irs_matching::offline::fluid::{Fluid, FluidJob};
use placewright_models::irs_matching::offline::heuristics::list::{StaticOrder, list_schedule};
use placewright_models::irs_matching::offline::heuristics::lp_order::lp_order;
use placewright_models::irs_matching::offline::heuristics::order_search::{
    OrderSearch, search_order, starting_orders,
};
use placewright_models::irs_matching::offline::heuristics::venn_plan::VennPlan;
use placewright_models::irs_matching::offline::order_lp::OrderPrices;
use placewright_models::irs_matching::offline::order_tree::fluid_optimum;
use placewright_models::irs_matching::offline::supply::Supply;
use placewright_solver::budget::Budget;

/// Masks of the four groups: general, compute-rich, memory-rich, both.
const GROUPS: [&[usize]; 4] = [&[0, 1, 2, 3], &[1, 3], &[2, 3], &[3]];

/// Numbers below a limit, the same ones every time.
fn dice() -> impl FnMut(u64) -> u64 {
    let mut state = 1_u64;
    move |limit| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % limit
    }
}

/// Jobs of 20 to 1,500 devices, or of 500 to 507.
fn fluid(jobs: usize, near_equal: bool) -> Fluid {
    let mut dice = dice();
    let job = |_| FluidJob {
        demand_micro: 1_000_000
            * if near_equal { 500 + dice(8) } else { 20 + dice(1_000) * dice(1_000) / 700 },
        weight: 1,
        release_ms: 0,
        masks: GROUPS[dice(4) as usize].to_vec(),
    };
    let rates_micro_per_s = vec![318_040, 81_335, 129_301, 434_828];
    Fluid { rates_micro_per_s, jobs: (0..jobs).map(job).collect() }
}

fn arrivals(count: usize, jobs: usize) -> Arrivals {
    let mut dice = dice();
    let mut time = 0;
    let times_ms = (0..count).map(|_| {
        time += 1 + dice(4);
        time
    });
    Arrivals {
        times_ms: times_ms.collect(),
        masks: (0..count).map(|_| dice(4) as usize).collect(),
        jobs: (0..jobs)
            .map(|job| DeviceJob {
                demand: 3 + dice(9),
                weight: 1,
                masks: GROUPS[job % 4].to_vec(),
            })
            .collect(),
    }
}

fn exact(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("irs_offline/exact");
    group.sample_size(10);
    for (jobs, near_equal) in [(7, false), (7, true), (10, false), (10, true), (12, false)] {
        let fluid = fluid(jobs, near_equal);
        let starts = starting_orders(&fluid);
        let name = format!("fluid/{jobs} jobs{}", if near_equal { ", near-equal" } else { "" });
        group.bench_function(name, |bencher| {
            bencher.iter(|| fluid_optimum(black_box(&fluid), &starts, &Budget::unlimited()));
        });
    }
    for jobs in [7, 20, 50] {
        let fluid = fluid(jobs, false);
        let prices = OrderPrices::new(&fluid).expect("a sound fluid");
        let order = lp_order(&fluid).expect("a sound fluid");
        group.bench_function(format!("order program/{jobs} jobs"), |bencher| {
            bencher.iter(|| prices.best(black_box(&order)));
        });
    }
    let arrivals = arrivals(150, 5);
    group.bench_function("device level/150 arrivals, 5 jobs", |bencher| {
        bencher.iter(|| device_optimum(black_box(&arrivals), &Budget::unlimited()));
    });
    group.finish();
}

fn certificates(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("irs_offline/mean busy time");
    group.sample_size(10);
    let fluid = fluid(50, false);
    let supply = Supply::constant(&fluid.rates_micro_per_s);
    let searches = [
        ("one grid of 80", GridSearch { intervals: 80, rounds: 0 }),
        ("one grid of 230", GridSearch { intervals: 230, rounds: 0 }),
        ("default", GridSearch::default()),
    ];
    for (name, search) in searches {
        group.bench_function(format!("search/50 jobs, {name}"), |bencher| {
            bencher.iter(|| {
                mean_busy_bound(&supply, black_box(&fluid.jobs), &[], search, &Budget::unlimited())
            });
        });
    }
    let found =
        mean_busy_bound(&supply, &fluid.jobs, &[], GridSearch::default(), &Budget::unlimited());
    let certificate = found.expect("a sound fluid").certificate;
    group.bench_function("referee/50 jobs", |bencher| {
        bencher.iter(|| mean_busy_value_us(&supply, &fluid.jobs, &[], black_box(&certificate)));
    });
    group.finish();
}

fn heuristics(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("irs_offline/heuristics");
    group.sample_size(10);
    let large = fluid(50, false);
    let order = lp_order(&large).expect("a sound fluid");
    group.bench_function("list/50 jobs", |bencher| {
        bencher.iter(|| list_schedule(black_box(&large), &mut StaticOrder(order.clone())));
    });
    group.bench_function("Venn's plan/50 jobs", |bencher| {
        bencher.iter(|| list_schedule(black_box(&large), &mut VennPlan));
    });
    for jobs in [7, 20, 50] {
        let fluid = fluid(jobs, false);
        let starts = starting_orders(&fluid);
        group.bench_function(format!("order search/{jobs} jobs"), |bencher| {
            bencher.iter(|| {
                search_order(
                    black_box(&fluid),
                    &starts,
                    OrderSearch::for_jobs(jobs),
                    &Budget::unlimited(),
                )
            });
        });
    }
    group.finish();
}

criterion_group!(benches, exact, certificates, heuristics);
criterion_main!(benches);
