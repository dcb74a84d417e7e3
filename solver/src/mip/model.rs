//! The one flat, named mixed-integer model every formulation is built into.
//!
//! ```text
//! minimise (or maximise)   constant + Σ cost[j] x[j]
//! subject to               row_lower[i] <= Σ a[i,j] x[j] <= row_upper[i]
//!                          lower[j] <= x[j] <= upper[j],   x[j] integer where so declared
//! ```
//!
//! Columns and rows are numbered in the order in which they are added; the matrix is kept by rows
//! in three arrays. Adding costs a few nanoseconds a nonzero and nothing is checked on the way:
//! call [`MipModel::validate`] once when the model is complete (every backend does).

use std::fmt::Display;

use super::names::Names;

/// A column (decision variable) of one model, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column(u32);

impl Column {
    /// The column at `index`. An index beyond 32 bits becomes one that no model has.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The position of the column in value vectors.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A row (constraint) of one model, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(u32);

impl Row {
    /// The row at `index`. An index beyond 32 bits becomes one that no model has.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The position of the row in dual vectors.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A closed interval; either end may be infinite. There are no half-open intervals in a linear
/// program, which is why Rust ranges are not accepted here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Smallest allowed value, `-∞` for none.
    pub lower: f64,
    /// Largest allowed value, `+∞` for none.
    pub upper: f64,
}

impl Bounds {
    /// Any value.
    pub const FREE: Bounds = Bounds { lower: f64::NEG_INFINITY, upper: f64::INFINITY };
    /// Zero or more.
    pub const NON_NEGATIVE: Bounds = Bounds { lower: 0.0, upper: f64::INFINITY };
    /// From zero to one.
    pub const UNIT: Bounds = Bounds { lower: 0.0, upper: 1.0 };

    /// `value <= upper`.
    #[must_use]
    pub fn at_most(upper: f64) -> Self {
        Self { lower: f64::NEG_INFINITY, upper }
    }

    /// `value >= lower`.
    #[must_use]
    pub fn at_least(lower: f64) -> Self {
        Self { lower, upper: f64::INFINITY }
    }

    /// `value = exact`.
    #[must_use]
    pub fn exactly(exact: f64) -> Self {
        Self { lower: exact, upper: exact }
    }

    /// `lower <= value <= upper`, both ends included.
    #[must_use]
    pub fn between(lower: f64, upper: f64) -> Self {
        Self { lower, upper }
    }
}

/// Whether a column may take fractional values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Any real value within the bounds.
    Continuous,
    /// Whole numbers within the bounds.
    Integer,
}

/// The direction of optimisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sense {
    /// Smaller objectives are better.
    #[default]
    Minimise,
    /// Larger objectives are better.
    Maximise,
}

impl Sense {
    /// `+1` when minimising, `-1` when maximising: `sign * objective` is always minimised.
    #[must_use]
    pub fn sign(self) -> f64 {
        match self {
            Sense::Minimise => 1.0,
            Sense::Maximise => -1.0,
        }
    }
}

/// A mixed-integer linear model: columns with bounds and costs, rows with two sides, one sense.
///
/// ```
/// use placewright_solver::mip::{Bounds, ColumnKind, MipModel};
/// // minimise 2x + 3z  with  x + z >= 4.5,  x in [0,10],  z in {0..10}
/// let mut model = MipModel::new("tiny");
/// let x = model.add_column("x", Bounds::between(0.0, 10.0), 2.0, ColumnKind::Continuous);
/// let z = model.add_column("z", Bounds::between(0.0, 10.0), 3.0, ColumnKind::Integer);
/// model.add_row("cover", Bounds::at_least(4.5), [(x, 1.0), (z, 1.0)]);
/// assert!(model.validate().is_ok());
/// assert_eq!(model.objective(&[4.5, 0.0]), 9.0);
/// assert!(model.violations(&[4.5, 0.0], 1e-6).is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MipModel {
    pub(super) name: String,
    pub(super) sense: Sense,
    pub(super) constant: f64,
    pub(super) column_names: Names,
    pub(super) column_lower: Vec<f64>,
    pub(super) column_upper: Vec<f64>,
    pub(super) costs: Vec<f64>,
    pub(super) kinds: Vec<ColumnKind>,
    pub(super) row_names: Names,
    pub(super) row_lower: Vec<f64>,
    pub(super) row_upper: Vec<f64>,
    /// Row `i` owns the entries from `row_ends[i - 1]` (0 for the first) to `row_ends[i]`.
    pub(super) row_ends: Vec<usize>,
    pub(super) entry_columns: Vec<Column>,
    pub(super) entry_values: Vec<f64>,
}

