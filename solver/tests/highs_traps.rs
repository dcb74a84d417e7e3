//! Every way in which HiGHS has misled us, kept as a test.
#![cfg(feature = "highs")]
#![allow(clippy::unwrap_used)] // helpers of tests may panic like the tests themselves

use std::time::{Duration, Instant};

use placewright_solver::budget::Budget;
use placewright_solver::mip::highs::{
    HighsBackend, LpSession, LpStatus, NewColumn, Presolve, solve_file, write_file,
};
use placewright_solver::mip::{
    Bounds, Column, ColumnKind, Engine, InvalidModel, MicrolpBackend, MipBackend, MipError,
    MipLimits, MipModel, MipOutcome, MipStart, MipStatus, MipStop, ModelError, Sense, Silent,
    StartFate,
};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

const ON: HighsBackend = HighsBackend { presolve: Presolve::On };
const OFF: HighsBackend = HighsBackend { presolve: Presolve::Off };
const REAL: ColumnKind = ColumnKind::Continuous;
const WHOLE: ColumnKind = ColumnKind::Integer;

fn solve(backend: &dyn MipBackend, model: &MipModel) -> MipOutcome {
    backend.solve(model, &MipLimits::default(), MipStart::None, &mut Silent).unwrap()
}

/// Solves with presolve, without it and with microlp; all must agree.
fn optimum_three_ways(model: &MipModel) -> Option<f64> {
    let answers = [&ON as &dyn MipBackend, &OFF, &MicrolpBackend].map(|backend| {
        let outcome = solve(backend, model);
        let known = [MipStatus::Optimal, MipStatus::Infeasible];
        assert!(known.contains(&outcome.status), "{}: {:?}", backend.name(), outcome.status);
        outcome.objective
    });
    for other in &answers[1..] {
        match (answers[0], other) {
            (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-5 * a.abs().max(1.0), "{answers:?}"),
            (a, b) => assert_eq!(a, *b, "{answers:?}"),
        }
    }
    answers[0]
}

fn assert_optimum(model: &MipModel, expected: f64) {
    let found = optimum_three_ways(model).unwrap();
    assert!((found - expected).abs() < 1e-5, "{found} instead of {expected}");
}

/// HiGHS 1.14.0 answered 15 (issue 3043, <https://github.com/ERGO-Code/HiGHS/issues/3043>).
#[test]
fn presolve_cover_of_one_row() {
    let mut model = MipModel::new("issue 3043");
    let x = model.add_column("x", Bounds::between(0.0, 10.0), 2.0, REAL);
    let z = model.add_column("z", Bounds::between(0.0, 10.0), 3.0, WHOLE);
    model.add_row("c", Bounds::at_least(4.5), [(x, 1.0), (z, 1.0)]);
    assert_optimum(&model, 9.0);
}

/// HiGHS 1.14.0 answered 76 (issue 3002).
#[test]
fn presolve_small_mixed_model() {
    let mut model = MipModel::new("issue 3002");
    let x = model.add_column("x", Bounds::between(0.0, 4.0), 1.0, REAL);
    let y = model.add_column("y", Bounds::between(-1.0, 1.0), 4.0, REAL);
    let z = model.add_column("z", Bounds::NON_NEGATIVE, 9.0, WHOLE);
    model.add_row("c1", Bounds::at_most(5.0), [(x, 1.0), (y, 1.0)]);
    model.add_row("c2", Bounds::at_least(10.0), [(x, 1.0), (z, 1.0)]);
    model.add_row("c3", Bounds::exactly(7.5), [(y, -1.0), (z, 1.0)]);
    assert_optimum(&model, 64.0);
}

