//! Minimum-cost flow on the standard instances: `cargo bench --bench min_cost_flow`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use placewright_solver::graph::generate_costs::COSTLY_KINDS;
use placewright_solver::graph::{MinCostFlowMethod, min_cost_flow};

fn standard_instances(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("min_cost_flow");
    group.sample_size(10);
    for kind in COSTLY_KINDS {
        // The kinds are within the size limits of a network, so none of them is refused.
        let network = (kind.generate)(1).expect("a standard instance");
        group.bench_function(kind.name, |bencher| {
            bencher.iter(|| min_cost_flow(black_box(&network), MinCostFlowMethod::Auto));
        });
    }
    group.finish();
}

criterion_group!(benches, standard_instances);
criterion_main!(benches);
