//! Weighted bipartite assignment: every row gets a column of its own at least total cost.

mod auction;
mod costs;
mod dense_paths;
mod reduction;
mod solution;
mod sparse_paths;
#[cfg(test)]
mod tests;

use self::auction::auction;
pub use self::costs::{CostRows, DenseCosts, SparseCosts};
use self::reduction::Matching;
pub use self::solution::{
    Assignment, AssignmentDefect, AssignmentError, HallViolator, verify_assignment,
    verify_hall_violator,
};

/// Sums of costs along a path stay below this.
const SAFE: u128 = 1 << 60;

/// From this many rows on a square sparse assignment starts with an auction.
const AUCTION_ROWS: usize = 64;

/// Assigns every row of a full cost matrix a column of its own at least total cost.
///
/// Columns start at the price of their cheapest entry, rows then bid for their best column up to
/// where the second best is as good, and each row still left is assigned along a shortest
/// augmenting path, measured in reduced costs. Every step keeps matched entries at reduced cost
/// zero and all others above, so the last matching is optimal.
///
/// # References
/// * R. Jonker, A. Volgenant: A shortest augmenting path algorithm for dense and sparse linear
///   assignment problems. Computing 38 (1987) 325-340.
///
/// # Arguments
/// * `costs`: a matrix of any integers. With fewer rows than columns some columns stay free.
///
/// # Returns
/// The column of every row, the total, and prices of rows and columns as the proof.
///
/// # Errors
/// * [`AssignmentError::Infeasible`] if there are more rows than columns.
/// * [`AssignmentError::CostRange`] if `(largest |cost| + 1) * (rows + columns)` reaches 2^60.
///
/// # Complexity
/// Time O(rows² · columns), space O(rows + columns) beside the matrix.
///
/// # Guarantee
/// Exact; [`verify_assignment`] checks the proof. Same matrix, same answer.
///
/// # Example
/// Four workers and four jobs, the example of the Hungarian method in many textbooks.
/// ```
/// use placewright_solver::graph::{DenseCosts, assign_dense, verify_assignment};
///
/// let costs = DenseCosts::new(4, 4, vec![
///     82, 83, 69, 92,
///     77, 37, 49, 92,
///     11, 69, 5, 86,
///     8, 9, 98, 23,
/// ])?;
/// let best = assign_dense(&costs)?;
/// assert_eq!((best.cost, best.columns.as_slice()), (140, &[2, 1, 0, 3][..]));
/// verify_assignment(&costs, &best)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assign_dense(costs: &DenseCosts) -> Result<Assignment, AssignmentError> {
    check(costs)?;
    let mut matching = Matching::reduced(costs);
    matching.augment_dense(costs);
    Ok(Assignment::from_prices(costs, matching.columns_of_rows, matching.column_prices))
}

/// Assigns every row one of its admissible columns, all different, at least total cost.
///
/// Square instances start with an auction: costs are multiplied by more than the number of
/// columns, every row bids for the column it likes best until nobody is outbid any more, and the
/// least bid shrinks from phase to phase down to one, which makes the outcome optimal. If bidding
/// drags on, or the instance is not square, the rows left over are assigned one after the other
/// along shortest augmenting paths in reduced costs, from the prices reached so far.
///
/// # References
/// * D. P. Bertsekas: Auction algorithms for network flow problems. Computational Optimization
///   and Applications 1 (1992) 7-66.
/// * A. V. Goldberg, R. Kennedy: An efficient cost scaling algorithm for the assignment problem.
///   Mathematical Programming 71 (1995) 153-177.
/// * R. Jonker, A. Volgenant: Computing 38 (1987) 325-340. (Shortest augmenting paths.)
///
/// # Arguments
/// * `costs`: the admissible pairs with any integer costs; of parallel pairs the cheapest counts.
///
/// # Returns
/// The column of every row, the total, and prices of rows and columns as the proof.
///
/// # Errors
/// * [`AssignmentError::Infeasible`] with rows that have too few columns among them, which
///   [`verify_hall_violator`] checks.
/// * [`AssignmentError::CostRange`] if `(largest |cost| + 1) * (rows + columns)` reaches 2^60.
///
/// # Complexity
/// Time O(rows · pairs · log columns), usually near linear in the pairs; space O(pairs).
///
/// # Guarantee
/// Exact; [`verify_assignment`] checks the proof. Same pairs in the same order, same answer.
///
/// # Example
/// ```
/// use placewright_solver::graph::{SparseCosts, assign_sparse, verify_assignment};
///
/// let costs = SparseCosts::new(3, 3, &[(0, 0, 4), (0, 1, 1), (1, 1, 2), (1, 2, 7), (2, 0, 3), (2, 1, 1)])?;
/// let best = assign_sparse(&costs)?;
/// assert_eq!((best.cost, best.columns.as_slice()), (11, &[1, 2, 0][..]));
/// verify_assignment(&costs, &best)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assign_sparse(costs: &SparseCosts) -> Result<Assignment, AssignmentError> {
    check(costs)?;
    let auctioned =
        if costs.row_count() == costs.column_count() && costs.row_count() >= AUCTION_ROWS {
            auction(costs, largest_cost(costs))
        } else {
            None
        };
    let mut matching = match auctioned {
        Some(auctioned) => Matching::from_prices(costs, auctioned),
        None => Matching::reduced(costs),
    };
    matching.augment_sparse(costs)?;
    Ok(Assignment::from_prices(costs, matching.columns_of_rows, matching.column_prices))
}

/// Refuses more rows than columns, and costs whose sums would not fit 64 bits.
fn check(costs: &impl CostRows) -> Result<(), AssignmentError> {
    let (rows, columns) = (costs.row_count(), costs.column_count());
    if rows > columns {
        let rows = (0..rows as u32).collect();
        return Err(HallViolator::of_rows(costs, rows).into());
    }
    let largest = largest_cost(costs);
    if (u128::from(largest) + 1) * ((rows + columns) as u128) >= SAFE {
        return Err(AssignmentError::CostRange { largest });
    }
    Ok(())
}

fn largest_cost(costs: &impl CostRows) -> u64 {
    let rows = 0..costs.row_count();
    rows.flat_map(|row| costs.row(row)).map(|(_, cost)| cost.unsigned_abs()).max().unwrap_or(0)
}
