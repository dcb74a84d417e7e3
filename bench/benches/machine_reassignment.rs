//! Proposals of the walk: `cargo bench --bench machine_reassignment`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use placewright_instances::family::{Family, find};
use placewright_models::machine_reassignment::MachineReassignment;
use placewright_models::machine_reassignment::search::board::Board;
use placewright_models::machine_reassignment::search::walk::Walk;
use placewright_solver::seed::Seed;

const PROPOSALS: u32 = 10_000;

fn proposals(criterion: &mut Criterion) {
    let generator = find(MachineReassignment::generators(), "cluster").expect("there is one");
    let mut group = criterion.benchmark_group("proposals");
    group.throughput(Throughput::Elements(PROPOSALS.into()));
    for resources in [3, 12] {
        let options = [("size", "large".to_owned()), ("resources", resources.to_string())];
        let options = options.map(|(name, value)| (name.to_owned(), value));
        let instance = (generator.run)(1, &options.into_iter().collect()).expect("known options");
        let board = Board::new(&instance, &instance.original());
        let scale = board.tables.scale();
        let mut walk = Walk::new(board, 3.0, Seed(1));
        for (name, temperature) in [("hot", scale.hot), ("warm", scale.warm), ("cold", scale.cold)]
        {
            group.bench_function(format!("{resources} resources, {name}"), |bencher| {
                bencher.iter(|| walk.step(temperature, PROPOSALS));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, proposals);
criterion_main!(benches);