/// HiGHS 1.14.0 answered 200.01 (issue 3073).
#[test]
fn presolve_absolute_value() {
    let mut model = MipModel::new("issue 3073");
    let gap = model.add_column("gap", Bounds::NON_NEGATIVE, 100.0, REAL);
    let t = model.add_column("t", Bounds::FREE, 0.01, REAL);
    let x = model.add_column("x", Bounds::NON_NEGATIVE, 0.0, WHOLE);
    model.add_row("r0", Bounds::exactly(3.0), [(gap, 1.0), (x, 1.0)]);
    model.add_row("r1", Bounds::at_most(0.0), [(x, 1.0), (t, -1.0)]);
    model.add_row("r2", Bounds::at_most(0.0), [(x, -1.0), (t, -1.0)]);
    model.add_row("r3", Bounds::at_most(3.0), [(x, 1.0)]);
    model.add_row("r4", Bounds::at_most(-0.45), [(x, -1.0)]);
    assert_optimum(&model, 0.03);
}

/// HiGHS 1.14.0 answered 10000 (issue 3094).
#[test]
fn presolve_exclusive_links() {
    let mut model = MipModel::new("issue 3094");
    let range = Bounds::between(0.0, 1000.0);
    let x = [0, 1].map(|i| model.add_binary(format_args!("x{i}"), 0.0));
    let z = [0, 1].map(|i| model.add_column(format_args!("z{i}"), range, 0.0, REAL));
    let d =
        [(0, 10.0), (1, 8.0)].map(|(i, c)| model.add_column(format_args!("d{i}"), range, c, REAL));
    for i in 0..2 {
        model.add_row(
            format_args!("link{i}"),
            Bounds::at_most(0.0),
            [(z[i], 1.0), (x[i], -1000.0)],
        );
        model.add_row(format_args!("sum{i}"), Bounds::exactly(1000.0), [(z[i], 1.0), (d[i], 1.0)]);
    }
    model.add_row("one", Bounds::at_most(1.0), [(x[0], 1.0), (x[1], 1.0)]);
    assert_optimum(&model, 8000.0);
}

/// HiGHS 1.14.0 was wrong here too (PyPSA/linopy, issue 648).
#[test]
fn presolve_binary_and_bounded_real() {
    let mut model = MipModel::new("linopy 648");
    let x = model.add_binary("x", 2.0);
    let y = model.add_column("y", Bounds::at_least(9.0), 1.0, REAL);
    model.add_row("c", Bounds::at_least(10.0), [(x, 2.0), (y, 1.0)]);
    assert_optimum(&model, 10.0);
}

