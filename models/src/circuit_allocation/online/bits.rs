//! Rows of bits.

use serde::{Deserialize, Serialize};

/// Rows of equally many bits, in words of 64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BitRows {
    words_per_row: usize,
    words: Vec<u64>,
}

impl BitRows {
    /// Rows of zeros.
    #[must_use]
    pub fn new(rows: usize, columns: usize) -> Self {
        let words_per_row = columns.div_ceil(64).max(1);
        Self { words_per_row, words: vec![0; rows * words_per_row] }
    }

    /// The words of a row, lowest bit first.
    #[must_use]
    pub fn row(&self, row: usize) -> &[u64] {
        &self.words[row * self.words_per_row..][..self.words_per_row]
    }

    /// Sets a bit to what is given. O(1).
    pub fn put(&mut self, row: usize, column: usize, value: bool) {
        let word = &mut self.words[row * self.words_per_row + column / 64];
        match value {
            true => *word |= 1 << (column % 64),
            false => *word &= !(1 << (column % 64)),
        }
    }
}

/// The positions of the bits set.
pub fn ones(words: &[u64]) -> impl Iterator<Item = u32> + '_ {
    words.iter().enumerate().flat_map(|(index, &word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                index as u32 * 64 + bit
            })
        })
    })
}

/// The lowest bit that two rows share.
#[must_use]
pub fn first_common(one: &[u64], other: &[u64]) -> Option<u32> {
    let mut pairs = one.iter().zip(other).enumerate();
    pairs.find_map(|(index, (a, b))| match a & b {
        0 => None,
        common => Some(index as u32 * 64 + common.trailing_zeros()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_beyond_a_word() {
        let mut rows = BitRows::new(2, 130);
        rows.put(1, 3, true);
        rows.put(1, 129, true);
        rows.put(0, 129, true);
        assert_eq!(ones(rows.row(1)).collect::<Vec<_>>(), [3, 129]);
        assert_eq!(first_common(rows.row(0), rows.row(1)), Some(129));
        rows.put(0, 129, false);
        assert_eq!(first_common(rows.row(0), rows.row(1)), None);
    }
}
