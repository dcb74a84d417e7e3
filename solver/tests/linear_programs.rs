//! Linear programs that grow between solves, and column generation on top of them.
#![cfg(feature = "highs")]
#![allow(clippy::unwrap_used)] // helpers of tests may panic like the tests themselves

use placewright_solver::bound::column_generation::{
    ColumnGenerationEnd, ColumnGenerationSettings, Pricing, PricingProblem, Rounding,
    generate_columns,
};
use placewright_solver::bound::linear_certificate::{DEFAULT_SHIFT, DualCertificate};
use placewright_solver::budget::{Budget, CancelToken, Stop};
use placewright_solver::mip::highs::{LpSession, LpStatus, NewColumn, NewRow};
use placewright_solver::mip::{
    Bounds, Column, ColumnKind, MipLimits, MipModel, MipStart, MipStatus, Row, Silent,
    default_backend,
};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A transport problem: 40 sources, 60 sinks.
fn transport() -> MipModel {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
    let mut model = MipModel::new("transport");
    let columns: Vec<Column> = (0..2400)
        .map(|i| {
            let cost = f64::from(random.random_range(1..1000));
            model.add_column(
                format_args!("f{i}"),
                Bounds::NON_NEGATIVE,
                cost,
                ColumnKind::Continuous,
            )
        })
        .collect();
    for source in 0..40 {
        let entries = (0..60).map(|sink| (columns[source * 60 + sink], 1.0));
        model.add_row(format_args!("source{source}"), Bounds::at_most(30.0), entries);
    }
    for sink in 0..60 {
        let entries = (0..40).map(|source| (columns[source * 60 + sink], 1.0));
        model.add_row(format_args!("sink{sink}"), Bounds::at_least(15.0), entries);
    }
    model
}

#[test]
fn solving_again_after_a_row_or_column_is_far_cheaper() {
    let budget = Budget::unlimited();
    let model = transport();
    let mut session = LpSession::new(&model).unwrap();
    let first = session.solve(&budget).unwrap();
    assert_eq!(first.status, LpStatus::Optimal);
    assert!(first.iterations > 50, "{}", first.iterations);
    assert_eq!(session.solve(&budget).unwrap().iterations, 0);

    let busy = (0..2400).max_by(|a, b| first.columns[*a].total_cmp(&first.columns[*b])).unwrap();
    let cut = NewRow { bounds: Bounds::at_most(5.0), entries: vec![(Column::new(busy), 1.0)] };
    let row = session.add_rows(&[cut]).unwrap();
    let second = session.solve(&budget).unwrap();
    assert!(second.iterations > 0 && second.iterations * 5 < first.iterations);
    assert!(second.objective > first.objective && second.row_duals[row.index()] < 0.0);

    let dear = (0..60).max_by(|a, b| second.row_duals[40 + a].total_cmp(&second.row_duals[40 + b]));
    let entries = vec![(Row::new(40 + dear.unwrap()), 1.0)];
    let column = NewColumn { cost: 1.0, bounds: Bounds::NON_NEGATIVE, entries };
    let column = session.add_columns(&[column]).unwrap();
    let third = session.solve(&budget).unwrap();
    assert!(third.iterations > 0 && third.iterations * 5 < first.iterations);
    assert!(third.objective < second.objective && third.columns[column.index()] > 0.0);

    session.delete_columns(&[column]).unwrap();
    session.delete_rows(&[row]).unwrap();
    let again = session.solve(&budget).unwrap();
    assert!((again.objective - first.objective).abs() < 1e-6);
}

#[test]
fn a_kept_basis_saves_all_iterations() {
    let budget = Budget::unlimited();
    let mut session = LpSession::new(&transport()).unwrap();
    session.solve(&budget).unwrap();
    let basis = session.basis().unwrap();
    let mut other = LpSession::new(&transport()).unwrap();
    other.set_basis(&basis).unwrap();
    assert_eq!(other.solve(&budget).unwrap().iterations, 0);
}

