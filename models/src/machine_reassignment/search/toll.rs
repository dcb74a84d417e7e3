//! What a walk pays for room that is missing. See `room_prices`.
//!
//! A row's least price is `BASE` times what a process adds to priced rows on average, for as much
//! as a process needs of that row on average: rows count alike whatever their units and weights.

use placewright_solver::search::room_prices::{Repricing, RoomPrices};

use super::board::Board;

/// Least price of room for an average process, in average amounts of priced rows.
const BASE: f64 = 3.0;
/// What a row may be charged before its price rises, in temperatures: fluctuations stay below.
const BEARABLE: f64 = 3.0;
/// A row that is charged more during a whole run has its price multiplied by `e` to this power.
const RISE: f64 = 50.0;
/// The same for prices that sink.
const FALL: f64 = 5.0;

/// What a walk pays for room that is missing.
pub struct Toll {
    prices: RoomPrices,
    /// Bounds of what a change of a process may save beside the toll.
    savings: Vec<i64>,
    /// When prices were last changed, as a part of the run.
    repriced: f64,
}

impl Toll {
    /// Base prices for the instance of a board, once a part of the run is done.
    #[must_use]
    pub fn new(board: &Board, done: f64) -> Self {
        let tables = &board.tables;
        let typical = tables.typical_amount();
        let base = tables.mean_needs().map(|need| BASE * typical / need.max(1.0)).collect();
        let savings = (0..tables.processes as u32).map(|process| tables.most_savings(process));
        Self {
            prices: RoomPrices::new(tables.machines, base),
            savings: savings.collect(),
            repriced: done,
        }
    }

    /// What a shift may cost if it may cost `limit` together with its toll; none if no saving pays
    /// for the toll.
    #[must_use]
    pub fn limit_of_shift(&self, board: &Board, process: u32, to: u32, limit: i64) -> Option<i64> {
        let toll = board.toll_of_shift(&self.prices, process, to) as i64;
        let limit = limit.saturating_sub(toll);
        (limit >= -self.savings[process as usize]).then_some(limit)
    }

    /// The same for a swap.
    #[must_use]
    pub fn limit_of_swap(&self, board: &Board, one: u32, other: u32, limit: i64) -> Option<i64> {
        let toll = board.toll_of_swap(&self.prices, one, other) as i64;
        let limit = limit.saturating_sub(toll);
        let savings = self.savings[one as usize] + self.savings[other as usize];
        (limit >= -savings).then_some(limit)
    }

    /// Changes prices at a temperature, once a part of the run is done.
    pub fn reprice(&mut self, board: &Board, temperature: f64, done: f64) {
        let part = (done - self.repriced).max(0.0);
        self.repriced = done;
        let bearable = BEARABLE * temperature;
        let (up, down) = ((RISE * part).exp(), (-FALL * part).exp());
        self.prices.reprice(board.room(), Repricing { bearable, up, down });
    }
}
