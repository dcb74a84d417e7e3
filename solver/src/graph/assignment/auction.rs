//! An auction with shrinking least bids.

use super::SAFE;
use super::costs::{CostRows, SparseCosts};
use super::reduction::NONE;

/// By how much the least bid shrinks from one phase to the next.
const SHRINKAGE: i64 = 7;

/// Bids per row in one phase after which the auction is abandoned.
const PATIENCE: usize = 100;

/// Prices below this end the auction. One bid lowers a price by no more than the prices and
/// scaled costs differ, so nothing overflows before.
const PRICE_FLOOR: i64 = -(1 << 60);

/// Prices of the columns at which a perfect matching of least reduced costs exists, if the
/// auction comes to its end; otherwise good prices to start from; nothing if costs are too large.
///
/// Works on costs times `factor`, one more than the number of columns. When every row has a
/// column whose reduced cost is at most one above the least, no exchange round a cycle can gain
/// `factor`, so the matching is optimal. The prices in units of `factor` are then made exact by
/// rounding at a remainder that no price has: a difference of one unit cannot hide there.
pub(super) fn auction(costs: &SparseCosts, largest: u64) -> Option<Vec<i64>> {
    let factor = costs.column_count() as i64 + 1;
    if u128::from(largest).max(1) * (factor as u128) >= SAFE >> 3 {
        return None;
    }
    let mut auction = Auction::new(costs, factor);
    let mut least_bid = (largest as i64).max(1) * factor;
    while least_bid > 1 {
        least_bid = (least_bid / SHRINKAGE).max(1);
        if !auction.run_phase(costs, least_bid) {
            return Some(auction.rounded_at(0));
        }
    }
    Some(auction.rounded_at(auction.unused_remainder()))
}

struct Auction {
    factor: i64,
    prices: Vec<i64>,
    rows_of_columns: Vec<u32>,
    open: Vec<u32>,
}

impl Auction {
    fn new(costs: &SparseCosts, factor: i64) -> Self {
        let columns = costs.column_count();
        Self {
            factor,
            prices: vec![0; columns],
            rows_of_columns: vec![NONE; columns],
            open: Vec::new(),
        }
    }

    /// Matches all rows such that each has a column at most `least_bid` above its best one.
    /// False if that took too long.
    fn run_phase(&mut self, costs: &SparseCosts, least_bid: i64) -> bool {
        self.rows_of_columns.fill(NONE);
        self.open.clear();
        self.open.extend((0..costs.row_count() as u32).rev());
        let mut patience = PATIENCE * costs.row_count();
        while let Some(row) = self.open.pop() {
            let (mut best, mut column, mut second) = (i64::MAX, NONE, i64::MAX);
            for &(candidate, cost) in costs.slice(row as usize) {
                let reduced = cost * self.factor - self.prices[candidate as usize];
                if reduced < best {
                    second = best;
                    (best, column) = (reduced, candidate);
                } else if reduced < second {
                    second = reduced;
                }
            }
            if column == NONE || patience == 0 {
                return false;
            }
            patience -= 1;
            let raise = if second == i64::MAX { 0 } else { second - best };
            let price = &mut self.prices[column as usize];
            *price -= raise + least_bid;
            if *price < PRICE_FLOOR {
                return false;
            }
            let outbid = std::mem::replace(&mut self.rows_of_columns[column as usize], row);
            if outbid != NONE {
                self.open.push(outbid);
            }
        }
        true
    }

    /// A remainder modulo `factor` that no price has: there are more remainders than columns.
    fn unused_remainder(&self) -> i64 {
        let mut used = vec![false; self.factor as usize];
        for &price in &self.prices {
            used[price.rem_euclid(self.factor) as usize] = true;
        }
        used.iter().position(|&used| !used).unwrap_or(0) as i64
    }

    /// The prices in units of `factor`, rounded such that `remainder` is the largest one.
    fn rounded_at(&self, remainder: i64) -> Vec<i64> {
        let shift = self.factor - 1 - remainder;
        self.prices.iter().map(|&price| (price + shift).div_euclid(self.factor)).collect()
    }
}
