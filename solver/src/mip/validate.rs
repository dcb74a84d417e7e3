//! Is the model one a solver can be trusted with? Solvers answer bad numbers with silence:
//! HiGHS takes a NaN cost and reports `Optimal` with objective NaN.

use std::collections::HashSet;

use super::model::{Column, MipModel, Row};
use super::names::Names;

/// Finite bounds and costs at or beyond this size are taken for infinite by HiGHS and by the MPS
/// convention, so they are refused rather than changed in meaning.
pub const INFINITE: f64 = 1e20;
/// Coefficients above this are refused by HiGHS.
pub const LARGEST_COEFFICIENT: f64 = 1e15;
/// Coefficients at or below this are dropped by HiGHS without an error.
pub const SMALLEST_COEFFICIENT: f64 = 1e-9;
/// The longest name, in bytes, that all file formats carry.
pub const LONGEST_NAME: usize = 255;

/// One thing that is wrong with a model.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// The objective constant is NaN or infinite.
    #[error("the objective constant is {value}")]
    Constant {
        /// The constant.
        value: f64,
    },
    /// A cost is NaN, infinite or as large as an infinite one.
    #[error("column {name}: the cost {value} is not a usable number")]
    Cost {
        /// Which column.
        column: Column,
        /// Its name.
        name: String,
        /// The cost.
        value: f64,
    },
    /// The bounds of a column are NaN, crossed, infinite on the wrong side, or finite but so large
    /// that solvers read them as infinite.
    #[error("column {name}: the bounds [{lower}, {upper}] are not an interval")]
    ColumnBounds {
        /// Which column.
        column: Column,
        /// Its name.
        name: String,
        /// Lower bound.
        lower: f64,
        /// Upper bound.
        upper: f64,
    },
    /// The same for a row.
    #[error("row {name}: the bounds [{lower}, {upper}] are not an interval")]
    RowBounds {
        /// Which row.
        row: Row,
        /// Its name.
        name: String,
        /// Lower bound.
        lower: f64,
        /// Upper bound.
        upper: f64,
    },
    /// A coefficient is NaN, infinite, or of a size that solvers refuse or drop.
    #[error("row {row_name}: the coefficient {value} of column {column_name} is not usable")]
    Coefficient {
        /// Which row.
        row: Row,
        /// Its name.
        row_name: String,
        /// The name of the column.
        column_name: String,
        /// The coefficient.
        value: f64,
    },
    /// A row names a column the model does not have.
    #[error("row {row_name}: there is no column number {index}")]
    NoSuchColumn {
        /// Which row.
        row: Row,
        /// Its name.
        row_name: String,
        /// The position that does not exist.
        index: usize,
    },
    /// A row names a column twice.
    #[error("row {row_name}: column {column_name} appears more than once")]
    RepeatedColumn {
        /// Which row.
        row: Row,
        /// Its name.
        row_name: String,
        /// The column named twice.
        column_name: String,
    },
    /// A name is empty, too long, or holds white space or control characters.
    #[error("{what} number {index}: {name:?} is not a usable name")]
    Name {
        /// `column` or `row`.
        what: &'static str,
        /// Position.
        index: usize,
        /// The name.
        name: String,
    },
    /// Two columns, or two rows, share a name.
    #[error("{what} number {index}: the name {name} is taken")]
    RepeatedName {
        /// `column` or `row`.
        what: &'static str,
        /// Position of the second one.
        index: usize,
        /// The name.
        name: String,
    },
}

/// Everything that is wrong with a model; never empty.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the model has {} error(s); the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
pub struct InvalidModel(pub Vec<ModelError>);

impl MipModel {
    /// Checks every number, index and name, and reports all errors at once.
    /// O(columns + rows + nonzeros) time and memory.
    pub fn validate(&self) -> Result<(), InvalidModel> {
        let mut errors = Vec::new();
        if !self.constant.is_finite() {
            errors.push(ModelError::Constant { value: self.constant });
        }
        self.check_columns(&mut errors);
        self.check_rows(&mut errors);
        check_names("column", &self.column_names, &mut errors);
        check_names("row", &self.row_names, &mut errors);
        if errors.is_empty() { Ok(()) } else { Err(InvalidModel(errors)) }
    }

    fn check_columns(&self, errors: &mut Vec<ModelError>) {
        for column in self.columns() {
            let name = || self.column_name(column).to_owned();
            let (value, bounds) = (self.cost(column), self.column_bounds(column));
            if !is_usable(value, INFINITE) {
                errors.push(ModelError::Cost { column, name: name(), value });
            }
            let (lower, upper) = (bounds.lower, bounds.upper);
            if !is_interval(lower, upper) {
                errors.push(ModelError::ColumnBounds { column, name: name(), lower, upper });
            }
        }
    }

