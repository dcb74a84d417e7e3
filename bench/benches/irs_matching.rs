//! The matching engine: `cargo bench --bench irs_matching`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use placewright_models::irs_matching::online::answer::{Decision, NewJob, Outcome, Report};
use placewright_models::irs_matching::online::classes::Classes;
use placewright_models::irs_matching::online::engine::{Engine, EngineSettings};
use placewright_models::irs_matching::online::job::{JobId, JobSpec, usual_quorum};
use placewright_models::irs_matching::online::matcher::Matcher;
use placewright_models::irs_matching::online::requirement::{Device, Requirement};
use placewright_models::irs_matching::online::rule::Rule;

/// Jobs with open rounds over all groups, and device classes that serve a run of groups each.
fn busy(rule: &str, jobs: usize, groups: usize, classes: usize) -> Matcher {
    let mut known = Classes::default();
    for class in 0..classes {
        let first = class % groups;
        let run = (0..=class % 5).map(|step| 1_u128 << ((first + step) % groups));
        known.intern(run.sum(), (class / groups) as u8);
    }
    let classes = known.len();
    let rule = Rule::named(rule, 1).expect("a known policy");
    let mut matcher = Matcher::new(rule, known);
    for second in 0..2000 {
        matcher.check_in(second as usize % classes, second * 10);
    }
    for job in 0..jobs {
        let demand = 20 + (job * 37 % 1480) as u32;
        let spec = JobSpec {
            group: (job % groups) as u8,
            demand,
            quorum: usual_quorum(demand),
            deadline_ms: 600_000,
            rounds: Some(530 + (job * 101 % 3470) as u32),
            weight: 1.0,
        };
        let id = matcher.register(spec, 20_000);
        matcher.open(id, 620_000, 20_000);
    }
    matcher
}

/// Device after device against one plan; rounds so large that they never fill.
fn decisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("irs_matching/check_in");
    let demand = 100_000_000;
    let mut matcher = busy("flow", 50, 4, 5);
    let spec = JobSpec {
        group: 0,
        demand,
        quorum: usual_quorum(demand),
        deadline_ms: 1 << 40,
        rounds: Some(1),
        weight: 1.0,
    };
    for job in 0..4 {
        let id = matcher.register(JobSpec { group: job, ..spec }, 20_000);
        matcher.open(id, 1 << 40, 20_000);
    }
    let classes = matcher.classes().len();
    group.throughput(Throughput::Elements(1000));
    group.bench_function("decision", |bencher| {
        let mut class = 0;
        bencher.iter(|| {
            for _ in 0..1000 {
                class = if class + 1 == classes { 0 } else { class + 1 };
                black_box(matcher.check_in(class, 20_000));
            }
        });
    });
    group.finish();
}

fn engine() -> (Engine, Vec<JobId>) {
    let mut engine = Engine::new(EngineSettings::default(), Rule::default());
    let new = |bits, demand| NewJob {
        requirement: Requirement::Bits(bits),
        demand,
        quorum: None,
        deadline_ms: 600_000,
        estimated_rounds: Some(1000),
        weight: 1.0,
    };
    let mut jobs = Vec::new();
    for number in 0..50_u32 {
        let bits = [0b1, 0b11, 0b101, 0b1111][number as usize % 4];
        let job = engine.register_job(&new(bits, 100 + number * 20), 0).expect("a sound job");
        engine.open_round(job, 0).expect("no round is open");
        jobs.push(job);
    }
    (engine, jobs)
}

/// Check-in, acceptance, report, and the closing and opening of rounds on the way.
fn rounds(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("irs_matching/engine");
    group.throughput(Throughput::Elements(10_000));
    group.bench_function("check in, accept, report, rounds", |bencher| {
        bencher.iter_batched(
            engine,
            |(mut engine, _)| {
                for number in 0..10_000_u64 {
                    let now_ms = number / 4;
                    let mask = [0b1, 0b11, 0b101, 0b1111][number as usize % 4];
                    let decision = engine.check_in(Device::Mask(mask), now_ms);
                    let Ok(Decision::Serve { offer, job }) = decision else { continue };
                    let _ = black_box(engine.accept(offer, now_ms));
                    let round = engine.job(job).map_or(0, |job| job.round);
                    if engine.report(job, round, Outcome::Result, now_ms) == Ok(Report::Quorum) {
                        let _ = engine.close_round(job, now_ms);
                        let _ = engine.open_round(job, now_ms);
                    }
                }
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

/// A round opens among 1,000 jobs of 100 groups and 200 device classes.
fn plans(criterion: &mut Criterion) {
    let mut group =
        criterion.benchmark_group("irs_matching/plan/1000 jobs, 100 groups, 200 classes");
    for rule in ["flow", "venn", "srsf_round"] {
        let mut matcher = busy(rule, 1000, 100, 200);
        group.bench_function(rule, |bencher| {
            bencher.iter(|| matcher.open(JobId(500), 620_000, black_box(20_001)));
        });
    }
    group.finish();
}

/// The order of jobs when one more comes.
fn arrivals(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("irs_matching/arrival");
    group.sample_size(10);
    for (jobs, groups, classes) in [(50, 4, 5), (1000, 100, 200)] {
        let matcher = busy("flow", jobs, groups, classes);
        let spec = matcher.jobs()[0].spec;
        group.bench_function(format!("flow, {jobs} jobs"), |bencher| {
            bencher.iter_batched(
                || matcher.clone(),
                |mut matcher| matcher.register(spec, 20_002),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, decisions, rounds, plans, arrivals);
criterion_main!(benches);
