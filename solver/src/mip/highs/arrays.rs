//! The arrays HiGHS is fed, and the checks that make feeding them safe.

use highs_sys as sys;
use highs_sys::HighsInt;

use super::ffi::HighsError;
use crate::mip::model::{Column, ColumnKind, MipModel, Sense};

/// A whole model, matrix by rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrays {
    pub(super) sense: HighsInt,
    pub(super) offset: f64,
    pub(super) costs: Vec<f64>,
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    pub(super) integrality: Vec<HighsInt>,
    pub(super) row_lower: Vec<f64>,
    pub(super) row_upper: Vec<f64>,
    pub(super) starts: Vec<HighsInt>,
    pub(super) indices: Vec<HighsInt>,
    pub(super) values: Vec<f64>,
}

/// Index of a position; positions beyond 32 bits become one that every check refuses.
pub(super) fn index(position: usize) -> HighsInt {
    HighsInt::try_from(position).unwrap_or(-1)
}

impl Arrays {
    /// A copy of the numbers of `model`. O(columns + rows + nonzeros).
    pub(super) fn of(model: &MipModel) -> Self {
        let integral = |kind: &ColumnKind| match kind {
            ColumnKind::Continuous => sys::VAR_TYPE_CONTINUOUS,
            ColumnKind::Integer => sys::VAR_TYPE_INTEGER,
        };
        // HiGHS 1.15.0 without presolve calls some models with fractional bounds on integer
        // columns infeasible; the rounded bounds mean the same.
        let bounds = |column: Column| model.inward_bounds(column);
        let start = |row: usize| index(model.row_range(row).start);
        Self {
            sense: match model.sense() {
                Sense::Minimise => sys::OBJECTIVE_SENSE_MINIMIZE,
                Sense::Maximise => sys::OBJECTIVE_SENSE_MAXIMIZE,
            },
            offset: model.constant(),
            costs: model.costs.clone(),
            lower: model.columns().map(|column| bounds(column).lower).collect(),
            upper: model.columns().map(|column| bounds(column).upper).collect(),
            integrality: model.kinds.iter().map(integral).collect(),
            row_lower: model.row_lower.clone(),
            row_upper: model.row_upper.clone(),
            starts: (0..model.num_rows()).map(start).collect(),
            indices: model.entry_columns.iter().map(|column| index(column.index())).collect(),
            values: model.entry_values.clone(),
        }
    }

    /// Whether all lengths agree, starts never decrease and indices exist.
    pub(super) fn check(&self) -> Result<(), HighsError> {
        let (columns, rows) = (self.costs.len(), self.row_lower.len());
        let by_column = [self.lower.len(), self.upper.len(), self.integrality.len()];
        let by_row = [self.row_upper.len(), self.starts.len()];
        let lengths =
            by_column.iter().all(|len| *len == columns) && by_row.iter().all(|len| *len == rows);
        check_matrix(lengths, &self.starts, &self.indices, &self.values, columns)
    }
}

/// Rows or columns to append: one start per vector, indices into the other dimension.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    pub(super) starts: Vec<HighsInt>,
    pub(super) indices: Vec<HighsInt>,
    pub(super) values: Vec<f64>,
}

impl Block {
    /// Opens the next row or column; entries are pushed after it.
    pub(super) fn open(&mut self, lower: f64, upper: f64) {
        self.lower.push(lower);
        self.upper.push(upper);
        self.starts.push(index(self.indices.len()));
    }

    pub(super) fn push(&mut self, position: usize, value: f64) {
        if value != 0.0 {
            self.indices.push(index(position));
            self.values.push(value);
        }
    }

    /// Whether all lengths agree, starts never decrease and indices are below `limit`.
    pub(super) fn check(&self, limit: usize) -> Result<(), HighsError> {
        let count = self.starts.len();
        let lengths = self.lower.len() == count && self.upper.len() == count;
        check_matrix(lengths, &self.starts, &self.indices, &self.values, limit)
    }
}

fn check_matrix(
    lengths: bool,
    starts: &[HighsInt],
    indices: &[HighsInt],
    values: &[f64],
    limit: usize,
) -> Result<(), HighsError> {
    let end = index(indices.len());
    let ordered = starts.is_sorted() && starts.iter().all(|start| (0..=end).contains(start));
    let in_range = |position: &HighsInt| usize::try_from(*position).is_ok_and(|p| p < limit);
    let finite = values.iter().all(|value| value.is_finite());
    let sound = lengths && values.len() == indices.len() && ordered && finite;
    if sound && indices.iter().all(in_range) {
        return Ok(());
    }
    Err(HighsError::new("the matrix", "lengths, starts or indices do not fit"))
}
