//! Search, bounds, referee, moves and replay of replication placement:
//! `cargo bench --bench replication_placement`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use placewright_instances::family::{Family, find};
use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::certificate::{Pricing, proved_by};
use placewright_models::replication_placement::check::judge;
use placewright_models::replication_placement::instance::{Index, Instance};
use placewright_models::replication_placement::moves::schedule;
use placewright_models::replication_placement::plan::Plan;
use placewright_models::replication_placement::replay::sampled::{Repairs, sample};
use placewright_models::replication_placement::replay::trial::{
    ReplicaStalls, Rules, Spares, replay,
};
use placewright_models::replication_placement::search::board::Board;
use placewright_models::replication_placement::search::insertion::{Order, insert, order};
use placewright_models::replication_placement::search::scout::{Allowed, Scout};
use placewright_models::replication_placement::search::walk::{STEP, Walk};
use placewright_solver::budget::{Budget, CancelToken};
use placewright_solver::seed::Seed;

/// Shards and nodes.
const SIZES: [(u32, u32); 3] = [(40, 36), (400, 120), (4_000, 400)];

const YEAR_MS: u64 = 365 * 86_400_000;

fn generated(kind: &str, shards: u32, nodes: u32) -> Instance {
    let generator = find(ReplicationPlacement::generators(), kind).expect("there is one");
    let options = [("shards", shards), ("nodes", nodes)];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_string()));
    (generator.run)(1, &options.into_iter().collect()).expect("known options")
}

fn inserted<'a>(index: &'a Index<'a>) -> Board<'a> {
    let mut scout = Scout::default();
    let list = order(index, &mut scout, Order::Size);
    let budget = Budget::new(None, None, CancelToken::new());
    insert(index, &mut scout, &list, Allowed::All, Seed(1), &budget).expect("nobody cancels")
}

fn plan(index: &Index) -> Plan {
    inserted(index).plan().expect("every shard was inserted")
}

/// One shard after the other, each at its best.
fn insertion(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replication placement/insertion");
    group.sample_size(10);
    for (shards, nodes) in SIZES {
        let instance = generated("fresh", shards, nodes);
        let index = Index::new(&instance);
        group.throughput(Throughput::Elements(shards.into()));
        group.bench_function(
            BenchmarkId::from_parameter(format!("{shards} x {nodes}")),
            |bencher| {
                bencher.iter(|| black_box(inserted(&index).total()));
            },
        );
    }
    group.finish();
}

/// Changes drawn, priced, and made or not: the same rate whatever the size, but for caches.
fn walk(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replication placement/walk");
    group.throughput(Throughput::Elements(STEP.into()));
    for (shards, nodes) in SIZES.into_iter().chain([(40_000, 4_000)]) {
        let instance = generated("fresh", shards, nodes);
        let index = Index::new(&instance);
        let mut walk = Walk::new(inserted(&index), Seed(1)).expect("a full board");
        let threshold = 0.01 * walk.typical_cost();
        group.bench_function(
            BenchmarkId::from_parameter(format!("{shards} x {nodes}")),
            |bencher| {
                bencher.iter(|| walk.step(threshold));
            },
        );
    }
    group.finish();
}

/// Cost and rules of a plan, and what prices prove, both as the referee says.
fn referee(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replication placement/referee");
    group.sample_size(10);
    for (shards, nodes) in SIZES {
        let instance = generated("fresh", shards, nodes);
        let index = Index::new(&instance);
        let (plan, pricing) = (plan(&index), Pricing::zero(&index));
        let size = format!("{shards} x {nodes}");
        group.bench_function(BenchmarkId::new("plan", &size), |bencher| {
            bencher.iter(|| black_box(judge(&instance, &plan)));
        });
        group.bench_function(BenchmarkId::new("prices", &size), |bencher| {
            bencher.iter(|| black_box(proved_by(&index, &pricing)));
        });
    }
    group.finish();
}

/// The way from where shards are to another plan, in waves.
fn moves(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replication placement/moves");
    group.sample_size(10);
    for (shards, nodes) in SIZES {
        let instance = generated("moves", shards, nodes);
        let index = Index::new(&instance);
        let plan = plan(&index);
        group.bench_function(
            BenchmarkId::from_parameter(format!("{shards} x {nodes}")),
            |bencher| {
                bencher.iter(|| black_box(schedule(&index, &plan)));
            },
        );
    }
    group.finish();
}

/// A year of failures drawn from the rates, and what a plan loses in it.
fn failures(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("replication placement/a year of failures");
    group.sample_size(10);
    let rules =
        Rules { spares: Spares::Yes, stalls: ReplicaStalls::Yes, block_ms: 30 * 86_400_000 };
    for (shards, nodes) in SIZES {
        let instance = generated("fresh", shards, nodes);
        let index = Index::new(&instance);
        let plan = plan(&index);
        group.bench_function(
            BenchmarkId::from_parameter(format!("{shards} x {nodes}")),
            |bencher| {
                bencher.iter(|| {
                    let timeline = sample(&index, YEAR_MS, Repairs::Exponential, Seed(1));
                    black_box(replay(&index, &plan, &timeline, &rules, Seed(2)))
                });
            },
        );
    }
    group.finish();
}

criterion_group!(benches, insertion, walk, referee, moves, failures);
criterion_main!(benches);
