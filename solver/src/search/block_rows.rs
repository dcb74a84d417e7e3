//! Rows of machines that are all alike: every machine has the same kinds of rows, every item an
//! amount for each of them.
//!
//! **Idea.** `RowLoads` serves items that use a few rows out of many. Where an item uses all rows of
//! the block it is on (a process on a machine uses every resource of it), the amounts lie side by
//! side in memory and no row has to be named. Prices are multiplied into the amounts beforehand: a
//! row then costs what is beyond zero, and an effect is a sum of differences of maxima.
//!
//! **Complexity.** O(r) per effect for blocks of r rows, without branches. Space O(blocks · r).

/// Rows that cost what they carry beyond their free amount.
#[derive(Clone, Debug)]
pub struct PricedRows {
    width: usize,
    /// Load less free amount, times the price.
    beyond: Vec<i64>,
}

impl PricedRows {
    /// Blocks of `width` rows; `beyond` has the load less the free amount, times the price, of every
    /// row, block by block.
    #[must_use]
    pub fn new(width: usize, beyond: Vec<i64>) -> Self {
        Self { width, beyond }
    }

    /// The rows of a block: load less free amount, times the price.
    #[must_use]
    pub fn block(&self, block: u32) -> &[i64] {
        let first = block as usize * self.width;
        &self.beyond[first..first + self.width]
    }

    /// What a block costs.
    #[must_use]
    pub fn cost(&self, block: u32) -> i64 {
        self.block(block).iter().map(|&beyond| beyond.max(0)).sum()
    }

    /// What an item would change by coming to a block; `amounts` times the price.
    ///
    /// ```
    /// use placewright_solver::search::block_rows::PricedRows;
    /// let mut rows = PricedRows::new(2, vec![-3, 0]);
    /// assert_eq!(rows.effect_of_adding(0, &[5, 1]), 2 + 1);
    /// rows.add(0, &[5, 1]);
    /// assert_eq!(rows.cost(0), 3);
    /// assert_eq!(rows.effect_of_removing(0, &[5, 1]), -3);
    /// assert_eq!(rows.effect_of_exchange(0, &[5, 1], &[4, 1]), -1);
    /// ```
    #[must_use]
    pub fn effect_of_adding(&self, block: u32, amounts: &[i64]) -> i64 {
        let rows = self.block(block).iter().zip(amounts);
        rows.map(|(&beyond, &amount)| (beyond + amount).max(0) - beyond.max(0)).sum()
    }

    /// What an item would change by leaving a block.
    #[must_use]
    pub fn effect_of_removing(&self, block: u32, amounts: &[i64]) -> i64 {
        let rows = self.block(block).iter().zip(amounts);
        rows.map(|(&beyond, &amount)| (beyond - amount).max(0) - beyond.max(0)).sum()
    }

    /// What would change if one item left a block and another came.
    #[must_use]
    pub fn effect_of_exchange(&self, block: u32, removed: &[i64], added: &[i64]) -> i64 {
        let rows = self.block(block).iter().zip(removed.iter().zip(added));
        rows.map(|(&beyond, (&out, &into))| (beyond - out + into).max(0) - beyond.max(0)).sum()
    }

    /// Puts an item onto a block.
    pub fn add(&mut self, block: u32, amounts: &[i64]) {
        let first = block as usize * self.width;
        let rows = self.beyond[first..first + self.width].iter_mut();
        rows.zip(amounts).for_each(|(beyond, &amount)| *beyond += amount);
    }

    /// Takes an item off a block.
    pub fn remove(&mut self, block: u32, amounts: &[i64]) {
        let first = block as usize * self.width;
        let rows = self.beyond[first..first + self.width].iter_mut();
        rows.zip(amounts).for_each(|(beyond, &amount)| *beyond -= amount);
    }
}

/// Rows that must not carry more than they can.
///
/// Items may use only the first rows of a block: `amounts` shorter than a block end early.
#[derive(Clone, Debug)]
pub struct LimitedRows {
    width: usize,
    room: Vec<i64>,
    /// How many rows carry more than they can.
    short: u32,
}

impl LimitedRows {
    /// Blocks of `width` rows with so much room each, block by block.
    #[must_use]
    pub fn new(width: usize, room: Vec<i64>) -> Self {
        let short = room.iter().filter(|&&room| room < 0).count() as u32;
        Self { width, room, short }
    }

    /// The room that all rows have left, block by block; negative where it is missing.
    #[must_use]
    pub fn room(&self) -> &[i64] {
        &self.room
    }

    /// How many rows carry more than they can; those who only add what fits need not ask.
    ///
    /// ```
    /// use placewright_solver::search::block_rows::LimitedRows;
    /// let mut rows = LimitedRows::new(2, vec![1, 1]);
    /// rows.add(0, &[2, 1]);
    /// assert_eq!(rows.short(), 1);
    /// rows.remove(0, &[2]);
    /// assert_eq!(rows.short(), 0);
    /// ```
    #[must_use]
    pub fn short(&self) -> u32 {
        self.short
    }

    /// The room that the rows of a block have left.
    #[must_use]
    pub fn block(&self, block: u32) -> &[i64] {
        let first = block as usize * self.width;
        &self.room[first..first + self.width]
    }

    /// Whether a block has room for an item.
    #[must_use]
    pub fn fits(&self, block: u32, amounts: &[i64]) -> bool {
        self.block(block).iter().zip(amounts).all(|(&room, &amount)| amount <= room)
    }

    /// Whether a block has room for one item once another has left it.
    ///
    /// ```
    /// use placewright_solver::search::block_rows::LimitedRows;
    /// let rows = LimitedRows::new(2, vec![1, 1]);
    /// assert!(!rows.fits(0, &[2, 1]) && rows.fits(0, &[1]));
    /// assert!(rows.fits_instead(0, &[1], &[2, 1]));
    /// assert!(!rows.fits_instead(0, &[1], &[2, 2]));
    /// ```
    #[must_use]
    pub fn fits_instead(&self, block: u32, removed: &[i64], added: &[i64]) -> bool {
        let both = removed.len().min(added.len());
        let room = self.block(block);
        let first = room.iter().zip(removed.iter().zip(&added[..both]));
        let rest = room[both..].iter().zip(&added[both..]);
        first.into_iter().all(|(&room, (&out, &into))| into - out <= room)
            && rest.into_iter().all(|(&room, &into)| into <= room)
    }

    /// Takes room for an item.
    pub fn add(&mut self, block: u32, amounts: &[i64]) {
        let first = block as usize * self.width;
        for (room, &amount) in self.room[first..first + self.width].iter_mut().zip(amounts) {
            let before = std::mem::replace(room, *room - amount);
            self.short += u32::from(before >= 0 && *room < 0);
        }
    }

    /// Gives an item's room back.
    pub fn remove(&mut self, block: u32, amounts: &[i64]) {
        let first = block as usize * self.width;
        for (room, &amount) in self.room[first..first + self.width].iter_mut().zip(amounts) {
            let before = std::mem::replace(room, *room + amount);
            self.short -= u32::from(before < 0 && *room >= 0);
        }
    }
}
