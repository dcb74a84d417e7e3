//! A small dense linear program that lives on between solves.
//!
//! ```text
//! minimise c·x   subject to   a_i·x >= b_i  for every row i,   x >= 0          with c >= 0
//! ```
//!
//! Because `c >= 0`, the slack basis is dual feasible from the start, and it stays so when a row is
//! added: the dual simplex goes on from where it stands. The dictionary is kept in full, one row
//! of `n` numbers per constraint, so a node of a search tree is a copy of a few kilobytes, and
//! solving again after one more row takes microseconds. (HiGHS needs some 100 µs to begin.)
//!
//! **Reference.** C. E. Lemke, *The dual method of solving the linear programming problem*, Naval
//! Research Logistics Quarterly 1 (1954) 36–47; dictionaries as in V. Chvátal, *Linear
//! Programming* (1983). **Complexity.** O(rows · n) a pivot. **Guarantee.** Floating point: callers
//! scale their numbers to about one and leave a tolerance.

/// Numbers below this count as zero, for data scaled to about one.
const ZERO: f64 = 1e-11;
/// A row is met when it is short of its right-hand side by at most this.
const FEASIBLE: f64 = 1e-10;
/// After so many pivots per row and column in one solve the rule changes to the least index,
/// which cannot cycle; after ten times as many the solve gives up.
const PATIENCE: usize = 20;

/// What a solve found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoveringStatus {
    /// The values are optimal.
    Optimal,
    /// No values meet all rows.
    Infeasible,
    /// Too many pivots: numerical trouble.
    Stalled,
}

/// A live program over `n` columns.
#[derive(Clone, Debug)]
pub struct CoveringLp {
    columns: usize,
    costs: Vec<f64>,
    /// Which variable each nonbasic position holds: columns first, then slacks by number of row.
    nonbasic: Vec<usize>,
    /// Cost of each nonbasic variable, never negative.
    reduced: Vec<f64>,
    /// Which variable each row of the dictionary holds.
    basic: Vec<usize>,
    /// Value of each basic variable.
    values: Vec<f64>,
    /// Coefficients of the nonbasic variables in each row, one after another.
    dictionary: Vec<f64>,
    rows_made: usize,
}

impl CoveringLp {
    /// A program without rows. Costs must not be negative.
    #[must_use]
    pub fn new(costs: Vec<f64>) -> Self {
        debug_assert!(costs.iter().all(|&cost| cost >= 0.0));
        let columns = costs.len();
        Self {
            columns,
            nonbasic: (0..columns).collect(),
            reduced: costs.clone(),
            costs,
            basic: Vec::new(),
            values: Vec::new(),
            dictionary: Vec::new(),
            rows_made: 0,
        }
    }

    /// Adds the row `coefficients · x >= bound`.
    pub fn add_row(&mut self, coefficients: &[f64], bound: f64) {
        let n = self.columns;
        let mut row = vec![0.0; n];
        for (position, &variable) in self.nonbasic.iter().enumerate() {
            if variable < n {
                row[position] = coefficients[variable];
            }
        }
        let mut value = -bound;
        for (position, &variable) in self.basic.iter().enumerate() {
            if variable < n && coefficients[variable] != 0.0 {
                let factor = coefficients[variable];
                value += factor * self.values[position];
                let entries = &self.dictionary[position * n..(position + 1) * n];
                row.iter_mut().zip(entries).for_each(|(cell, entry)| *cell += factor * entry);
            }
        }
        self.basic.push(n + self.rows_made);
        self.rows_made += 1;
        self.values.push(value);
        self.dictionary.extend(row);
    }

    /// Forgets rows that are not tight. They must be separated again when they matter again.
    pub fn drop_slack_rows(&mut self, slack: f64) {
        let n = self.columns;
        let mut kept = 0;
        for row in 0..self.basic.len() {
            if self.basic[row] < n || self.values[row] <= slack {
                self.basic[kept] = self.basic[row];
                self.values[kept] = self.values[row];
                self.dictionary.copy_within(row * n..(row + 1) * n, kept * n);
                kept += 1;
            }
        }
        self.basic.truncate(kept);
        self.values.truncate(kept);
        self.dictionary.truncate(kept * n);
    }

