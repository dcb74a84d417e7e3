//! Ports or links counted in a table, with a bit for each cell that has one free.

use serde::{Deserialize, Serialize};

use super::bits::BitRows;

/// A table of equal things, some in use, some failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    columns: usize,
    /// By column.
    capacity: Vec<u32>,
    used: Vec<u32>,
    failed: Vec<u32>,
    /// By row: free things of all columns.
    free: Vec<u32>,
    /// By row: one bit per column with a free one.
    bits: BitRows,
}

impl Side {
    /// Everything is free; `capacity` is that of the columns, the same in all rows.
    #[must_use]
    pub fn new(rows: usize, capacity: Vec<u32>) -> Self {
        let columns = capacity.len();
        let mut bits = BitRows::new(rows, columns);
        for row in 0..rows {
            for (column, &of) in capacity.iter().enumerate() {
                bits.put(row, column, of > 0);
            }
        }
        Self {
            columns,
            used: vec![0; rows * columns],
            failed: vec![0; rows * columns],
            free: vec![capacity.iter().sum(); rows],
            capacity,
            bits,
        }
    }

    /// How many there are in a cell, free or not.
    #[must_use]
    pub fn capacity(&self, column: u32) -> u32 {
        self.capacity[column as usize]
    }

    /// How many of a cell failed.
    #[must_use]
    pub fn failed(&self, row: u32, column: u32) -> u32 {
        self.failed[self.cell(row, column)]
    }

    /// How many of a cell are in use.
    #[must_use]
    pub fn used(&self, row: u32, column: u32) -> u32 {
        self.used[self.cell(row, column)]
    }

    /// How many of a cell are free.
    #[must_use]
    pub fn free(&self, row: u32, column: u32) -> u32 {
        let cell = self.cell(row, column);
        self.capacity[column as usize].saturating_sub(self.used[cell] + self.failed[cell])
    }

    /// Whether more of a cell are in use than are sound.
    #[must_use]
    pub fn is_overfull(&self, row: u32, column: u32) -> bool {
        let cell = self.cell(row, column);
        self.used[cell] + self.failed[cell] > self.capacity[column as usize]
    }

    /// How many of each row are free.
    #[must_use]
    pub fn free_by_row(&self) -> &[u32] {
        &self.free
    }

    /// The columns of a row with something free, one bit each.
    #[must_use]
    pub fn row(&self, row: u32) -> &[u64] {
        self.bits.row(row as usize)
    }

    /// Uses some of a cell. O(1).
    pub fn take(&mut self, row: u32, column: u32, count: u32) {
        self.change(row, column, |side, cell| side.used[cell] += count);
    }

    /// Gives some back. O(1).
    pub fn give(&mut self, row: u32, column: u32, count: u32) {
        self.change(row, column, |side, cell| side.used[cell] -= count);
    }

    /// Some fail.
    pub fn fail(&mut self, row: u32, column: u32, count: u32) {
        self.change(row, column, |side, cell| side.failed[cell] += count);
    }

    /// Some are repaired.
    pub fn repair(&mut self, row: u32, column: u32, count: u32) {
        self.change(row, column, |side, cell| side.failed[cell] -= count);
    }

    fn change(&mut self, row: u32, column: u32, how: impl FnOnce(&mut Self, usize)) {
        let before = self.free(row, column);
        let cell = self.cell(row, column);
        how(self, cell);
        let after = self.free(row, column);
        let of = &mut self.free[row as usize];
        *of = *of + after - before;
        self.bits.put(row as usize, column as usize, after > 0);
    }

    fn cell(&self, row: u32, column: u32) -> usize {
        row as usize * self.columns + column as usize
    }
}
