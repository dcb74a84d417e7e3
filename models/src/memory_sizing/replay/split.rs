//! The random split of the published evaluation, to the row.
//!
//! Sizey's simulator splits with scikit-learn's `train_test_split`, which is one permutation by
//! NumPy's legacy generator: MT19937 seeded by a number, Fisher-Yates from the last element down,
//! every index drawn by masked rejection. The first `⌈0.7 n⌉` rows are replayed, the next ones
//! are the history.

use crate::memory_sizing::online::predictors::random::LegacyRandom;

/// A permutation of `0..count`, equal to `numpy.random.RandomState(seed).permutation(count)` for
/// counts below 2³².
#[must_use]
pub fn permutation(count: usize, seed: u32) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..count).collect();
    LegacyRandom::new(seed).shuffle(&mut rows);
    rows
}

/// History and replayed rows of a type with `count` rows.
#[must_use]
pub fn split(count: usize, seed: u32) -> (Vec<usize>, Vec<usize>) {
    // ⌈0.7 n⌉ as scikit-learn computes it, in floating point.
    let replayed = (0.7 * count as f64).ceil() as usize;
    let mut rows = permutation(count, seed);
    let history = rows.split_off(replayed);
    (history, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `numpy.random.RandomState(seed).permutation(10)` gives.
    #[test]
    fn permutations_are_those_of_numpy() {
        assert_eq!(permutation(10, 0), [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
        assert_eq!(permutation(10, 42), [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
        assert_eq!(permutation(0, 7), [0; 0]);
    }

    #[test]
    fn a_split_is_a_partition() {
        for count in 0..200 {
            let (history, replayed) = split(count, 1996);
            let mut rows = [history, replayed].concat();
            rows.sort_unstable();
            assert_eq!(rows, (0..count).collect::<Vec<_>>());
        }
    }
}