#[test]
fn duals_have_the_documented_signs_and_certify_the_value() {
    let model = transport();
    let solved = LpSession::new(&model).unwrap().solve(&Budget::unlimited()).unwrap();
    assert!(solved.row_duals[..40].iter().all(|dual| *dual <= 1e-9));
    assert!(solved.row_duals[40..].iter().all(|dual| *dual >= -1e-9));
    for column in [0, 77, 2399] {
        let (source, sink) = (column / 60, 40 + column % 60);
        let reduced =
            model.cost(Column::new(column)) - solved.row_duals[source] - solved.row_duals[sink];
        assert!((reduced - solved.reduced_costs[column]).abs() < 1e-7);
    }
    let certificate =
        DualCertificate::from_duals(&model, &solved.row_duals, DEFAULT_SHIFT).unwrap();
    let bound: f64 = num_traits::ToPrimitive::to_f64(&certificate.bound).unwrap();
    assert!(bound <= solved.objective + 1e-9 && bound > solved.objective - 0.1, "{bound}");
}

#[test]
fn infeasible_and_unbounded_programs_are_told_apart() {
    let mut model = MipModel::new("m");
    let x = model.add_column("x", Bounds::NON_NEGATIVE, -1.0, ColumnKind::Continuous);
    let y = model.add_column("y", Bounds::NON_NEGATIVE, 0.0, ColumnKind::Continuous);
    let row = model.add_row("r", Bounds::at_least(1.0), [(x, 1.0), (y, 1.0)]);
    let mut session = LpSession::new(&model).unwrap();
    assert_eq!(session.solve(&Budget::unlimited()).unwrap().status, LpStatus::Unbounded);
    session.set_column_bounds(x, Bounds::between(0.0, 2.0)).unwrap();
    session.set_cost(y, 1.0).unwrap();
    assert_eq!(session.solve(&Budget::unlimited()).unwrap().objective, -2.0);
    session.set_column_bounds(y, Bounds::between(0.0, 2.0)).unwrap();
    session.set_row_bounds(row, Bounds::at_least(5.0)).unwrap();
    let LpStatus::Infeasible(ray) = session.solve(&Budget::unlimited()).unwrap().status else {
        panic!("not called infeasible");
    };
    assert!(ray.is_some_and(|ray| ray.len() == 1 && ray[0] != 0.0));
}

#[test]
fn budgets_stop_linear_programs() {
    let mut session = LpSession::new(&transport()).unwrap();
    let budget = Budget::new(None, Some(60), CancelToken::new());
    assert_eq!(session.solve(&budget).unwrap().status, LpStatus::Stopped(Stop::WorkLimit));
    let cancelled = Budget::unlimited();
    cancelled.cancel_token().cancel();
    assert_eq!(session.solve(&cancelled).unwrap().status, LpStatus::Stopped(Stop::Cancelled));
    assert_eq!(session.solve(&Budget::unlimited()).unwrap().status, LpStatus::Optimal);
}

/// Gilmore and Gomory's cutting stock: rolls of one width, pieces with demands.
struct CuttingStock {
    width: usize,
    pieces: Vec<(usize, f64)>,
}

impl CuttingStock {
    /// One pattern per piece: only that piece, as often as it fits.
    fn master(&self) -> MipModel {
        let mut model = MipModel::new("cutting stock");
        for (index, (size, _)) in self.pieces.iter().enumerate() {
            let name = format_args!("only({index},{size})");
            model.add_column(name, Bounds::NON_NEGATIVE, 1.0, ColumnKind::Continuous);
        }
        for (index, (size, demand)) in self.pieces.iter().enumerate() {
            let fits = (self.width / size) as f64;
            let bounds = Bounds::at_least(*demand);
            model.add_row(format_args!("demand{index}"), bounds, [(Column::new(index), fits)]);
        }
        model
    }

    /// Every pattern written down: the same linear program without generation.
    fn compact(&self) -> MipModel {
        let mut patterns = vec![vec![]];
        for (size, _) in &self.pieces {
            patterns = patterns
                .into_iter()
                .flat_map(|pattern: Vec<usize>| {
                    let used: usize =
                        pattern.iter().zip(&self.pieces).map(|(n, (size, _))| n * size).sum();
                    (0..=(self.width - used) / size).map(move |n| {
                        let mut longer = pattern.clone();
                        longer.push(n);
                        longer
                    })
                })
                .collect();
        }
        let mut model = MipModel::new("all patterns");
        for index in 0..patterns.len() {
            model.add_column(
                format_args!("p{index}"),
                Bounds::NON_NEGATIVE,
                1.0,
                ColumnKind::Continuous,
            );
        }
        for (piece, (_, demand)) in self.pieces.iter().enumerate() {
            let entries = patterns.iter().enumerate();
            let entries = entries.map(|(index, p)| (Column::new(index), p[piece] as f64));
            model.add_row(format_args!("demand{piece}"), Bounds::at_least(*demand), entries);
        }
        model
    }

