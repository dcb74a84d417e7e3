//! Search and bound of site assignment: `cargo bench --bench site_assignment`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use placewright_instances::family::{Family, find};
use placewright_models::site_assignment::SiteAssignment;
use placewright_models::site_assignment::certificate::{Pricing, priced_bound};
use placewright_models::site_assignment::insertion::inserted;
use placewright_models::site_assignment::instance::{Index, Instance};
use placewright_models::site_assignment::search::assigned::Table;
use placewright_models::site_assignment::search::ejection::{Descent, Looks};
use placewright_models::site_assignment::search::preference::Preferences;
use placewright_models::site_assignment::search::walk::{STEP, Walk};
use placewright_solver::seed::Seed;

const KINDS: [&str; 2] = ["assignment", "location"];

fn generated(kind: &str) -> Instance {
    let generator = find(SiteAssignment::generators(), kind).expect("there is one");
    let options = [("sites", "20"), ("customers", "200")];
    let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (generator.run)(1, &options.into_iter().collect()).expect("known options")
}

/// Changes tried by the walk.
fn walk(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("site assignment/walk");
    group.throughput(Throughput::Elements(STEP.into()));
    for kind in KINDS {
        let instance = generated(kind);
        let index = Index::new(&instance);
        let preferences = Preferences::new(&index, None);
        let board = inserted(&index, &preferences).expect("generated instances have a plan");
        let mut walk = Walk::new(board, &preferences, Seed(1).generator());
        let temperature = 0.1 * walk.typical_change();
        group.bench_function(kind, |bencher| bencher.iter(|| walk.step(temperature)));
    }
    group.finish();
}

/// Descents from a random plan to a local optimum.
fn descents(criterion: &mut Criterion) {
    let instance = generated("assignment");
    let index = Index::new(&instance);
    let (table, preferences) = (Table::new(&index), Preferences::new(&index, None));
    let sites = (0..index.customers()).map(|customer| preferences.of(customer)[..6].to_vec());
    let profit = |customer: usize, site: usize| -table.pair(customer, site).cost as f64;
    let looks = Looks::new(&table, sites.collect(), profit);
    let prices = vec![table.mean_unit_cost(); table.sites];
    let mut descent = Descent::new(&table, looks, prices);
    let mut random = Seed(1).generator();
    criterion.bench_function("site assignment/descent", |bencher| {
        bencher.iter(|| {
            let mut plan = descent.random_plan(&mut random);
            descent.descend(&mut plan, &mut random, || false);
            black_box(plan.cost)
        });
    });
}

/// A bound under given prices, as the referee recomputes it.
fn bound(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("site assignment/bound");
    for kind in KINDS {
        let instance = generated(kind);
        let index = Index::new(&instance);
        let price = |customer: usize| {
            let costs = (0..index.sites()).map(|site| index.cost(customer, site));
            2 * costs.min().unwrap_or(0)
        };
        let prices = (0..index.customers()).map(price).collect();
        let pricing = Pricing { shift: 0, prices };
        group.bench_function(kind, |bencher| {
            bencher.iter(|| black_box(priced_bound(&index, &pricing)));
        });
    }
    group.finish();
}

criterion_group!(benches, walk, descents, bound);
criterion_main!(benches);