/// HiGHS 1.15.0 without presolve calls this infeasible (x1 = -1 is feasible) unless the fractional
/// bounds of the integer column are rounded first. Found by the property below.
#[test]
fn fractional_bounds_of_integer_columns() {
    let mut model = MipModel::new("fractional bounds");
    let bounds = [(0.0, 0.0), (-1.0, 1.0), (-0.5, 0.5), (1.0, 5.0)];
    let columns: Vec<Column> = (0..4)
        .map(|i| {
            let cost = if i == 1 { -1.0 } else { 0.0 };
            model.add_column(
                format_args!("x{i}"),
                Bounds::between(bounds[i].0, bounds[i].1),
                cost,
                WHOLE,
            )
        })
        .collect();
    model.add_row("r", Bounds::at_least(0.5), [(columns[1], -5.0), (columns[2], 2.0)]);
    assert_optimum(&model, 1.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn small_mixed_models_have_one_optimum(
        columns in prop::collection::vec((-4..4_i32, 0..6_i32, -9..9_i32, any::<bool>()), 1..7),
        rows in prop::collection::vec((-9..12_i32, 0..4_u8, prop::collection::vec(-5..6_i32, 7)), 1..6),
        constant in -50..50_i32,
        maximise in any::<bool>(),
    ) {
        let mut model = MipModel::new("random");
        for (index, (lower, width, cost, integer)) in columns.iter().enumerate() {
            let lower = f64::from(*lower) / 2.0;
            let bounds = Bounds::between(lower, lower + f64::from(*width));
            let kind = if *integer { WHOLE } else { REAL };
            model.add_column(format_args!("c{index}"), bounds, f64::from(*cost), kind);
        }
        let all: Vec<Column> = model.columns().collect();
        for (index, (side, form, entries)) in rows.iter().enumerate() {
            let side = f64::from(*side) / 2.0;
            let bounds = [Bounds::at_most(side), Bounds::at_least(side), Bounds::between(side, side + 2.0),
                Bounds::at_most(side)][usize::from(*form)];
            let entries = all.iter().copied().zip(entries.iter().map(|value| f64::from(*value)));
            model.add_row(format_args!("r{index}"), bounds, entries);
        }
        model.set_constant(f64::from(constant));
        if maximise {
            model.set_sense(Sense::Maximise);
        }
        optimum_three_ways(&model);
    }
}

/// HiGHS 1.15.0 and 1.15.1 with presolve call this linear program infeasible: rows are met by columns
/// that may be very large, but not infinitely so, and one column is fixed. A session asks again.
#[test]
fn presolve_large_bounds_in_a_session() {
    let mut model = MipModel::new("m");
    model.add_column("nothing", Bounds::exactly(0.0), 0.0, REAL);
    let fixed = model.add_column("fixed", Bounds::exactly(0.0), 100.0, REAL);
    let one = model.add_row("one", Bounds::exactly(1.0), [(fixed, 1.0)]);
    let rows = [
        (4_503_599_627_370_495.0, 1024.0, 0.998_046_875, 0.928_710_937_5),
        (4_503_599_627_370_495.0, 1024.0, 0.998_046_875, 0.928_710_937_5),
        (4_398_046_511_103.046, 1_048_576.0, 0.953_674_316_406_25, 0.001_548_767_089_843_75),
        (1_125_899_906_842_622.8, 4096.0, 1.220_703_125, 0.0),
        (18_014_398_509_481_984.0, 256.0, 0.781_25, 3.714_843_75),
        (1_125_899_906_842_623.3, 4096.0, 0.732_421_875, 0.396_484_375),
        (4_503_599_627_370_494.5, 1024.0, 1.335_937_5, 1.585_937_5),
    ];
    let mut entries = vec![(one, 1.0)];
    for (at, (most, cost, free, per_unit)) in rows.into_iter().enumerate() {
        let bounds = Bounds::between(0.0, most);
        let over = model.add_column(format_args!("over{at}"), bounds, cost, REAL);
        let row = model.add_row(format_args!("row{at}"), Bounds::at_most(free), [(over, -1.0)]);
        entries.extend((per_unit > 0.0).then_some((row, per_unit)));
    }
    let mut session = LpSession::new(&model).unwrap();
    session.add_columns(&[NewColumn { cost: 0.0, bounds: Bounds::NON_NEGATIVE, entries }]).unwrap();
    let solved = session.solve(&Budget::unlimited()).unwrap();
    assert_eq!((solved.status, solved.objective), (LpStatus::Optimal, 1007.0));
}

/// Generalised assignment of class D, small enough for microlp.
fn assignment(machines: usize, jobs: usize, seed: u64) -> MipModel {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut model = MipModel::new("gap");
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

/// HiGHS's default relative gap of 1e-4 would be 1000 units of this objective.
#[test]
fn optimal_means_a_gap_of_zero() {
    for seed in 0..5 {
        let mut model = assignment(3, 9, seed);
        model.set_constant(1e7);
        assert!(optimum_three_ways(&model).is_some());
    }
}

#[test]
fn within_gap_is_not_called_optimal() {
    let mut model = assignment(5, 30, 3);
    model.set_constant(1e4);
    let limits = MipLimits { relative_gap: 0.2, ..MipLimits::default() };
    let outcome = ON.solve(&model, &limits, MipStart::None, &mut Silent).unwrap();
    assert_eq!(outcome.status, MipStatus::WithinGap);
    assert!(outcome.gap > 0.0 && outcome.gap <= 0.2);
    assert!(outcome.dual_bound < outcome.objective.unwrap());
}

/// HiGHS takes NaN and infinite costs and reports `Optimal` with objective NaN, and drops tiny
/// coefficients in silence.
#[test]
fn numbers_that_are_none_are_refused() {
    let mut model = MipModel::new("nan");
    let x = model.add_column("x", Bounds::UNIT, f64::NAN, REAL);
    model.add_row("r", Bounds::at_most(1.0), [(x, 1e-10)]);
    let answer = ON.solve(&model, &MipLimits::default(), MipStart::None, &mut Silent);
    let Err(MipError::Model(InvalidModel(errors))) = answer else { panic!("accepted") };
    assert!(matches!(errors[..], [ModelError::Cost { .. }, ModelError::Coefficient { .. }]));
}

/// The `highs` crate takes `0..3` for `0..=3`; our bounds have no open ends to get wrong.
#[test]
fn bounds_are_closed_on_both_sides() {
    let mut model = MipModel::new("closed");
    let x = model.add_column("x", Bounds::between(0.0, 3.0), -1.0, WHOLE);
    model.add_row("r", Bounds::between(-1.0, 3.0), [(x, 1.0)]);
    assert_optimum(&model, -3.0);
}

/// The `highs` crate refuses a repeated column only when the model is passed.
#[test]
fn a_repeated_column_is_an_error_of_the_model() {
    let mut model = MipModel::new("twice");
    let x = model.add_binary("x", 1.0);
    model.add_row("r", Bounds::at_least(1.0), [(x, 1.0), (x, 1.0)]);
    let errors = model.validate().unwrap_err().0;
    assert!(matches!(errors[..], [ModelError::RepeatedColumn { .. }]));
}

/// HiGHS answers 1975.999999999997; we recompute from the rounded values.
#[test]
fn objectives_are_exact_and_include_the_constant() {
    let mut model = assignment(4, 14, 9);
    model.set_constant(0.5);
    let outcome = solve(&ON, &model);
    let values = outcome.values.unwrap();
    assert!(values.iter().all(|value| *value == 0.0 || *value == 1.0));
    assert_eq!(outcome.objective.unwrap().fract(), 0.5);
    assert_eq!((outcome.objective, outcome.gap), (Some(outcome.dual_bound), 0.0));
}

/// HiGHS drops a start it dislikes without a word.
#[test]
fn what_became_of_a_start_is_reported() {
    let model = assignment(4, 14, 4);
    let good = solve(&ON, &model).values.unwrap();
    let limits = MipLimits { nodes: Some(1), ..MipLimits::default() };
    let ask = |start: MipStart<'_>| ON.solve(&model, &limits, start, &mut Silent);
    assert_eq!(ask(MipStart::Full(&good)).unwrap().start, StartFate::Used);
    assert_eq!(ask(MipStart::None).unwrap().start, StartFate::NotGiven);

    let some: Vec<_> = model.columns().filter(|column| good[column.index()] == 1.0).collect();
    let some: Vec<_> = some[..9].iter().map(|column| (*column, 1.0)).collect();
    assert_eq!(ask(MipStart::Partial(&some)).unwrap().start, StartFate::Used);

    // One job on two machines: no completion exists, though each value alone is fine.
    let doubled = [(Column::new(0), 1.0), (Column::new(14), 1.0)];
    assert_eq!(ask(MipStart::Partial(&doubled)).unwrap().start, StartFate::NotUsed);

    let mut bad = good;
    bad[0] = 1.0 - bad[0];
    assert!(matches!(ask(MipStart::Full(&bad)), Err(MipError::Start(_))));
    assert!(matches!(ask(MipStart::Partial(&[(Column::new(0), 0.5)])), Err(MipError::Start(_))));
    assert!(matches!(ask(MipStart::Partial(&[(Column::new(999), 0.0)])), Err(MipError::Start(_))));
}

#[test]
fn limits_of_work_give_the_same_answer_every_time() {
    let model = assignment(5, 30, 5);
    for limits in [
        MipLimits { lp_iterations: Some(400), ..MipLimits::default() },
        MipLimits { nodes: Some(3), ..MipLimits::default() },
    ] {
        let expected =
            if limits.nodes.is_some() { MipStop::NodeLimit } else { MipStop::IterationLimit };
        let run = || ON.solve(&model, &limits, MipStart::None, &mut Silent).unwrap();
        let (a, b) = (run(), run());
        assert_eq!(a.status, MipStatus::Stopped(expected));
        let facts = |o: &MipOutcome| (o.objective, o.dual_bound, o.nodes, o.lp_iterations);
        assert_eq!(facts(&a), facts(&b));
        assert_eq!(a.values, b.values);
        assert!(a.nodes > 0 || a.lp_iterations >= 400);
    }
}

#[test]
fn a_deadline_in_the_past_still_returns_the_start() {
    let model = assignment(4, 14, 6);
    let good = solve(&ON, &model).values.unwrap();
    let limits = MipLimits { deadline: Some(Instant::now()), ..MipLimits::default() };
    let outcome = ON.solve(&model, &limits, MipStart::Full(&good), &mut Silent).unwrap();
    assert_eq!(outcome.status, MipStatus::Stopped(MipStop::TimeLimit));
    assert_eq!(outcome.values, Some(good));
}

/// A grace of zero leaves the engine behind as soon as it is late; the caller gets what it knows.
#[test]
fn a_late_engine_is_left_behind() {
    let model = assignment(20, 400, 7);
    let limits =
        MipLimits { grace: Duration::ZERO, ..MipLimits::within(Duration::from_millis(60)) };
    let started = Instant::now();
    let outcome = ON.solve(&model, &limits, MipStart::None, &mut Silent).unwrap();
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(outcome.status, MipStatus::Stopped(MipStop::TimeLimit));
    assert!(outcome.engine == Engine::LeftBehind || outcome.seconds < 2.0);
}

/// Four threads, each with its own model and one engine thread, answer as one does.
#[test]
fn solves_in_parallel_answer_alike() {
    let model = assignment(4, 14, 8);
    let alone = solve(&ON, &model);
    std::thread::scope(|scope| {
        let together: Vec<_> = (0..4).map(|_| scope.spawn(|| solve(&ON, &model))).collect();
        for thread in together {
            let outcome = thread.join().unwrap();
            assert_eq!((&outcome.values, outcome.nodes), (&alone.values, alone.nodes));
        }
    });
}

#[test]
fn files_mean_the_same_to_highs() {
    let mut model = assignment(4, 12, 11);
    model.set_constant(-17.25);
    let extra = model.add_column("extra", Bounds::between(-3.0, 7.0), -2.0, WHOLE);
    let slack = model.add_column("slack", Bounds::FREE, 1.0, REAL);
    model.add_column("alone", Bounds::at_least(2.0), 1.0, WHOLE);
    model.add_row("range", Bounds::between(-4.5, 6.5), [(extra, 1.0), (slack, -1.0)]);
    model.add_row("unused", Bounds::FREE, [(extra, 1.0)]);
    for sense in [Sense::Minimise, Sense::Maximise] {
        model.set_sense(sense);
        if sense == Sense::Maximise {
            model.set_column_bounds(slack, Bounds::at_most(4.0));
            model.set_column_bounds(Column::new(50), Bounds::between(2.0, 9.0));
        }
        let expected = solve(&ON, &model).objective.unwrap();
        let folder = std::env::temp_dir();
        let id = std::process::id();
        for ending in ["mps", "lp"] {
            let path = folder.join(format!("placewright-{id}-{sense:?}.{ending}"));
            let mut bytes = Vec::new();
            match ending {
                "mps" => model.write_mps(&mut bytes).unwrap(),
                _ => model.write_lp(&mut bytes).unwrap(),
            }
            std::fs::write(&path, bytes).unwrap();
            let found = solve_file(&path).unwrap().unwrap();
            assert!((found - expected).abs() < 1e-6, "{ending}: {found} for {expected}");
            std::fs::remove_file(&path).unwrap();
        }
        let path = folder.join(format!("placewright-{id}-{sense:?}-highs.mps"));
        write_file(&model, &path).unwrap();
        let text = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let reread = MipModel::read_mps(text.as_slice()).unwrap();
        assert!((solve(&ON, &reread).objective.unwrap() - expected).abs() < 1e-6);
    }
}