    /// The dual simplex, from the current basis.
    pub fn solve(&mut self) -> CoveringStatus {
        let patience = PATIENCE * (self.columns + self.basic.len() + 1);
        for pivot in 0..10 * patience {
            let Some(row) = self.leaving(pivot > patience) else { return CoveringStatus::Optimal };
            let Some(column) = self.entering(row) else { return CoveringStatus::Infeasible };
            self.pivot(row, column);
        }
        CoveringStatus::Stalled
    }

    /// The row that is short of most, or the short one of least variable.
    fn leaving(&self, least_index: bool) -> Option<usize> {
        let short = (0..self.basic.len()).filter(|&row| self.values[row] < -FEASIBLE);
        if least_index {
            short.min_by_key(|&row| self.basic[row])
        } else {
            short.min_by(|&a, &b| self.values[a].total_cmp(&self.values[b]))
        }
    }

    /// The nonbasic variable that lifts the row at least cost; among equals the largest entry.
    fn entering(&self, row: usize) -> Option<usize> {
        let entries = &self.dictionary[row * self.columns..(row + 1) * self.columns];
        let mut best: Option<(usize, f64)> = None;
        for (column, &entry) in entries.iter().enumerate() {
            if entry <= ZERO {
                continue;
            }
            let ratio = self.reduced[column] / entry;
            let better = best.is_none_or(|(other, least)| {
                ratio < least - ZERO || (ratio <= least + ZERO && entry > entries[other])
            });
            if better {
                best = Some((column, ratio));
            }
        }
        best.map(|(column, _)| column)
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let n = self.columns;
        let mut line: Vec<f64> = self.dictionary[row * n..(row + 1) * n].to_vec();
        let inverse = 1.0 / line[column];
        // The leaving variable takes the place of the entering one.
        line.iter_mut().for_each(|entry| *entry *= -inverse);
        line[column] = inverse;
        let value = -self.values[row] * inverse;
        for other in 0..self.basic.len() {
            let entries = &mut self.dictionary[other * n..(other + 1) * n];
            let factor = entries[column];
            if other == row || factor == 0.0 {
                continue;
            }
            entries[column] = 0.0;
            entries.iter_mut().zip(&line).for_each(|(entry, &cell)| *entry += factor * cell);
            self.values[other] += factor * value;
        }
        let factor = self.reduced[column];
        self.reduced[column] = 0.0;
        for (reduced, &cell) in self.reduced.iter_mut().zip(&line) {
            *reduced = (*reduced + factor * cell).max(0.0);
        }
        self.dictionary[row * n..(row + 1) * n].copy_from_slice(&line);
        self.values[row] = value;
        std::mem::swap(&mut self.basic[row], &mut self.nonbasic[column]);
    }

    /// The current values of the columns.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.columns];
        for (&variable, &value) in self.basic.iter().zip(&self.values) {
            if variable < self.columns {
                values[variable] = value.max(0.0);
            }
        }
        values
    }

    /// The cost of the current values.
    #[must_use]
    pub fn objective(&self) -> f64 {
        self.values().iter().zip(&self.costs).map(|(value, cost)| value * cost).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_at_least_cost_and_goes_on_after_a_new_row() {
        let mut lp = CoveringLp::new(vec![3.0, 2.0]);
        lp.add_row(&[1.0, 1.0], 4.0);
        lp.add_row(&[1.0, 0.0], 1.0);
        assert_eq!(lp.solve(), CoveringStatus::Optimal);
        assert!((lp.objective() - 9.0).abs() < 1e-9);
        lp.add_row(&[1.0, -1.0], 0.0);
        assert_eq!(lp.solve(), CoveringStatus::Optimal);
        assert_eq!(lp.values(), [2.0, 2.0]);
        lp.drop_slack_rows(0.5);
        assert_eq!(lp.solve(), CoveringStatus::Optimal);
        assert_eq!(lp.values(), [2.0, 2.0]);
    }

    #[test]
    fn contradictions_are_found() {
        let mut lp = CoveringLp::new(vec![1.0]);
        lp.add_row(&[1.0], 2.0);
        lp.add_row(&[-1.0], -1.0);
        assert_eq!(lp.solve(), CoveringStatus::Infeasible);
    }
}
