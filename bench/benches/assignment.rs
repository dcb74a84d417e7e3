//! Weighted bipartite assignment, full and sparse: `cargo bench --bench assignment`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use placewright_solver::graph::{
    DenseCosts, FlowNetwork, SparseCosts, assign_dense, assign_sparse, generate_costs,
};

fn full(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("assignment/full");
    for side in [100, 1_000] {
        let costs = network(side, side).costs().to_vec();
        // One cost for every pair, as the generator documents.
        let costs = DenseCosts::new(side, side, costs).expect("a full matrix");
        group.bench_function(side.to_string(), |bencher| {
            bencher.iter(|| assign_dense(black_box(&costs)));
        });
    }
    group.finish();
}

fn sparse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("assignment/sparse");
    group.sample_size(10);
    for side in [10_000, 100_000] {
        let network = network(side, 10);
        let ends = network.tails().iter().zip(network.heads()).zip(network.costs());
        let entries: Vec<(u32, u32, i64)> =
            ends.map(|((tail, head), &cost)| (tail.0, head.0 - side as u32, cost)).collect();
        // Heads are numbered behind the rows, as the generator documents.
        let costs = SparseCosts::new(side, side, &entries).expect("valid pairs");
        group.bench_function(side.to_string(), |bencher| {
            bencher.iter(|| assign_sparse(black_box(&costs)));
        });
    }
    group.finish();
}

fn network(rows: usize, degree: usize) -> FlowNetwork {
    // Far below the size limits of a network.
    generate_costs::assignment(rows, degree, 1).expect("a standard instance")
}

criterion_group!(benches, full, sparse);
criterion_main!(benches);
