//! Writes a model as free MPS, the format every solver reads.
//!
//! Integers stand between `INTORG` and `INTEND` markers and always carry explicit bounds, because
//! readers disagree about the default there. The objective constant is the negated right-hand side
//! of the objective row. A maximisation gets an `OBJSENSE` section. A row bounded on both sides is
//! an `L` row (or a `G` row, if only that reads back exactly) with an entry in `RANGES`. A row
//! without bounds is an `N` row after the objective, which many readers drop.

use std::io::{self, Write};

use super::model::{Bounds, Column, ColumnKind, MipModel, Row, Sense};
use super::number::text;

impl MipModel {
    /// Writes the model as free MPS. The model should be valid, else no reader will take the file.
    /// O(columns + rows + nonzeros) time, and as much memory for the matrix by columns.
    pub fn write_mps(&self, out: &mut impl Write) -> io::Result<()> {
        let objective = self.free_row_name("obj");
        writeln!(out, "NAME {}", if self.name.is_empty() { "model" } else { self.name() })?;
        if self.sense == Sense::Maximise {
            writeln!(out, "OBJSENSE\n    MAX")?;
        }
        self.write_rows(out, &objective)?;
        self.write_columns(out, &objective)?;
        self.write_right_hand_sides(out, &objective)?;
        self.write_ranges(out)?;
        self.write_bounds(out)?;
        writeln!(out, "ENDATA")
    }

    /// `wanted`, lengthened until no row has that name.
    pub(super) fn free_row_name(&self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while self.row_names.iter().any(|row| row == name) {
            name.push('_');
        }
        name
    }

    fn write_rows(&self, out: &mut impl Write, objective: &str) -> io::Result<()> {
        writeln!(out, "ROWS\n N {objective}")?;
        for row in self.rows() {
            writeln!(
                out,
                " {} {}",
                RowForm::of(self.row_bounds(row)).letter(),
                self.row_name(row)
            )?;
        }
        Ok(())
    }

    fn write_columns(&self, out: &mut impl Write, objective: &str) -> io::Result<()> {
        writeln!(out, "COLUMNS")?;
        let matrix = self.by_columns();
        let mut kind = ColumnKind::Continuous;
        let mut markers = 0;
        for (column, entries) in self.columns().zip(matrix) {
            if self.kind(column) != kind {
                kind = self.kind(column);
                write_marker(out, &mut markers, kind)?;
            }
            self.write_column(out, objective, column, &entries)?;
        }
        if kind == ColumnKind::Integer {
            write_marker(out, &mut markers, ColumnKind::Continuous)?;
        }
        Ok(())
    }

    fn write_column(
        &self,
        out: &mut impl Write,
        objective: &str,
        column: Column,
        entries: &[(Row, f64)],
    ) -> io::Result<()> {
        let (name, cost) = (self.column_name(column), self.cost(column));
        // A column that appears nowhere must still be declared.
        if cost != 0.0 || entries.is_empty() {
            writeln!(out, " {name} {objective} {}", text(cost))?;
        }
        for (row, value) in entries {
            writeln!(out, " {name} {} {}", self.row_name(*row), text(*value))?;
        }
        Ok(())
    }

    /// The entries of each column, by increasing row.
    pub(super) fn by_columns(&self) -> Vec<Vec<(Row, f64)>> {
        let mut columns = vec![Vec::new(); self.num_columns()];
        for row in self.rows() {
            for (column, value) in self.entries(row) {
                columns[column.index()].push((row, value));
            }
        }
        columns
    }

    fn write_right_hand_sides(&self, out: &mut impl Write, objective: &str) -> io::Result<()> {
        writeln!(out, "RHS")?;
        if self.constant != 0.0 {
            writeln!(out, " RHS {objective} {}", text(-self.constant))?;
        }
        for row in self.rows() {
            let side = RowForm::of(self.row_bounds(row)).side();
            if side != 0.0 {
                writeln!(out, " RHS {} {}", self.row_name(row), text(side))?;
            }
        }
        Ok(())
    }

