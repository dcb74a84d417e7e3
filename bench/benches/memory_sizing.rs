//! Kernels of memory sizing: `cargo bench --bench memory_sizing`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use placewright_instances::family::{Family, Options as Settings, generate};
use placewright_models::memory_sizing::MemorySizing;
use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::ladder::{Scale, cheapest_ladder, own_rungs};
use placewright_models::memory_sizing::menu_table::MenuTable;
use placewright_models::memory_sizing::online::engine::Engine;
use placewright_models::memory_sizing::online::rule::Rule;
use placewright_models::memory_sizing::online::settings::Settings as OnlineSettings;
use placewright_models::memory_sizing::online::task::{Outcome, Task};
use placewright_models::memory_sizing::prepared::Prepared;
use placewright_models::memory_sizing::priced::{Prices, priced_choices};
use placewright_models::memory_sizing::replay::cluster::nodes::{Cluster, Node};
use placewright_models::memory_sizing::replay::cluster::release::{Run, at_once};
use placewright_models::memory_sizing::replay::cluster::simulate::{Dispatch, simulate};
use placewright_models::memory_sizing::replay::history::{History, Record};
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::driver::{Methods, Options, solve};
use placewright_solver::event::Silent;
use placewright_solver::problem::Problem;

fn instance(kind: &str) -> Instance {
    let size = Settings::from([("size".to_owned(), "large".to_owned())]);
    generate::<MemorySizing>("bench", kind, 1, &size).expect("a known kind and size").instance
}

fn offline(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("memory_sizing");
    let instance = instance("menu+failures");
    let prepared = Prepared::new(&instance);
    let largest = prepared.profiles.iter().max_by_key(|profile| profile.levels());
    let profile = largest.expect("the instance has types");
    let rungs = own_rungs::<i128>(profile);
    group.bench_function(format!("ladder/{} sizes", rungs.len()), |bencher| {
        bencher.iter(|| cheapest_ladder(black_box(profile), &rungs, Scale::default()));
    });
    let prices = Prices { failure: 1 << 20, memory: 0 };
    group.bench_function(format!("priced ladders/{} types", instance.types.len()), |bencher| {
        bencher.iter(|| priced_choices(&instance, &prepared, None, black_box(prices)));
    });
    let menu: Vec<u64> = prepared.sizes_mib.iter().copied().step_by(97).take(12).collect();
    let table = MenuTable::new(&instance, &prepared, Prices::default(), &menu);
    let entries: Vec<u32> = (0..12).map(|i| i * (table.sizes_mib.len() as u32 - 1) / 11).collect();
    group.bench_function(
        format!("menu cost/{} types, 12 sizes", instance.types.len()),
        |bencher| {
            bencher.iter(|| table.cost(black_box(&entries)));
        },
    );
    let methods = Methods { improving: Vec::new(), exact: Vec::new(), ..MemorySizing::methods() };
    let budget = Budget::new(None, Some(100_000), CancelToken::new());
    let options = Options { seed: 1, threads: 1, gap: 0.0 };
    let outcome = solve(&instance, &methods, &options, &budget, None, &Silent);
    let plan = outcome.expect("a valid instance").plan.expect("a menu has a plan");
    group.bench_function(format!("referee/{} types", instance.types.len()), |bencher| {
        bencher.iter(|| MemorySizing::judge(&instance, black_box(&plan)));
    });
    group.finish();
}

/// Numbers in [0, 1), the same ones every time.
fn random() -> impl FnMut() -> f64 {
    let mut state = 1_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    }
}

/// A type after 10,000 tasks whose memory follows the input, with noise.
fn learned(rule: &str) -> (Engine, Task, Outcome) {
    let settings = OnlineSettings::default();
    let rule = Rule::named(rule, &settings).expect("a known rule");
    let mut engine = Engine::new(settings, rule);
    let mut random = random();
    let mut last = (Task::default(), Outcome::Failed);
    for _ in 0..10_000 {
        let input = 1e9 + 9e9 * random();
        let peak_bytes = (2e9 + 0.5 * input * (1.0 + 0.05 * random())) as u64;
        let task =
            Task { input_size_bytes: Some(input), request_bytes: Some(16 << 30), label: None };
        let outcome = Outcome::Completed { peak_bytes, run_time_ms: 60_000 };
        engine.observe("t", &task, outcome).expect("a plausible task");
        last = (task, outcome);
    }
    (engine, last.0, last.1)
}

fn online(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("memory_sizing/online at 10,000 tasks");
    // A batch holds the mean: `experts` computes ladders after every 7th task, `bucketing`
    // buckets after every 157th, `witt-wastage` a line after every 1,250th.
    for (rule, tasks) in
        [("experts", 64), ("kubernetes-vpa", 64), ("bucketing", 157), ("witt-wastage", 1_250)]
    {
        let (mut engine, task, outcome) = learned(rule);
        group.bench_function(format!("{rule}/predict"), |bencher| {
            bencher.iter(|| engine.predict("t", black_box(&task)));
        });
        group.bench_function(format!("{rule}/observe, {tasks} tasks"), |bencher| {
            bencher.iter_batched_ref(
                || engine.clone(),
                |engine| {
                    for _ in 0..tasks {
                        engine.observe("t", black_box(&task), outcome).expect("a plausible task");
                    }
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

/// A workflow of 5,000 tasks of 20 types on 16 nodes whose memory is short.
fn cluster(criterion: &mut Criterion) {
    let mut random = random();
    let types = (0..20).map(|index| format!("type {index}")).collect();
    let records = (0..5_000).map(|_| {
        let task_type = (20.0 * random()) as usize;
        let input = 1e9 + 9e9 * random();
        let peak = (1e9 + 0.1 * task_type as f64 * input) * (1.0 + 0.05 * random());
        Record {
            task_type,
            task: Task {
                input_size_bytes: Some(input),
                request_bytes: Some(48 << 30),
                label: None,
            },
            peak_bytes: peak as u64,
            run_time_ms: (input / 1e5) as u64,
            cores: 1 + task_type as u32 % 4,
            submitted_ms: None,
        }
    });
    let history = History { types, records: records.collect() };
    let nodes = Cluster { nodes: vec![Node { cores: 16, memory_bytes: 64 << 30 }; 16] };
    let releases_ms = at_once(&history);
    let run = Run { history: &history, releases_ms: &releases_ms };
    let settings = OnlineSettings { limit_bytes: 64 << 30, ..OnlineSettings::default() };
    let mut group = criterion.benchmark_group("memory_sizing/cluster, 5,000 tasks on 16 nodes");
    group.sample_size(10);
    for name in ["preset", "max-seen", "experts"] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut rule = Rule::named(name, &settings).expect("a known rule");
                simulate(run, &nodes, &settings, &Dispatch::default(), &mut rule)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, offline, online, cluster);
criterion_main!(benches);
