//! Random numbers as NumPy's `RandomState` draws them.
//!
//! The published evaluations that we compare with are written in Python and seed this generator
//! (MT19937). Drawing the same numbers gives the same splits, initial weights and bootstrap
//! samples, which matters more for small samples than any detail of the algorithms.

use rand_mt::Mt;

/// A seeded generator.
#[derive(Clone, Debug)]
pub struct LegacyRandom(Mt);

impl LegacyRandom {
    /// Equal to `numpy.random.RandomState(seed)`.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self(Mt::new(seed))
    }

    /// A number in `0..=largest`, by rejection of masked draws.
    pub fn up_to(&mut self, largest: u32) -> u32 {
        if largest == 0 {
            return 0;
        }
        let mask = u32::MAX >> largest.leading_zeros();
        loop {
            let value = self.0.next_u32() & mask;
            if value <= largest {
                return value;
            }
        }
    }

    /// A number between −`bound` and `bound`, of 53 random bits.
    pub fn symmetric(&mut self, bound: f64) -> f64 {
        let (high, low) = (self.0.next_u32() >> 5, self.0.next_u32() >> 6);
        let unit = (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0;
        -bound + 2.0 * bound * unit
    }

    /// Fisher and Yates from the last element down. At most 2³² elements.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.up_to(last as u32) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `RandomState(42).uniform(-1, 1, 3)`, `RandomState(42).randint(0, 10, 5)`.
    #[test]
    fn draws_are_those_of_numpy() {
        let mut random = LegacyRandom::new(42);
        let drawn = [0; 3].map(|_| random.symmetric(1.0));
        let expected = [-0.250_919_762_3, 0.901_428_612_8, 0.463_987_883_6];
        assert!(drawn.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{drawn:?}");
        let mut random = LegacyRandom::new(42);
        assert_eq!([0; 5].map(|_| random.up_to(9)), [6, 3, 7, 4, 6]);
    }
}
