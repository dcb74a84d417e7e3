//! Placement decisions per second under churn: `cargo bench --bench circuit_online`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use placewright_models::circuit_allocation::instance::{Moves, Traffic};
use placewright_models::circuit_allocation::online::choice::Choice;
use placewright_models::circuit_allocation::online::cluster::Cluster;
use placewright_models::circuit_allocation::online::placement::{Ask, JobId};
use placewright_models::circuit_allocation::online::policy::Policy;
use placewright_models::circuit_allocation::online::state::State;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Jobs come and go on a cluster that is kept about 85 % full.
struct Churn {
    state: State,
    policy: Box<dyn Policy + Send>,
    draw: Xoshiro256PlusPlus,
    next: u64,
    placed: u64,
    spread: u64,
}

/// Sizes and weights: the mix of the 512-GPU job lists, from one server to 16.
const SIZES: [(u32, u32); 5] = [(8, 35), (16, 25), (32, 20), (64, 12), (128, 8)];

impl Churn {
    fn new(cluster: Cluster, choice: Choice) -> Self {
        let (state, policy) = (State::new(cluster), choice.policy());
        let draw = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut churn = Self { state, policy, draw, next: 0, placed: 0, spread: 0 };
        (0..4000).for_each(|_| churn.decide());
        churn
    }

    /// One decision: first jobs end while the cluster is too full, then one is placed.
    fn decide(&mut self) {
        while self.state.gpus().total() < self.state.cluster().gpus() * 15 / 100 {
            let place = self.draw.random_range(0..self.state.live().len());
            if let Some((&job, _)) = self.state.live().iter().nth(place) {
                self.state.release(job);
            }
        }
        let mut at = self.draw.random_range(0..100);
        let size = SIZES.iter().find(|(_, weight)| {
            let found = at < *weight;
            at = at.saturating_sub(*weight);
            found
        });
        let job = JobId(self.next);
        let gpus = size.map_or(8, |of| of.0);
        let ask = Ask { job, gpus, traffic: Traffic::Any, moves: Moves::Forbidden };
        if let Ok(placement) = black_box(self.policy.place(&self.state, &ask)) {
            self.placed += 1;
            self.spread += u64::from(!placement.circuits.is_empty());
            self.state.place(job, Traffic::Any, &placement);
            self.next += 1;
        }
    }
}

fn decisions(criterion: &mut Criterion) {
    // 160 leaves of 16 nodes of 8 GPUs: 2,560 nodes, 20,480 GPUs.
    let clusters = [
        (Choice::DefaultSwitched, Cluster::switched(160, 16, 8, 2)),
        (Choice::OcsFixed, Cluster::switched(160, 16, 8, 2)),
        (Choice::FirstFit, Cluster::clos(160, 16, 8)),
        (Choice::VclosExact, Cluster::clos(160, 16, 8)),
        (Choice::DefaultStatic, Cluster::clos(160, 16, 8)),
    ];
    let mut group = criterion.benchmark_group("circuit_allocation/decisions");
    group.throughput(Throughput::Elements(1000)).sample_size(10);
    for (choice, cluster) in clusters {
        let mut churn = Churn::new(cluster, choice);
        group.bench_function(choice.name(), |bencher| {
            bencher.iter(|| (0..1000).for_each(|_| churn.decide()));
        });
        let (tried, placed, spread) = (churn.next, churn.placed, churn.spread);
        eprintln!("{}: {tried} started, {placed} placed, {spread} with circuits", choice.name());
    }
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
