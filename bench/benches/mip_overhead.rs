//! What the MIP layer adds around an engine: building a model, validating it, judging a vector,
//! proving a bound. One million nonzeros (set covering, 100,000 columns, 10 entries each).

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use placewright_solver::bound::linear_certificate::{DEFAULT_SHIFT, DualCertificate};
use placewright_solver::mip::{Bounds, Column, MipModel};

const COLUMNS: usize = 100_000;
const ROWS: usize = 10_000;

/// Column `j` covers ten rows scattered by multiplication with a prime.
fn covering() -> MipModel {
    let mut rows: Vec<Vec<(Column, f64)>> = vec![Vec::new(); ROWS];
    for column in 0..COLUMNS {
        for entry in 0..10 {
            rows[(column * 10 + entry) * 7919 % ROWS].push((Column::new(column), 1.0));
        }
    }
    let mut model = MipModel::with_capacity("covering", COLUMNS, ROWS, 10 * COLUMNS);
    for column in 0..COLUMNS {
        model.add_binary(format_args!("x{column}"), (1 + column % 50) as f64);
    }
    for (row, entries) in rows.into_iter().enumerate() {
        model.add_row(format_args!("r{row}"), Bounds::at_least(1.0), entries);
    }
    model
}

fn benches(criterion: &mut Criterion) {
    let model = covering();
    let all = vec![1.0; COLUMNS];
    let duals = vec![0.1; ROWS];
    let mut group = criterion.benchmark_group("mip_layer_1e6_nonzeros");
    group.sample_size(10);
    group.bench_function("build", |bencher| bencher.iter(|| black_box(covering())));
    group.bench_function("validate", |bencher| bencher.iter(|| model.validate()));
    group.bench_function("violations", |bencher| bencher.iter(|| model.violations(&all, 1e-6)));
    group.bench_function("certificate", |bencher| {
        bencher.iter(|| DualCertificate::from_duals(&model, &duals, DEFAULT_SHIFT));
    });
    group.finish();
}

criterion_group!(mip_overhead, benches);
criterion_main!(mip_overhead);
