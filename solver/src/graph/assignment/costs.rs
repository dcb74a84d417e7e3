//! Cost matrices, full and sparse.

use super::solution::AssignmentError;

/// A cost matrix, row by row.
pub trait CostRows {
    /// Number of rows.
    fn row_count(&self) -> usize;
    /// Number of columns.
    fn column_count(&self) -> usize;
    /// The admissible columns of a row, each with its cost.
    fn row(&self, row: usize) -> impl Iterator<Item = (u32, i64)>;
}

/// A full matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenseCosts {
    rows: usize,
    columns: usize,
    costs: Vec<i64>,
}

impl DenseCosts {
    /// A matrix from its entries, row after row.
    ///
    /// # Errors
    ///
    /// [`AssignmentError::Shape`] unless there are `rows * columns` entries.
    pub fn new(rows: usize, columns: usize, costs: Vec<i64>) -> Result<Self, AssignmentError> {
        let fits = columns < u32::MAX as usize && rows < u32::MAX as usize;
        if !fits || rows.checked_mul(columns) != Some(costs.len()) {
            return Err(AssignmentError::Shape { rows, columns, entries: costs.len() });
        }
        Ok(Self { rows, columns, costs })
    }

    /// The entries of a row.
    pub(super) fn slice(&self, row: usize) -> &[i64] {
        &self.costs[row * self.columns..(row + 1) * self.columns]
    }
}

impl CostRows for DenseCosts {
    fn row_count(&self) -> usize {
        self.rows
    }

    fn column_count(&self) -> usize {
        self.columns
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (u32, i64)> {
        (0..).zip(self.slice(row).iter().copied())
    }
}

/// The admissible pairs only, grouped by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparseCosts {
    columns: usize,
    starts: Vec<usize>,
    pairs: Vec<(u32, i64)>,
}

impl SparseCosts {
    /// A matrix from `(row, column, cost)`, in any order.
    ///
    /// # Errors
    ///
    /// [`AssignmentError::Pair`] if a row or column does not exist.
    pub fn new(
        rows: usize,
        columns: usize,
        entries: &[(u32, u32, i64)],
    ) -> Result<Self, AssignmentError> {
        if rows >= u32::MAX as usize || columns >= u32::MAX as usize {
            return Err(AssignmentError::Shape { rows, columns, entries: entries.len() });
        }
        let mut starts = vec![0; rows + 1];
        for &(row, column, _) in entries {
            if row as usize >= rows || column as usize >= columns {
                return Err(AssignmentError::Pair { row, column });
            }
            starts[row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut pairs = vec![(0, 0); entries.len()];
        for &(row, column, cost) in entries {
            pairs[next[row as usize]] = (column, cost);
            next[row as usize] += 1;
        }
        Ok(Self { columns, starts, pairs })
    }

    /// The admissible columns of a row, each with its cost.
    pub(super) fn slice(&self, row: usize) -> &[(u32, i64)] {
        &self.pairs[self.starts[row]..self.starts[row + 1]]
    }
}

impl CostRows for SparseCosts {
    fn row_count(&self) -> usize {
        self.starts.len() - 1
    }

    fn column_count(&self) -> usize {
        self.columns
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (u32, i64)> {
        self.slice(row).iter().copied()
    }
}
