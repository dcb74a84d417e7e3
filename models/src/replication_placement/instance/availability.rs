//! Availability as a sum: every place that holds a state has a weight, the binary logarithm of how
//! unlikely it is to be away. Places fail independently of each other here; shocks are part of the
//! rate of each. Then `∏ u_i ≤ U` is `Σ log(1/u_i) ≥ log(1/U)`, linear in what is chosen.
//!
//! Logarithms are computed in integers, bit by bit, so that they are the same on every machine.

use super::quantities::DAY_MS;

/// Weight of a halving of the unavailability.
pub const WEIGHT_PER_BIT: u64 = 1 << FRACTION_BITS;
const FRACTION_BITS: u32 = 10;
/// Weight of what is never away.
const MOST: u64 = 64 * WEIGHT_PER_BIT;
const MILLION: u128 = 1_000_000;

/// The weight of a place that fails at a rate and is then away for a time: with `x` the product of
/// the two, it is away the share `x / (1 + x)` of the time (a birth-death chain of two states).
/// Rounded down.
#[must_use]
pub fn weight_of_unavailability(rate_micro_per_day: u64, repair_ms: u64) -> u64 {
    let away = u128::from(rate_micro_per_day) * u128::from(repair_ms);
    let up = MILLION * u128::from(DAY_MS);
    log2_floor(up + away, away)
}

/// The weight that a probability in parts per 10⁹ asks for, rounded up.
#[must_use]
pub fn weight_of_probability(parts_per_billion: u64) -> u64 {
    let (whole, part) = (1_000_000_000, u128::from(parts_per_billion));
    // Of rational numbers only powers of two have a logarithm without a rest.
    let exact = (0..30).any(|bits| part << bits == whole);
    (log2_floor(whole, part) + u64::from(!exact)).min(MOST)
}

/// `⌊log2(numerator / denominator) · 2^10⌋` within `0..=MOST`; numerators below 2^67.
fn log2_floor(numerator: u128, denominator: u128) -> u64 {
    if denominator == 0 {
        return MOST;
    }
    // A fixed-point number with 60 digits after the point.
    let mut whole = 0;
    while denominator << (whole + 1) <= numerator {
        whole += 1;
        if whole >= 64 {
            return MOST;
        }
    }
    let mut value = (numerator << 60) / (denominator << whole);
    let mut result = u64::from(whole as u32) << FRACTION_BITS;
    for bit in (0..FRACTION_BITS).rev() {
        value = (value * value) >> 60;
        if value >> 61 > 0 {
            value >>= 1;
            result |= 1 << bit;
        }
    }
    result.min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_logarithms() {
        for (rate, repair_ms) in [(3_500, 3_600_000), (1, 1), (900_000_000, 4_000_000_000)] {
            let x = rate as f64 * repair_ms as f64 / 1e6 / 86_400_000.0;
            let expected = ((1.0 + x) / x).log2() * 1024.0;
            let found = weight_of_unavailability(rate, repair_ms) as f64;
            assert!(found <= expected + 1e-6 && found > expected - 1.001, "{found} {expected}");
        }
        assert_eq!(weight_of_unavailability(0, 5), MOST);
    }

    #[test]
    fn targets_are_rounded_up() {
        for parts in [1, 1_000, 500_000_000, 999_999_999] {
            let expected = (1e9 / parts as f64).log2() * 1024.0;
            let found = weight_of_probability(parts) as f64;
            assert!(found >= expected - 1e-6 && found < expected + 1.001, "{found} {expected}");
        }
        assert_eq!(weight_of_probability(1_000_000_000), 0);
    }
}