impl MipModel {
    /// An empty model to be minimised.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Room for so many columns, rows and nonzeros, to save regrowing. Time and memory O(sizes).
    #[must_use]
    pub fn with_capacity(
        name: impl Into<String>,
        columns: usize,
        rows: usize,
        nonzeros: usize,
    ) -> Self {
        let mut model = Self::new(name);
        for numbers in [&mut model.column_lower, &mut model.column_upper, &mut model.costs] {
            numbers.reserve(columns);
        }
        model.kinds.reserve(columns);
        model.row_lower.reserve(rows);
        model.row_upper.reserve(rows);
        model.row_ends.reserve(rows);
        model.entry_columns.reserve(nonzeros);
        model.entry_values.reserve(nonzeros);
        model
    }

    /// Adds a column. The name must be unique, not empty and free of white space; `format_args!`
    /// builds it without an allocation.
    pub fn add_column(
        &mut self,
        name: impl Display,
        bounds: Bounds,
        cost: f64,
        kind: ColumnKind,
    ) -> Column {
        let column = Column::new(self.costs.len());
        self.column_names.push(name);
        self.column_lower.push(bounds.lower);
        self.column_upper.push(bounds.upper);
        self.costs.push(cost);
        self.kinds.push(kind);
        column
    }

    /// Adds a column that is 0 or 1.
    pub fn add_binary(&mut self, name: impl Display, cost: f64) -> Column {
        self.add_column(name, Bounds::UNIT, cost, ColumnKind::Integer)
    }

    /// Adds a row. Zero coefficients are left out; a column must not be named twice.
    pub fn add_row(
        &mut self,
        name: impl Display,
        bounds: Bounds,
        entries: impl IntoIterator<Item = (Column, f64)>,
    ) -> Row {
        let row = Row::new(self.row_ends.len());
        self.row_names.push(name);
        self.row_lower.push(bounds.lower);
        self.row_upper.push(bounds.upper);
        for (column, value) in entries {
            if value != 0.0 {
                self.entry_columns.push(column);
                self.entry_values.push(value);
            }
        }
        self.row_ends.push(self.entry_values.len());
        row
    }

    /// Changes the cost of a column. Panics when the model has no such column.
    pub fn set_cost(&mut self, column: Column, cost: f64) {
        self.costs[column.index()] = cost;
    }

    /// Changes the bounds of a column. Panics when the model has no such column.
    pub fn set_column_bounds(&mut self, column: Column, bounds: Bounds) {
        self.column_lower[column.index()] = bounds.lower;
        self.column_upper[column.index()] = bounds.upper;
    }

    /// Changes the bounds of a row. Panics when the model has no such row.
    pub fn set_row_bounds(&mut self, row: Row, bounds: Bounds) {
        self.row_lower[row.index()] = bounds.lower;
        self.row_upper[row.index()] = bounds.upper;
    }

    /// Sets the part of the objective that no decision changes.
    pub fn set_constant(&mut self, constant: f64) {
        self.constant = constant;
    }

    /// Sets the direction of optimisation.
    pub fn set_sense(&mut self, sense: Sense) {
        self.sense = sense;
    }

    /// Makes every column continuous: the linear relaxation.
    #[must_use]
    pub fn relaxed(&self) -> Self {
        let mut relaxation = self.clone();
        relaxation.kinds.fill(ColumnKind::Continuous);
        relaxation
    }

    /// The name given at the start.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The direction of optimisation.
    #[must_use]
    pub fn sense(&self) -> Sense {
        self.sense
    }