    fn write_ranges(&self, out: &mut impl Write) -> io::Result<()> {
        let mut header = Some("RANGES");
        for row in self.rows() {
            if let Some(range) = RowForm::of(self.row_bounds(row)).range() {
                if let Some(header) = header.take() {
                    writeln!(out, "{header}")?;
                }
                writeln!(out, " RANGE {} {}", self.row_name(row), text(range))?;
            }
        }
        Ok(())
    }

    fn write_bounds(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "BOUNDS")?;
        for column in self.columns() {
            let (name, bounds) = (self.column_name(column), self.column_bounds(column));
            for (kind, value) in bound_lines(bounds, self.kind(column)) {
                match value {
                    Some(value) => writeln!(out, " {kind} BOUND {name} {}", text(value))?,
                    None => writeln!(out, " {kind} BOUND {name}")?,
                }
            }
        }
        Ok(())
    }
}

fn write_marker(out: &mut impl Write, count: &mut usize, kind: ColumnKind) -> io::Result<()> {
    let word = if kind == ColumnKind::Integer { "INTORG" } else { "INTEND" };
    *count += 1;
    writeln!(out, " MARKER{count} 'MARKER' '{word}'")
}

/// How MPS expresses the bounds of a row.
enum RowForm {
    Free,
    Equal(f64),
    AtMost(f64),
    AtLeast(f64),
    AtMostWithRange(f64, f64),
    AtLeastWithRange(f64, f64),
}

impl RowForm {
    fn of(bounds: Bounds) -> Self {
        let Bounds { lower, upper } = bounds;
        let range = upper - lower;
        match (lower.is_finite(), upper.is_finite()) {
            (false, false) => RowForm::Free,
            (false, true) => RowForm::AtMost(upper),
            (true, false) => RowForm::AtLeast(lower),
            (true, true) if lower == upper => RowForm::Equal(lower),
            (true, true) if upper - range == lower || lower + range != upper => {
                RowForm::AtMostWithRange(upper, range)
            }
            (true, true) => RowForm::AtLeastWithRange(lower, range),
        }
    }

    fn letter(&self) -> char {
        match self {
            RowForm::Free => 'N',
            RowForm::Equal(_) => 'E',
            RowForm::AtMost(_) | RowForm::AtMostWithRange(..) => 'L',
            RowForm::AtLeast(_) | RowForm::AtLeastWithRange(..) => 'G',
        }
    }

    fn side(&self) -> f64 {
        match *self {
            RowForm::Free => 0.0,
            RowForm::Equal(side) | RowForm::AtMost(side) | RowForm::AtLeast(side) => side,
            RowForm::AtMostWithRange(side, _) | RowForm::AtLeastWithRange(side, _) => side,
        }
    }

    fn range(&self) -> Option<f64> {
        match *self {
            RowForm::AtMostWithRange(_, range) | RowForm::AtLeastWithRange(_, range) => Some(range),
            _ => None,
        }
    }
}

/// The lines of the `BOUNDS` section for one column; none where the default `[0, ∞)` is meant and
/// readers agree on it.
fn bound_lines(bounds: Bounds, kind: ColumnKind) -> Vec<(&'static str, Option<f64>)> {
    let Bounds { lower, upper } = bounds;
    let integer = kind == ColumnKind::Integer;
    match (lower.is_finite(), upper.is_finite()) {
        (false, false) => vec![("FR", None)],
        (false, true) => vec![("MI", None), ("UP", Some(upper))],
        (true, true) if lower == upper => vec![("FX", Some(lower))],
        (true, true) if integer && bounds == Bounds::UNIT => vec![("BV", None)],
        (true, true) => vec![("LO", Some(lower)), ("UP", Some(upper))],
        (true, false) if integer => vec![("LO", Some(lower)), ("PL", None)],
        (true, false) if lower == 0.0 => vec![],
        (true, false) => vec![("LO", Some(lower))],
    }
}
