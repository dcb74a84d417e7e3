//! Shortest augmenting paths in a sparse matrix.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::costs::{CostRows, SparseCosts};
use super::reduction::{Matching, NONE};
use super::solution::HallViolator;

/// Working memory of the searches, reset column by column after each.
struct Search {
    distances: Vec<i64>,
    reached_from: Vec<u32>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
}

impl Matching {
    /// Assigns the rows left over, each along a shortest augmenting path.
    pub(super) fn augment_sparse(&mut self, costs: &SparseCosts) -> Result<(), HallViolator> {
        let columns = costs.column_count();
        let mut search = Search {
            distances: vec![i64::MAX; columns],
            reached_from: vec![NONE; columns],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
        };
        for start in 0..costs.row_count() as u32 {
            if self.columns_of_rows[start as usize] == NONE {
                self.search_from(costs, start, &mut search)?;
            }
        }
        Ok(())
    }

    /// Dijkstra over the columns with a heap.
    fn search_from(
        &mut self,
        costs: &SparseCosts,
        start: u32,
        search: &mut Search,
    ) -> Result<(), HallViolator> {
        let Search { distances, reached_from, touched, heap } = search;
        let mut settled: Vec<u32> = Vec::new();
        let mut row = start;
        let mut offset = 0;
        let (end, length) = loop {
            for &(column, cost) in costs.slice(row as usize) {
                let distance = cost - self.column_prices[column as usize] + offset;
                let known = &mut distances[column as usize];
                if distance < *known {
                    if *known == i64::MAX {
                        touched.push(column);
                    }
                    *known = distance;
                    reached_from[column as usize] = row;
                    heap.push(Reverse((distance, column)));
                }
            }
            let next = loop {
                match heap.pop() {
                    Some(Reverse((distance, column))) if distance > distances[column as usize] => {}
                    other => break other,
                }
            };
            let Some(Reverse((distance, column))) = next else {
                let matched = settled.iter().map(|&column| self.rows_of_columns[column as usize]);
                let mut rows: Vec<u32> = std::iter::once(start).chain(matched).collect();
                rows.sort_unstable();
                return Err(HallViolator::of_rows(costs, rows));
            };
            row = self.rows_of_columns[column as usize];
            if row == NONE {
                break (column, distance);
            }
            settled.push(column);
            // The row's own reduced cost is its least one.
            offset = distance - self.row_price(costs, row);
        };
        for column in settled {
            self.column_prices[column as usize] += distances[column as usize] - length;
        }
        self.shift_along(start, end, reached_from);
        for column in touched.drain(..) {
            distances[column as usize] = i64::MAX;
        }
        heap.clear();
        Ok(())
    }

    /// Reduced cost of the pair that a matched row is in.
    fn row_price(&self, costs: &SparseCosts, row: u32) -> i64 {
        let pairs = costs.slice(row as usize).iter();
        pairs.map(|&(column, cost)| cost - self.column_prices[column as usize]).min().unwrap_or(0)
    }
}
