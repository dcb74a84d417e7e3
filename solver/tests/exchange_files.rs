//! Models through files and back.
#![allow(clippy::unwrap_used)] // helpers of tests may panic like the tests themselves

use placewright_solver::mip::{Bounds, ColumnKind, LpFormatError, MipModel, MpsError, Sense};
use proptest::prelude::*;

/// A small model with every kind of bound.
fn zoo() -> MipModel {
    let mut model = MipModel::new("zoo");
    let x = model.add_column("x", Bounds::NON_NEGATIVE, 1.5, ColumnKind::Continuous);
    let free = model.add_column("free_one", Bounds::FREE, 0.0, ColumnKind::Continuous);
    let b = model.add_binary("b(1,2)", -2.0);
    let n = model.add_column("n", Bounds::NON_NEGATIVE, 3.0, ColumnKind::Integer);
    let m = model.add_column("m", Bounds::between(-5.0, -1.0), 1e-7, ColumnKind::Integer);
    let low = model.add_column("low", Bounds::at_most(-2.0), -1.0, ColumnKind::Continuous);
    let fixed = model.add_column("fixed", Bounds::exactly(2.25), 1.0, ColumnKind::Continuous);
    model.add_column("alone", Bounds::between(0.0, 4.0), 0.0, ColumnKind::Integer);
    model.add_row("less", Bounds::at_most(10.0), [(x, 1.0), (b, 3.0)]);
    model.add_row("more", Bounds::at_least(-20.0), [(free, 1.0), (n, 1.0), (low, 0.1)]);
    model.add_row("range", Bounds::between(-3.0, 8.5), [(x, 1.0), (m, 1.0), (fixed, 1.0)]);
    model.add_row("same", Bounds::exactly(1.0), [(free, 1.0), (n, -1.0)]);
    model.set_constant(-4.5);
    model
}

fn mps(model: &MipModel) -> String {
    let mut bytes = Vec::new();
    model.write_mps(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn mps_reads_back_as_the_same_model() {
    let mut model = zoo();
    assert_eq!(MipModel::read_mps(mps(&model).as_bytes()).unwrap(), model);
    model.set_sense(Sense::Maximise);
    model.add_row("nothing", Bounds::FREE, []);
    model.add_row("empty", Bounds::at_least(0.0), []);
    assert_eq!(MipModel::read_mps(mps(&model).as_bytes()).unwrap(), model);
}

#[test]
fn an_objective_name_in_use_is_avoided() {
    let mut model = zoo();
    model.add_row("obj", Bounds::FREE, []);
    assert!(mps(&model).contains(" N obj_\n"));
    assert_eq!(MipModel::read_mps(mps(&model).as_bytes()).unwrap(), model);
}

#[test]
fn faults_are_named_with_their_line() {
    let cases = [
        ("NAME a\nROWS\n X c\n", "line 3: X is not a type of row"),
        ("ROWS\n N o\nCOLUMNS\n x c 1\n", "line 4: there is no row c"),
        ("ROWS\n N o\nCOLUMNS\n x o one\n", "line 4: one is not a number"),
        ("ROWS\n N o\nCOLUMNS\n x o 1\nBOUNDS\n SC B x 4\n", "line 6: SC is not"),
        ("ROWS\n N o\n", "line 2: the file ends without ENDATA"),
        ("QMATRIX\n", "line 1: section QMATRIX is not supported"),
    ];
    for (text, message) in cases {
        let error: MpsError = MipModel::read_mps(text.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

#[test]
fn sets_may_be_left_out_and_ranges_follow_the_convention() {
    let text = "NAME t\nROWS\n N o\n E e\n E f\n L l\n G g\nCOLUMNS\n x o 1 e 1\n x f 1 l 1\n x g 1\n\
                RHS\n e 5\n f 5\n l 5\n g 5\nRANGES\n R e 2 f -2\n l 3\n g 3\nBOUNDS\n UP x -1\nENDATA\n";
    let model = MipModel::read_mps(text.as_bytes()).unwrap();
    let bounds: Vec<Bounds> = model.rows().map(|row| model.row_bounds(row)).collect();
    let expected = [(5.0, 7.0), (3.0, 5.0), (2.0, 5.0), (5.0, 8.0)];
    assert_eq!(bounds, expected.map(|(lower, upper)| Bounds::between(lower, upper)));
    assert_eq!(model.column_bounds(model.columns().next().unwrap()), Bounds::at_most(-1.0));
}

#[test]
fn the_lp_format_says_what_the_model_says() {
    let mut bytes = Vec::new();
    zoo().write_lp(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    for part in [
        "Minimize\n obj: + 1.5 x - 2 b(1,2) + 3 n + 1e-7 m - 1 low + 1 fixed - 4.5\n",
        " range: + 1 x + 1 m + 1 fixed >= -3\n",
        " range_upper: + 1 x + 1 m + 1 fixed <= 8.5\n",
        " same: + 1 free_one - 1 n = 1\n",
        " -inf <= low <= -2\n",
        "Binaries\n b(1,2)\nGenerals\n n m alone\nEnd\n",
    ] {
        assert!(text.contains(part), "{part} is missing from\n{text}");
    }
}

#[test]
fn the_lp_format_wraps_lines_and_refuses_names_it_would_misread() {
    let mut model = MipModel::new("long");
    let columns: Vec<_> =
        (0..300).map(|i| model.add_binary(format_args!("column({i})"), 1.0)).collect();
    model.add_row("all", Bounds::at_most(3.0), columns.iter().map(|column| (*column, 1.0)));
    let mut bytes = Vec::new();
    model.write_lp(&mut bytes).unwrap();
    assert!(String::from_utf8(bytes).unwrap().lines().all(|line| line.len() < 130));
    for name in ["e9", "2x", "a[1]", "free", "x+y", ".5"] {
        let mut model = MipModel::new("m");
        model.add_binary(name, 1.0);
        let answer = model.write_lp(&mut Vec::new());
        assert!(matches!(answer, Err(LpFormatError::Name { .. })), "{name}");
    }
}

proptest! {
    #[test]
    fn random_models_survive_mps(
        columns in prop::collection::vec((-9..9_i32, 0..9_i32, -1e6..1e6_f64, any::<bool>()), 1..8),
        rows in prop::collection::vec((-9..9_i32, 0..9_i32, prop::collection::vec(-4..4_i32, 8)), 0..6),
        constant in -100..100_i32,
    ) {
        let mut model = MipModel::new("random");
        for (index, (lower, width, cost, integer)) in columns.iter().enumerate() {
            let kind = if *integer { ColumnKind::Integer } else { ColumnKind::Continuous };
            let bounds = Bounds::between(f64::from(*lower), f64::from(lower + width));
            model.add_column(format_args!("c{index}"), bounds, *cost, kind);
        }
        let all: Vec<_> = model.columns().collect();
        for (index, (lower, width, entries)) in rows.iter().enumerate() {
            let bounds = Bounds::between(f64::from(*lower), f64::from(lower + width));
            let entries = all.iter().copied().zip(entries.iter().map(|value| f64::from(*value) / 8.0));
            model.add_row(format_args!("r{index}"), bounds, entries);
        }
        model.set_constant(f64::from(constant));
        prop_assert_eq!(MipModel::read_mps(mps(&model).as_bytes()).unwrap(), model);
    }
}