    fn check_rows(&self, errors: &mut Vec<ModelError>) {
        let mut last_row = vec![usize::MAX; self.num_columns()];
        for row in self.rows() {
            let bounds = self.row_bounds(row);
            let (lower, upper) = (bounds.lower, bounds.upper);
            if !is_interval(lower, upper) {
                let name = self.row_name(row).to_owned();
                errors.push(ModelError::RowBounds { row, name, lower, upper });
            }
            for (column, value) in self.entries(row) {
                self.check_entry(row, column, value, &mut last_row, errors);
            }
        }
    }

    fn check_entry(
        &self,
        row: Row,
        column: Column,
        value: f64,
        last_row: &mut [usize],
        errors: &mut Vec<ModelError>,
    ) {
        let row_name = || self.row_name(row).to_owned();
        let Some(last) = last_row.get_mut(column.index()) else {
            let index = column.index();
            errors.push(ModelError::NoSuchColumn { row, row_name: row_name(), index });
            return;
        };
        let column_name = || self.column_name(column).to_owned();
        if *last == row.index() {
            let (row_name, column_name) = (row_name(), column_name());
            errors.push(ModelError::RepeatedColumn { row, row_name, column_name });
        }
        *last = row.index();
        if !is_usable(value, LARGEST_COEFFICIENT) || value.abs() <= SMALLEST_COEFFICIENT {
            let (row_name, column_name) = (row_name(), column_name());
            errors.push(ModelError::Coefficient { row, row_name, column_name, value });
        }
    }
}

fn is_usable(value: f64, limit: f64) -> bool {
    value.abs() < limit
}

/// Whether `[lower, upper]` means the same to us and to every solver. NaN fails every comparison.
fn is_interval(lower: f64, upper: f64) -> bool {
    let lower_ok = lower == f64::NEG_INFINITY || is_usable(lower, INFINITE);
    let upper_ok = upper == f64::INFINITY || is_usable(upper, INFINITE);
    lower_ok && upper_ok && lower <= upper
}

fn is_name(name: &str) -> bool {
    let printable = |c: char| !c.is_whitespace() && !c.is_control();
    !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(printable)
}

fn check_names(what: &'static str, names: &Names, errors: &mut Vec<ModelError>) {
    let mut taken = HashSet::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        if !is_name(name) {
            errors.push(ModelError::Name { what, index, name: name.to_owned() });
        } else if !taken.insert(name) {
            errors.push(ModelError::RepeatedName { what, index, name: name.to_owned() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mip::{Bounds, ColumnKind};

    #[test]
    fn every_fault_is_reported_at_once() {
        let mut model = MipModel::new("faulty");
        model.set_constant(f64::NAN);
        let x = model.add_column("x", Bounds::UNIT, f64::NAN, ColumnKind::Integer);
        model.add_column("x", Bounds::between(2.0, 1.0), 1e20, ColumnKind::Integer);
        model.add_column("a b", Bounds::at_least(f64::INFINITY), 0.0, ColumnKind::Continuous);
        model.add_column("big", Bounds::at_most(1e30), 0.0, ColumnKind::Continuous);
        model.add_row("", Bounds::at_most(f64::NAN), [(x, 1.0), (x, 2.0)]);
        model.add_row("r", Bounds::FREE, [(x, f64::INFINITY), (Column::new(9), 1.0)]);
        model.add_row("tiny", Bounds::FREE, [(x, 1e-10)]);
        let InvalidModel(errors) = model.validate().unwrap_err();
        let count = |test: fn(&ModelError) -> bool| errors.iter().filter(|e| test(e)).count();
        assert_eq!(count(|e| matches!(e, ModelError::Constant { .. })), 1);
        assert_eq!(count(|e| matches!(e, ModelError::Cost { .. })), 2);
        assert_eq!(count(|e| matches!(e, ModelError::ColumnBounds { .. })), 3);
        assert_eq!(count(|e| matches!(e, ModelError::RowBounds { .. })), 1);
        assert_eq!(count(|e| matches!(e, ModelError::Coefficient { .. })), 2);
        assert_eq!(count(|e| matches!(e, ModelError::NoSuchColumn { .. })), 1);
        assert_eq!(count(|e| matches!(e, ModelError::RepeatedColumn { .. })), 1);
        assert_eq!(count(|e| matches!(e, ModelError::Name { .. })), 2);
        assert_eq!(count(|e| matches!(e, ModelError::RepeatedName { .. })), 1);
        assert_eq!(errors.len(), 14);
    }
}
