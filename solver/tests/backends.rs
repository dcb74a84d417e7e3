//! The exact engines through their common interface: statuses, bounds, starts and limits.
#![allow(clippy::unwrap_used)] // helpers of tests may panic like the tests themselves

use std::time::{Duration, Instant};

use placewright_solver::budget::CancelToken;
use placewright_solver::mip::{
    Bounds, Column, ColumnKind, Engine, MipBackend, MipError, MipLimits, MipModel, MipObserver,
    MipOutcome, MipStart, MipStatus, Sense, Silent, backends, default_backend,
};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Generalised assignment with correlated costs (class D), hard from about 5 x 40 on.
fn assignment_d(machines: usize, jobs: usize, seed: u64) -> MipModel {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut model = MipModel::new("gap-d");
    let mut weights = Vec::new();
    for cell in 0..machines * jobs {
        let weight: i32 = random.random_range(1..=100);
        weights.push(f64::from(weight));
        let cost = 111 - weight + random.random_range(-10..=10);
        model.add_binary(format_args!("x({},{})", cell / jobs, cell % jobs), f64::from(cost));
    }
    for machine in 0..machines {
        let cells = machine * jobs..(machine + 1) * jobs;
        let capacity = 0.8 * weights[cells.clone()].iter().sum::<f64>() / machines as f64;
        let entries = cells.map(|cell| (Column::new(cell), weights[cell]));
        model.add_row(format_args!("cap{machine}"), Bounds::at_most(capacity.floor()), entries);
    }
    for job in 0..jobs {
        let entries = (0..machines).map(|machine| (Column::new(machine * jobs + job), 1.0));
        model.add_row(format_args!("job{job}"), Bounds::exactly(1.0), entries);
    }
    model
}

fn knapsack() -> MipModel {
    let mut model = MipModel::new("knapsack");
    let worth = [10.0, 13.0, 7.0, 8.0];
    let weight = [5.0, 6.0, 3.0, 4.0];
    let items: Vec<_> = (0..4).map(|i| model.add_binary(format_args!("x{i}"), worth[i])).collect();
    model.add_row("weight", Bounds::at_most(10.0), items.iter().copied().zip(weight));
    model.set_sense(Sense::Maximise);
    model.set_constant(100.0);
    model
}

fn solve(backend: &dyn MipBackend, model: &MipModel) -> MipOutcome {
    backend.solve(model, &MipLimits::default(), MipStart::None, &mut Silent).unwrap()
}

#[test]
fn every_backend_finds_the_optimum_with_its_constant() {
    for backend in backends() {
        let outcome = solve(backend.as_ref(), &knapsack());
        assert_eq!(outcome.status, MipStatus::Optimal, "{}", backend.name());
        assert_eq!(outcome.objective, Some(121.0));
        assert_eq!((outcome.dual_bound, outcome.gap), (121.0, 0.0));
        assert_eq!(outcome.values, Some(vec![0.0, 1.0, 0.0, 1.0]));
    }
}

#[test]
fn every_backend_tells_infeasible_from_unbounded() {
    let mut infeasible = MipModel::new("infeasible");
    let x = infeasible.add_column("x", Bounds::between(0.2, 0.8), 1.0, ColumnKind::Integer);
    infeasible.add_row("r", Bounds::at_most(9.0), [(x, 1.0)]);
    let mut unbounded = MipModel::new("unbounded");
    let y = unbounded.add_column("y", Bounds::NON_NEGATIVE, -1.0, ColumnKind::Continuous);
    unbounded.add_row("r", Bounds::at_least(0.0), [(y, 1.0)]);
    for backend in backends() {
        let outcome = solve(backend.as_ref(), &infeasible);
        assert_eq!((outcome.status, outcome.dual_bound), (MipStatus::Infeasible, f64::INFINITY));
        assert_eq!(outcome.values, None);
        let outcome = solve(backend.as_ref(), &unbounded);
        let known = [MipStatus::Unbounded, MipStatus::InfeasibleOrUnbounded];
        assert!(known.contains(&outcome.status), "{}: {:?}", backend.name(), outcome.status);
        assert_eq!((outcome.dual_bound, outcome.gap), (f64::NEG_INFINITY, f64::INFINITY));
    }
}

