//! What an assignment answers, and the checks that trust none of it.

use thiserror::Error;

use super::costs::CostRows;
use super::reduction::NONE;

/// A least-cost assignment with the prices that prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Total cost.
    pub cost: i128,
    /// The column of every row, all different.
    pub columns: Vec<u32>,
    /// Price of every row. The prices of a row and a column never exceed the cost of the pair
    /// and equal it on assigned pairs.
    pub row_prices: Vec<i64>,
    /// Price of every column; no free column is cheaper than an assigned one.
    pub column_prices: Vec<i64>,
}

/// Rows that cannot all be assigned, because they have fewer columns among them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{} rows have only {} admissible columns among them", .rows.len(), .columns.len())]
pub struct HallViolator {
    /// The rows, in ascending order.
    pub rows: Vec<u32>,
    /// All columns admissible for one of them, in ascending order.
    pub columns: Vec<u32>,
}

/// Why there is no assignment to return.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssignmentError {
    /// The number of entries does not fit the shape, or the shape exceeds 2^32 - 2.
    #[error("{entries} entries for {rows} rows and {columns} columns")]
    Shape {
        /// Number of rows.
        rows: usize,
        /// Number of columns.
        columns: usize,
        /// Number of entries given.
        entries: usize,
    },
    /// A pair names a row or a column that does not exist.
    #[error("there is no row {row} or no column {column}")]
    Pair {
        /// The row.
        row: u32,
        /// The column.
        column: u32,
    },
    /// Prices would not fit 64 bits.
    #[error("a cost of {largest} is too large for a matrix of this size")]
    CostRange {
        /// The largest absolute cost.
        largest: u64,
    },
    /// Some rows have too few columns.
    #[error(transparent)]
    Infeasible(#[from] HallViolator),
}

/// What is wrong with a claimed answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssignmentDefect {
    /// An array has the wrong length.
    #[error("the answer does not fit the shape of the matrix")]
    Length,
    /// A row has no admissible column, or one that another row has.
    #[error("row {row} has column {column}, which is taken or not admissible")]
    Column {
        /// The row.
        row: usize,
        /// Its column.
        column: u32,
    },
    /// The prices of a pair exceed its cost, or fall short of it on an assigned pair.
    #[error("row {row} and column {column} cost {cost}, their prices sum to {prices}")]
    Prices {
        /// The row.
        row: usize,
        /// The column.
        column: u32,
        /// Cost of the pair.
        cost: i64,
        /// Sum of the two prices.
        prices: i128,
    },
    /// A free column is cheaper than an assigned one.
    #[error("free column {column} is cheaper than an assigned one")]
    FreeColumn {
        /// The free column.
        column: usize,
    },
    /// The claimed cost is not the cost of the assignment.
    #[error("the assignment costs {actual}, not {claimed}")]
    Cost {
        /// The claimed cost.
        claimed: i128,
        /// The actual cost.
        actual: i128,
    },
    /// The rows or columns of a violator are not in ascending order, or not what they should be,
    /// or there are enough columns.
    #[error("the rows and columns prove nothing")]
    Violator,
}

impl Assignment {
    /// Derives the prices of the rows and the total.
    pub(super) fn from_prices(
        costs: &impl CostRows,
        columns: Vec<u32>,
        column_prices: Vec<i64>,
    ) -> Self {
        let mut cost = 0;
        let mut row_prices = Vec::with_capacity(columns.len());
        for (row, &column) in columns.iter().enumerate() {
            let pairs = costs.row(row).filter(|&(candidate, _)| candidate == column);
            let least = pairs.map(|(_, cost)| cost).min().unwrap_or(0);
            cost += i128::from(least);
            row_prices.push(least - column_prices[column as usize]);
        }
        Self { cost, columns, row_prices, column_prices }
    }
}

impl HallViolator {
    /// The rows, which must ascend, with all their columns.
    pub(super) fn of_rows(costs: &impl CostRows, rows: Vec<u32>) -> Self {
        let mut admissible = vec![false; costs.column_count()];
        for &row in &rows {
            for (column, _) in costs.row(row as usize) {
                admissible[column as usize] = true;
            }
        }
        let columns = (0..admissible.len() as u32).filter(|&column| admissible[column as usize]);
        Self { rows, columns: columns.collect() }
    }
}

/// Checks that an assignment is complete and, by its prices, that none is cheaper.
///
/// Every other assignment pays at least the prices of all rows and of as many columns, and no
/// choice of columns has a lower sum of prices than the assigned ones.
///
/// # Errors
///
/// The first [`AssignmentDefect`] found.
pub fn verify_assignment(
    costs: &impl CostRows,
    answer: &Assignment,
) -> Result<(), AssignmentDefect> {
    let Assignment { cost: claimed, columns, row_prices, column_prices } = answer;
    let (row_count, column_count) = (costs.row_count(), costs.column_count());
    if (columns.len(), row_prices.len(), column_prices.len())
        != (row_count, row_count, column_count)
    {
        return Err(AssignmentDefect::Length);
    }
    let mut row_of = vec![NONE; column_count];
    let mut actual = 0;
    for (row, &column) in columns.iter().enumerate() {
        let mut own: Option<i64> = None;
        for (candidate, cost) in costs.row(row) {
            let prices =
                i128::from(row_prices[row]) + i128::from(column_prices[candidate as usize]);
            if prices > i128::from(cost) {
                return Err(AssignmentDefect::Prices { row, column: candidate, cost, prices });
            }
            if candidate == column {
                own = Some(own.map_or(cost, |own| own.min(cost)));
            }
        }
        let Some(cost) = own.filter(|_| row_of[column as usize] == NONE) else {
            return Err(AssignmentDefect::Column { row, column });
        };
        let prices = i128::from(row_prices[row]) + i128::from(column_prices[column as usize]);
        if prices != i128::from(cost) {
            return Err(AssignmentDefect::Prices { row, column, cost, prices });
        }
        row_of[column as usize] = row as u32;
        actual += i128::from(cost);
    }
    let dearest = columns.iter().map(|&column| column_prices[column as usize]).max();
    let cheaper = |column: usize| Some(column_prices[column]) < dearest;
    if let Some(column) =
        (0..column_count).find(|&column| row_of[column] == NONE && cheaper(column))
    {
        return Err(AssignmentDefect::FreeColumn { column });
    }
    if actual == *claimed {
        Ok(())
    } else {
        Err(AssignmentDefect::Cost { claimed: *claimed, actual })
    }
}

/// Checks that the rows have exactly the given columns among them, and that these are too few.
///
/// # Errors
///
/// [`AssignmentDefect::Violator`].
pub fn verify_hall_violator(
    costs: &impl CostRows,
    violator: &HallViolator,
) -> Result<(), AssignmentDefect> {
    let HallViolator { rows, columns } = violator;
    let ascending = rows.is_sorted_by(|left, right| left < right);
    let exist = rows.last().is_none_or(|&row| (row as usize) < costs.row_count());
    if ascending
        && exist
        && rows.len() > columns.len()
        && HallViolator::of_rows(costs, rows.clone()) == *violator
    {
        Ok(())
    } else {
        Err(AssignmentDefect::Violator)
    }
}
