//! Maximum flow on the standard instances: `cargo bench --bench max_flow`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use placewright_solver::graph::generate::MAX_FLOW_KINDS;
use placewright_solver::graph::max_flow;

fn standard_instances(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("max_flow");
    group.sample_size(10);
    for kind in MAX_FLOW_KINDS {
        // The kinds are within the size limits of a network, so none of them is refused.
        let problem = (kind.generate)(1).expect("a standard instance");
        group.bench_function(kind.name, |bencher| {
            bencher.iter(|| max_flow(black_box(&problem.network), problem.source, problem.sink));
        });
    }
    group.finish();
}

criterion_group!(benches, standard_instances);
criterion_main!(benches);
