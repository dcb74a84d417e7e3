//! Kernels of circuit allocation: `cargo bench --bench circuit_kernels`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use placewright_bench::circuit_states::{Dice, JobSizes, filled, fragmented};
use placewright_models::circuit_allocation::kernel::place::Placer;
use placewright_models::circuit_allocation::kernel::rewire::{Effort, konig, rewire};
use placewright_solver::graph::edge_colouring;

fn placement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("circuit/place");
    group.sample_size(10);
    for (leaves, gpus) in [(16, 16), (32, 32), (64, 64), (256, 64), (1024, 64)] {
        let mut dice = Dice::new(1);
        let states: Vec<_> =
            (0..40).map(|_| fragmented(leaves, gpus, JobSizes::PowersOfTwo, &mut dice)).collect();
        let mut placer = Placer::new();
        group.bench_function(format!("{leaves} x {gpus}, 40 states"), |bencher| {
            bencher.iter(|| {
                for state in &states {
                    let found = placer.place(
                        &state.free_gpus,
                        &state.links,
                        state.shape,
                        &state.cost,
                        20_000,
                    );
                    black_box(found);
                }
            });
        });
    }
    group.finish();
}

fn colouring(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("circuit/edge colouring");
    group.sample_size(10);
    for (size, degree) in [(16, 16), (32, 31), (256, 63), (1024, 64)] {
        let mut dice = Dice::new(2);
        let edges: Vec<(u32, u32)> = (0..degree)
            .flat_map(|_| {
                let (shift, stride) = (dice.below(size), 2 * dice.below(size / 2) + 1);
                (0..size).map(move |node| (node, (node * stride + shift) % size))
            })
            .collect();
        group.bench_function(format!("{size} + {size}, degree {degree}"), |bencher| {
            bencher.iter(|| edge_colouring(size as usize, size as usize, black_box(&edges)));
        });
    }
    group.finish();
}

fn rewiring(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("circuit/rewire");
    group.sample_size(10);
    for (size, fill, new) in [(8, 80, 6), (16, 85, 16), (16, 85, 36), (32, 90, 64)] {
        let state = filled(size, size, fill, new, &mut Dice::new(3));
        group.bench_function(format!("{size} leaves, {new} new"), |bencher| {
            bencher.iter(|| {
                rewire(&state.ports, &state.live, black_box(&state.demand), 1, Effort::default())
            });
        });
        group.bench_function(format!("{size} leaves, from nothing"), |bencher| {
            bencher.iter(|| konig(&state.ports, black_box(&state.demand)));
        });
    }
    group.finish();
}

criterion_group!(benches, placement, colouring, rewiring);
criterion_main!(benches);