    /// The best pattern under these prices: an unbounded knapsack by dynamic programming.
    fn best_pattern(&self, prices: &[f64]) -> (f64, Vec<f64>) {
        let mut best = vec![(0.0, None); self.width + 1];
        for width in 1..=self.width {
            best[width] = (best[width - 1].0, None);
            for (piece, (size, _)) in self.pieces.iter().enumerate() {
                if *size <= width && best[width - size].0 + prices[piece] > best[width].0 + 1e-12 {
                    best[width] = (best[width - size].0 + prices[piece], Some(piece));
                }
            }
        }
        let (mut counts, mut width) = (vec![0.0; prices.len()], self.width);
        while width > 0 {
            match best[width].1 {
                Some(piece) => {
                    counts[piece] += 1.0;
                    width -= self.pieces[piece].0;
                }
                None => width -= 1,
            }
        }
        (best[self.width].0, counts)
    }
}

impl PricingProblem for CuttingStock {
    fn price(&mut self, row_duals: &[f64], master_objective: f64, _budget: &Budget) -> Pricing {
        let (worth, counts) = self.best_pattern(row_duals);
        // Farley's bound: all duals divided by the best worth are feasible.
        let bound = master_objective / worth.max(1.0);
        if worth <= 1.0 + 1e-9 {
            return Pricing { columns: vec![], bound };
        }
        let entries = counts.iter().enumerate().map(|(row, n)| (Row::new(row), *n)).collect();
        let column = NewColumn { cost: 1.0, bounds: Bounds::NON_NEGATIVE, entries };
        Pricing { columns: vec![column], bound }
    }
}

#[test]
fn column_generation_reaches_the_optimum_of_the_whole_program() {
    let pieces = vec![(45, 97.0), (36, 610.0), (31, 395.0), (14, 211.0)];
    let mut stock = CuttingStock { width: 100, pieces };
    let compact = LpSession::new(&stock.compact()).unwrap().solve(&Budget::unlimited()).unwrap();
    let mut master = LpSession::new(&stock.master()).unwrap();
    let (mut bounds, settings) = (Vec::new(), ColumnGenerationSettings::default());
    let done = generate_columns(
        &mut master,
        &mut stock,
        settings,
        &Budget::unlimited(),
        |_, objective, bound| {
            assert!(bound <= objective + 1e-9);
            bounds.push(bound);
        },
    )
    .unwrap();
    assert_eq!(done.end, ColumnGenerationEnd::Optimal);
    // The optimum 452.25 is the textbook's (Chvátal, Linear Programming, chapter 13).
    assert!((done.objective - 452.25).abs() < 1e-6, "{}", done.objective);
    assert!((compact.objective - done.objective).abs() < 1e-6);
    assert!((done.bound - done.objective).abs() < 1e-6 && bounds.is_sorted());
}

#[test]
fn integer_rounding_ends_column_generation_early_with_the_same_answer() {
    let pieces = (0..20).map(|i| (17 + 4 * i, 30.0 + (i * 7 % 13) as f64)).collect();
    let mut stock = CuttingStock { width: 150, pieces };
    let run = |stock: &mut CuttingStock, rounding| {
        let mut master = LpSession::new(&stock.master()).unwrap();
        let settings = ColumnGenerationSettings { rounding, ..Default::default() };
        generate_columns(&mut master, stock, settings, &Budget::unlimited(), |_, _, _| ()).unwrap()
    };
    let exact = run(&mut stock, Rounding::None);
    let early = run(&mut stock, Rounding::ToInteger);
    assert!(early.rounds <= exact.rounds);
    assert_eq!((early.bound - 1e-6).ceil(), (exact.objective - 1e-6).ceil());
}

#[test]
fn a_linear_model_through_the_mip_interface_has_a_bound_too() {
    let model = transport();
    let solved = LpSession::new(&model).unwrap().solve(&Budget::unlimited()).unwrap();
    let outcome = default_backend()
        .solve(&model, &MipLimits::default(), MipStart::None, &mut Silent)
        .unwrap();
    assert_eq!((outcome.status, outcome.gap), (MipStatus::Optimal, 0.0));
    assert!((outcome.objective.unwrap() - solved.objective).abs() < 1e-6);
}
