//! Random numbers that are the same on every machine and with every version of every library.
//!
//! The words come from ChaCha8; what is made of them uses integers and the operations that IEEE
//! 754 fixes to the last bit (`+ − × ÷ √`), never the `exp` and `ln` of a platform.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of a seed with a number, so that parts do not shift each other's numbers.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&stream.to_le_bytes());
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// An integer in `low..=high` (multiply-shift; the bias is below 2⁻³² for ranges in use).
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let width = u128::from(high.saturating_sub(low)) + 1;
        low + ((u128::from(self.0.next_u64()) * width) >> 64) as u64
    }

    /// A number in `[0, 1)`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in `[low, high)`.
    pub(crate) fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, share: u64) -> bool {
        self.between(1, 100) <= share
    }

    /// One of a list.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.between(0, list.len() as u64 - 1) as usize]
    }

    /// Nearly normal with mean 0 and deviation 1: the sum of twelve uniform numbers, minus 6.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A number between `low` and `high` whose logarithm is uniform.
    pub(crate) fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        let exponent = self.unit();
        low * power(high / low, exponent)
    }
}

/// `base^exponent` for a positive base and an exponent within ±60, by repeated square roots.
pub(crate) fn power(base: f64, exponent: f64) -> f64 {
    if exponent < 0.0 {
        return 1.0 / power(base, -exponent);
    }
    let mut rest = exponent.min(60.0);
    let mut result = 1.0;
    while rest >= 1.0 {
        result *= base;
        rest -= 1.0;
    }
    let mut root = base;
    for _ in 0..24 {
        root = root.sqrt();
        rest *= 2.0;
        if rest >= 1.0 {
            result *= root;
            rest -= 1.0;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_powers() {
        for (base, exponent) in [(2.0, 0.5), (10.0, 0.301), (7.0, 2.25), (2.0, -1.5)] {
            let expected = f64::powf(base, exponent);
            assert!((power(base, exponent) / expected - 1.0).abs() < 1e-5);
        }
    }
}