    /// The part of the objective that no decision changes.
    #[must_use]
    pub fn constant(&self) -> f64 {
        self.constant
    }

    /// How many columns there are.
    #[must_use]
    pub fn num_columns(&self) -> usize {
        self.costs.len()
    }

    /// How many rows there are.
    #[must_use]
    pub fn num_rows(&self) -> usize {
        self.row_ends.len()
    }

    /// How many coefficients are stored.
    #[must_use]
    pub fn num_nonzeros(&self) -> usize {
        self.entry_values.len()
    }

    /// All columns in order.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = Column> + use<> {
        (0..self.num_columns()).map(Column::new)
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row> + use<> {
        (0..self.num_rows()).map(Row::new)
    }

    /// The name of a column. Panics when the model has no such column (as do the next ones).
    #[must_use]
    pub fn column_name(&self, column: Column) -> &str {
        self.column_names.get(column.index())
    }

    /// The bounds of a column.
    #[must_use]
    pub fn column_bounds(&self, column: Column) -> Bounds {
        let index = column.index();
        Bounds { lower: self.column_lower[index], upper: self.column_upper[index] }
    }

    /// The bounds of a column, rounded inwards to integers where the column is integer. Bounds that
    /// hold no integer at all are left as they are.
    #[must_use]
    pub fn inward_bounds(&self, column: Column) -> Bounds {
        let bounds = self.column_bounds(column);
        let rounded = Bounds { lower: bounds.lower.ceil(), upper: bounds.upper.floor() };
        let usable = self.kind(column) == ColumnKind::Integer && rounded.lower <= rounded.upper;
        if usable { rounded } else { bounds }
    }

    /// The cost of a column.
    #[must_use]
    pub fn cost(&self, column: Column) -> f64 {
        self.costs[column.index()]
    }

    /// Whether a column is integer.
    #[must_use]
    pub fn kind(&self, column: Column) -> ColumnKind {
        self.kinds[column.index()]
    }

    /// The name of a row. Panics when the model has no such row (as do the next ones).
    #[must_use]
    pub fn row_name(&self, row: Row) -> &str {
        self.row_names.get(row.index())
    }

    /// The bounds of a row.
    #[must_use]
    pub fn row_bounds(&self, row: Row) -> Bounds {
        Bounds { lower: self.row_lower[row.index()], upper: self.row_upper[row.index()] }
    }

    /// The coefficients of a row in the order in which they were given.
    pub fn entries(&self, row: Row) -> impl Iterator<Item = (Column, f64)> + '_ {
        let range = self.row_range(row.index());
        let columns = self.entry_columns[range.clone()].iter().copied();
        columns.zip(self.entry_values[range].iter().copied())
    }

    /// Whether any column is integer.
    #[must_use]
    pub fn has_integers(&self) -> bool {
        self.kinds.contains(&ColumnKind::Integer)
    }

    pub(super) fn row_range(&self, row: usize) -> std::ops::Range<usize> {
        let start = if row == 0 { 0 } else { self.row_ends[row - 1] };
        start..self.row_ends[row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_entries_and_lose_zeros() {
        let mut model = MipModel::with_capacity("m", 2, 2, 3);
        let x = model.add_binary("x", 1.0);
        let y = model.add_column("y", Bounds::FREE, 0.0, ColumnKind::Continuous);
        let empty = model.add_row("empty", Bounds::at_most(1.0), [(x, 0.0)]);
        let both = model.add_row("both", Bounds::exactly(2.0), [(y, 3.0), (x, -1.0)]);
        assert_eq!(model.entries(empty).count(), 0);
        assert_eq!(model.entries(both).collect::<Vec<_>>(), [(y, 3.0), (x, -1.0)]);
        assert_eq!(model.row_bounds(both), Bounds::between(2.0, 2.0));
        assert_eq!((model.num_columns(), model.num_rows(), model.num_nonzeros()), (2, 2, 2));
        assert!(model.has_integers() && !model.relaxed().has_integers());
    }
}
