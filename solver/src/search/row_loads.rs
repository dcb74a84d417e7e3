//! Loads of shared capacities, with the effect of a change told before it is made.
//!
//! **Idea.** Whatever an item's decision is, all that others feel of it is how much of which row
//! (a capacity) it uses. A row has a free amount, a price for every unit beyond it, and a most that
//! must not be exceeded. A move takes some uses away and brings others; its effect on prices and on
//! what exceeds the most is a sum over the rows it touches.
//!
//! **Complexity.** O(r²) per change of r uses, r being a dozen at most; independent of the numbers of
//! items and rows. Space O(rows).

/// How much of a row something uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The row.
    pub row: u32,
    /// The amount, in the row's unit.
    pub amount: i64,
}

/// What a row offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowLimit {
    /// Up to here nothing is paid.
    pub free: i64,
    /// Price of a unit beyond.
    pub price: i64,
    /// Beyond this the row is violated.
    pub most: i64,
}

/// What a change does, or what all loads amount to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effect {
    /// What exceeds the most of rows, each weighted by how small the row is. Comes first.
    pub violation: i128,
    /// Prices of what exceeds the free amounts.
    pub cost: i128,
}

impl std::ops::Add for Effect {
    type Output = Effect;

    fn add(self, other: Effect) -> Effect {
        Effect { violation: self.violation + other.violation, cost: self.cost + other.cost }
    }
}

/// Loads of all rows.
#[derive(Clone, Debug)]
pub struct RowLoads {
    limits: Vec<RowLimit>,
    loads: Vec<i64>,
}

impl RowLoads {
    /// Rows with nothing on them.
    #[must_use]
    pub fn new(limits: Vec<RowLimit>) -> Self {
        let loads = vec![0; limits.len()];
        Self { limits, loads }
    }

    /// The load of a row.
    #[must_use]
    pub fn load(&self, row: u32) -> i64 {
        self.loads[row as usize]
    }

    /// The limit of a row.
    #[must_use]
    pub fn limit(&self, row: u32) -> RowLimit {
        self.limits[row as usize]
    }

    /// How much more a row takes before it is violated; negative where it is violated already.
    #[must_use]
    pub fn room(&self, row: u32) -> i64 {
        self.limits[row as usize].most - self.loads[row as usize]
    }

    /// What a change of a row's load adds to the amount beyond its most, in the row's own unit. For
    /// searches that weigh violations themselves. O(1).
    ///
    /// ```
    /// use placewright_solver::search::row_loads::*;
    /// let mut rows = RowLoads::new(vec![RowLimit { free: 8, price: 0, most: 8 }]);
    /// rows.shift(0, 6);
    /// assert_eq!((rows.room(0), rows.excess_change(0, 5)), (2, 3));
    /// rows.shift(0, 5);
    /// assert_eq!((rows.room(0), rows.excess_change(0, -4)), (-3, -3));
    /// ```
    #[must_use]
    pub fn excess_change(&self, row: u32, change: i64) -> i64 {
        let room = self.room(row);
        (change - room).max(0) - (-room).max(0)
    }

    /// Changes the load of a row.
    pub fn shift(&mut self, row: u32, change: i64) {
        self.loads[row as usize] += change;
    }

    /// Puts uses onto rows.
    pub fn add(&mut self, uses: &[Use]) {
        uses.iter().for_each(|each| self.loads[each.row as usize] += each.amount);
    }

    /// Takes uses off rows.
    pub fn remove(&mut self, uses: &[Use]) {
        uses.iter().for_each(|each| self.loads[each.row as usize] -= each.amount);
    }

    /// What taking some uses off and putting others on would do.
    ///
    /// ```
    /// use placewright_solver::search::row_loads::*;
    /// let mut rows = RowLoads::new(vec![RowLimit { free: 5, price: 2, most: 8 }]);
    /// let three = [Use { row: 0, amount: 3 }];
    /// rows.add(&three);
    /// assert_eq!(rows.effect(&[], &three).cost, 2);
    /// assert_eq!(rows.effect(&three, &three), Effect::default());
    /// rows.add(&three);
    /// assert!(rows.effect(&[], &three).violation > 0);
    /// ```
    #[must_use]
    pub fn effect(&self, removed: &[Use], added: &[Use]) -> Effect {
        let mut effect = Effect::default();
        let all = || {
            let removed = removed.iter().map(|each| (each.row, -each.amount));
            removed.chain(added.iter().map(|each| (each.row, each.amount)))
        };
        for (at, (row, _)) in all().enumerate() {
            // The first use of a row speaks for all of it.
            if all().take(at).any(|(other, _)| other == row) {
                continue;
            }
            let change: i64 =
                all().skip(at).filter(|each| each.0 == row).map(|(_, amount)| amount).sum();
            if change != 0 {
                let load = self.loads[row as usize];
                let (before, after) =
                    (self.amounts_to(row, load), self.amounts_to(row, load + change));
                effect.violation += after.violation - before.violation;
                effect.cost += after.cost - before.cost;
            }
        }
        effect
    }

    /// What the load of a row amounts to.
    #[must_use]
    pub fn at(&self, row: u32) -> Effect {
        self.amounts_to(row, self.load(row))
    }

    /// What all loads amount to.
    #[must_use]
    pub fn total(&self) -> Effect {
        (0..self.loads.len() as u32).fold(Effect::default(), |sum, row| sum + self.at(row))
    }

    fn amounts_to(&self, row: u32, load: i64) -> Effect {
        let limit = self.limits[row as usize];
        let over = |limit: i64| i128::from(load) - i128::from(limit).min(i128::from(load));
        // A unit of a small row weighs more than one of a large row.
        let weight = 1 + (1 << 20) / i128::from(limit.most.max(1));
        Effect {
            violation: over(limit.most) * weight,
            cost: over(limit.free) * i128::from(limit.price),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_differences_of_totals() {
        let limits = (1..5).map(|n| RowLimit { free: n, price: n, most: 2 * n }).collect();
        let mut rows = RowLoads::new(limits);
        let uses = |list: &[(u32, i64)]| -> Vec<Use> {
            list.iter().map(|&(row, amount)| Use { row, amount }).collect()
        };
        let (a, b) = (uses(&[(0, 2), (1, 7), (1, 1)]), uses(&[(1, 3), (3, 9), (0, 1)]));
        rows.add(&a);
        let (before, told) = (rows.total(), rows.effect(&a, &b));
        rows.remove(&a);
        rows.add(&b);
        assert_eq!(before + told, rows.total());
    }
}
