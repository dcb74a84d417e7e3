//! Partial matchings with prices, and cheap ways to a good one.

use super::costs::CostRows;

/// No row, or no column.
pub(super) const NONE: u32 = u32::MAX;

/// How often all rows left over bid again before paths take over.
const BIDDING_ROUNDS: usize = 2;

/// A matching in which every matched pair has the least reduced cost `cost - column price` of
/// its row. With fewer rows than columns, free columns have price zero and no price is positive.
#[derive(Clone, Debug)]
pub(super) struct Matching {
    pub(super) columns_of_rows: Vec<u32>,
    pub(super) rows_of_columns: Vec<u32>,
    pub(super) column_prices: Vec<i64>,
}

/// The two least reduced costs of a row.
struct Preference {
    column: u32,
    reduced: i64,
    other_column: u32,
    other_reduced: i64,
}

impl Matching {
    /// Nobody matched at given prices.
    pub(super) fn empty(rows: usize, column_prices: Vec<i64>) -> Self {
        let rows_of_columns = vec![NONE; column_prices.len()];
        Self { columns_of_rows: vec![NONE; rows], rows_of_columns, column_prices }
    }

    /// Column reduction (square only, since it prices free columns) and row bidding.
    pub(super) fn reduced(costs: &impl CostRows) -> Self {
        let (rows, columns) = (costs.row_count(), costs.column_count());
        let mut matching = Self::empty(rows, vec![0; columns]);
        if rows == columns {
            matching.reduce_columns(costs);
        }
        let mut free: Vec<u32> = (0..rows as u32)
            .filter(|&row| matching.columns_of_rows[row as usize] == NONE)
            .collect();
        for _ in 0..BIDDING_ROUNDS {
            free = matching.bid(costs, free);
        }
        matching
    }

    /// Matches greedily at given prices of the columns.
    pub(super) fn from_prices(costs: &impl CostRows, column_prices: Vec<i64>) -> Self {
        let mut matching = Self::empty(costs.row_count(), column_prices);
        for row in 0..costs.row_count() {
            let reduced = |(column, cost): (u32, i64)| {
                (cost - matching.column_prices[column as usize], column)
            };
            let Some(least) = costs.row(row).map(|pair| reduced(pair).0).min() else { continue };
            let free = costs.row(row).map(reduced).find(|&(reduced, column)| {
                reduced == least && matching.rows_of_columns[column as usize] == NONE
            });
            if let Some((_, column)) = free {
                matching.assign(row as u32, column);
            }
        }
        matching
    }

    /// Prices every column at its least cost and gives it to a row of that cost.
    fn reduce_columns(&mut self, costs: &impl CostRows) {
        let mut cheapest = vec![NONE; self.column_prices.len()];
        for row in 0..costs.row_count() {
            for (column, cost) in costs.row(row) {
                let price = &mut self.column_prices[column as usize];
                if cheapest[column as usize] == NONE || cost < *price {
                    (*price, cheapest[column as usize]) = (cost, row as u32);
                }
            }
        }
        for (column, &row) in cheapest.iter().enumerate() {
            if row != NONE && self.columns_of_rows[row as usize] == NONE {
                self.assign(row, column as u32);
            }
        }
    }

    /// Lets every free row take its best column, which then costs as much as its second best.
    /// Returns the rows that are free afterwards.
    ///
    /// A row that was outbid bids at once, unless that goes on for too long.
    fn bid(&mut self, costs: &impl CostRows, free: Vec<u32>) -> Vec<u32> {
        let mut still_free = Vec::new();
        let mut patience = 4 * costs.row_count();
        for start in free {
            let mut row = start;
            while let Some(best) = self.preference(costs, row) {
                let strict = best.reduced < best.other_reduced && best.other_column != NONE;
                let mut column = best.column;
                if strict {
                    self.column_prices[column as usize] -= best.other_reduced - best.reduced;
                } else if self.rows_of_columns[column as usize] != NONE
                    && best.other_column != NONE
                    && best.reduced == best.other_reduced
                {
                    column = best.other_column;
                }
                let outbid = self.rows_of_columns[column as usize];
                if outbid != NONE {
                    if !strict || patience == 0 {
                        if strict {
                            self.unassign(outbid, column);
                            self.assign(row, column);
                            row = outbid;
                        }
                        still_free.push(row);
                        break;
                    }
                    self.unassign(outbid, column);
                }
                self.assign(row, column);
                if outbid == NONE {
                    break;
                }
                patience -= 1;
                row = outbid;
            }
        }
        still_free
    }

    fn preference(&self, costs: &impl CostRows, row: u32) -> Option<Preference> {
        let mut best = Preference {
            column: NONE,
            reduced: i64::MAX,
            other_column: NONE,
            other_reduced: i64::MAX,
        };
        for (column, cost) in costs.row(row as usize) {
            let reduced = cost - self.column_prices[column as usize];
            if reduced < best.reduced {
                best.other_column = best.column;
                best.other_reduced = best.reduced;
                (best.column, best.reduced) = (column, reduced);
            } else if reduced < best.other_reduced && column != best.column {
                (best.other_column, best.other_reduced) = (column, reduced);
            }
        }
        (best.column != NONE).then_some(best)
    }

    pub(super) fn assign(&mut self, row: u32, column: u32) {
        self.columns_of_rows[row as usize] = column;
        self.rows_of_columns[column as usize] = row;
    }

    fn unassign(&mut self, row: u32, column: u32) {
        self.columns_of_rows[row as usize] = NONE;
        self.rows_of_columns[column as usize] = NONE;
    }

    /// Gives `column` to the row that reached it, that row's column to the row before, and so on.
    pub(super) fn shift_along(&mut self, start: u32, mut column: u32, reached_from: &[u32]) {
        loop {
            let row = reached_from[column as usize];
            let given_up = self.columns_of_rows[row as usize];
            self.assign(row, column);
            if row == start {
                return;
            }
            column = given_up;
        }
    }
}