#[test]
fn every_backend_answers_models_without_columns_or_rows() {
    let mut empty = MipModel::new("empty");
    empty.set_constant(3.0);
    let mut impossible = empty.clone();
    impossible.add_row("r", Bounds::at_least(1.0), []);
    let mut rowless = MipModel::new("rowless");
    rowless.add_column("x", Bounds::between(-2.0, 5.0), 1.0, ColumnKind::Integer);
    for backend in backends() {
        let outcome = solve(backend.as_ref(), &empty);
        assert_eq!((outcome.status, outcome.objective), (MipStatus::Optimal, Some(3.0)));
        assert_eq!(solve(backend.as_ref(), &impossible).status, MipStatus::Infeasible);
        let outcome = solve(backend.as_ref(), &rowless);
        assert_eq!((outcome.status, outcome.objective), (MipStatus::Optimal, Some(-2.0)));
    }
}

#[test]
fn an_invalid_model_is_refused_by_every_backend() {
    let mut model = knapsack();
    model.set_cost(Column::new(0), f64::NAN);
    for backend in backends() {
        let limits = MipLimits::default();
        let answer = backend.solve(&model, &limits, MipStart::None, &mut Silent);
        assert!(matches!(answer, Err(MipError::Model(_))));
    }
}

#[test]
fn a_start_that_breaks_the_model_is_an_error() {
    for backend in backends() {
        let too_heavy = [1.0, 1.0, 1.0, 1.0];
        let limits = MipLimits::default();
        let answer = backend.solve(&knapsack(), &limits, MipStart::Full(&too_heavy), &mut Silent);
        assert!(matches!(answer, Err(MipError::Start(broken)) if broken.len() == 1));
    }
}

/// Remembers all it is told.
#[derive(Default)]
struct Diary {
    objectives: Vec<f64>,
    bounds: Vec<f64>,
}

impl MipObserver for Diary {
    fn on_incumbent(&mut self, _values: &[f64], objective: f64) {
        self.objectives.push(objective);
    }

    fn on_bound(&mut self, bound: f64, _nodes: u64, _lp_iterations: u64) {
        self.bounds.push(bound);
    }
}

#[test]
fn a_full_start_is_the_first_incumbent_even_with_no_time_at_all() {
    let start = [1.0, 0.0, 1.0, 0.0];
    for backend in backends() {
        let mut diary = Diary::default();
        let limits = MipLimits::within(Duration::ZERO);
        let outcome =
            backend.solve(&knapsack(), &limits, MipStart::Full(&start), &mut diary).unwrap();
        assert_eq!(diary.objectives[0], 117.0, "{}", backend.name());
        assert!(outcome.objective >= Some(117.0));
    }
}

#[test]
fn the_deadline_is_kept_and_the_answer_checked() {
    let model = assignment_d(8, 60, 1);
    let backend = default_backend();
    let (time, mut diary, started) = (Duration::from_millis(600), Diary::default(), Instant::now());
    let limits = MipLimits::within(time);
    let outcome = backend.solve(&model, &limits, MipStart::None, &mut diary).unwrap();
    assert!(started.elapsed() < time + limits.grace + Duration::from_secs(1));
    if let Some(values) = &outcome.values {
        assert!(model.violations(values, 1e-6).is_empty());
        assert_eq!(diary.objectives.last().copied(), outcome.objective);
        assert!(diary.objectives.is_sorted_by(|a, b| a > b));
        assert!(diary.bounds.is_sorted() && outcome.dual_bound <= outcome.objective.unwrap());
    }
}

#[test]
fn cancelling_ends_the_search() {
    let model = assignment_d(8, 60, 2);
    let limits = MipLimits { cancel: CancelToken::new(), ..MipLimits::default() };
    let (token, started) = (limits.cancel.clone(), Instant::now());
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        token.cancel();
    });
    let outcome = default_backend().solve(&model, &limits, MipStart::None, &mut Silent).unwrap();
    canceller.join().unwrap();
    assert_eq!(outcome.status, MipStatus::Stopped(placewright_solver::mip::MipStop::Cancelled));
    assert!(started.elapsed() < Duration::from_secs(2));
    assert!(outcome.engine == Engine::Returned || outcome.seconds > 0.5);
}
