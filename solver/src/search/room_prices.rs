//! Prices of room that is missing, for walks that may break capacities on their way.
//!
//! **Idea.** Where large items sit tightly among small ones, no single change makes room for them,
//! and a walk that keeps every capacity is stuck although the temperature is high. A walk that pays
//! for what is missing goes through. One price serves badly: low, and the walk ends beyond some
//! capacity; high, and it is stuck as before. So every row has its own, which rises while what the
//! row is charged is more than the temperature explains, and sinks back to a base while it is not:
//! the subgradient method on the capacities' multipliers, run along with annealing.
//!
//! References: B. W. Wah, Z. Wu, *The theory of discrete Lagrange multipliers for nonlinear discrete
//! optimization*, CP 1999; B. W. Wah, T. Wang, *Simulated annealing with asymptotic convergence for
//! nonlinear constrained global optimization*, CP 1999, for multipliers under annealing.
//! O(rows of the block) per charge, O(rows) per repricing. Guarantee: none.

/// A price for missing room in every row of blocks that are all alike.
#[derive(Clone, Debug)]
pub struct RoomPrices {
    /// The least price of rows, by place in the block.
    base: Vec<f64>,
    /// The price of every row, block by block.
    prices: Vec<f64>,
}

/// How prices change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repricing {
    /// What a row may be charged before its price rises.
    pub bearable: f64,
    /// Factor of prices that rise, at least 1.
    pub up: f64,
    /// Factor of prices that sink, at most 1.
    pub down: f64,
}

impl RoomPrices {
    /// So many blocks with base prices.
    #[must_use]
    pub fn new(blocks: usize, base: Vec<f64>) -> Self {
        let prices = base.repeat(blocks);
        Self { base, prices }
    }

    /// By how much the charge of a block would change if one item left and another came; `room` is
    /// what the block's rows have left. Amounts that end early use the first rows only, none none.
    ///
    /// ```
    /// use placewright_solver::search::room_prices::RoomPrices;
    /// let prices = RoomPrices::new(1, vec![2.0, 10.0]);
    /// assert_eq!(prices.charge(0, &[1, 1], &[], &[4, 2]), 2.0 * 3.0 + 10.0);
    /// assert_eq!(prices.charge(0, &[-3, -1], &[3], &[]), -2.0 * 3.0);
    /// assert_eq!(prices.charge(0, &[-3, -1], &[3], &[1, 1]), -2.0 * 2.0 + 10.0);
    /// ```
    #[must_use]
    pub fn charge(&self, block: u32, room: &[i64], removed: &[i64], added: &[i64]) -> f64 {
        let first = block as usize * self.base.len();
        let prices = &self.prices[first..first + self.base.len()];
        let both = removed.len().min(added.len());
        let more = |room: i64, amount: i64| ((amount - room).max(0) - (-room).max(0)) as f64;
        let mut sum = 0.0;
        let rows = room.iter().zip(prices);
        for ((&room, price), (&out, &into)) in rows.zip(removed.iter().zip(added)) {
            sum += price * more(room, into - out);
        }
        let rows = || room[both..].iter().zip(&prices[both..]);
        for ((&room, price), &out) in rows().zip(&removed[both..]) {
            sum += price * more(room, -out);
        }
        for ((&room, price), &into) in rows().zip(&added[both..]) {
            sum += price * more(room, into);
        }
        sum
    }

    /// Raises the prices of rows that are charged more than is bearable and lets the others sink;
    /// `room` is what all rows have left, block by block.
    ///
    /// ```
    /// use placewright_solver::search::room_prices::{Repricing, RoomPrices};
    /// let mut prices = RoomPrices::new(2, vec![1.0]);
    /// prices.reprice(&[-5, 0], Repricing { bearable: 4.0, up: 2.0, down: 0.5 });
    /// assert_eq!(prices.charge(0, &[0], &[], &[1]), 2.0);
    /// assert_eq!(prices.charge(1, &[0], &[], &[1]), 1.0);
    /// ```
    pub fn reprice(&mut self, room: &[i64], how: Repricing) {
        let base = self.base.iter().cycle();
        for ((price, &room), &base) in self.prices.iter_mut().zip(room).zip(base) {
            if -room as f64 * *price > how.bearable {
                *price *= how.up;
            } else {
                *price = (*price * how.down).max(base);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A charge is the difference of what is missing before and after.
        #[test]
        fn charges_are_differences(
            room in proptest::collection::vec(-9..9_i64, 3),
            out in proptest::collection::vec(0..9_i64, 0..=3),
            into in proptest::collection::vec(0..9_i64, 0..=3),
        ) {
            let base = [1.0, 2.0, 4.0];
            let prices = RoomPrices::new(2, base.to_vec());
            let missing = |room: &[i64]| -> f64 {
                room.iter().zip(base).map(|(&room, price)| price * (-room).max(0) as f64).sum()
            };
            let mut after = room.clone();
            after.iter_mut().zip(&out).for_each(|(room, out)| *room += out);
            after.iter_mut().zip(&into).for_each(|(room, into)| *room -= into);
            let wanted = missing(&after) - missing(&room);
            prop_assert_eq!(prices.charge(1, &room, &out, &into), wanted);
        }
    }
}
