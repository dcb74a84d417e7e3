//! Exact arithmetic on the numbers `mantissa · 2^exponent`, which include every finite `f64`.
//!
//! Sums and products of such numbers are such numbers, so a bound built from floats needs no
//! fractions, and no greatest common divisors, until it is printed.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// `mantissa · 2^exponent`.
#[derive(Clone, Debug)]
pub(super) struct Dyadic {
    mantissa: BigInt,
    exponent: i64,
}

impl Dyadic {
    pub(super) fn zero() -> Self {
        Self::new(BigInt::zero(), 0)
    }

    pub(super) fn new(mantissa: impl Into<BigInt>, exponent: i64) -> Self {
        Self { mantissa: mantissa.into(), exponent }
    }

    /// Exactly `value`; `None` for NaN and infinities.
    pub(super) fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let bits = value.to_bits();
        let biased = ((bits >> 52) & 0x7ff) as i64;
        let fraction = bits & ((1 << 52) - 1);
        // IEEE 754 binary64: subnormal numbers have no hidden bit.
        let (whole, exponent) =
            if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
        let shift = if whole == 0 { 0 } else { whole.trailing_zeros() };
        let mantissa = i128::from(whole >> shift) * if value < 0.0 { -1 } else { 1 };
        Some(Self::new(mantissa, exponent + i64::from(shift)))
    }

    pub(super) fn sign(&self) -> Ordering {
        match self.mantissa.sign() {
            Sign::Minus => Ordering::Less,
            Sign::NoSign => Ordering::Equal,
            Sign::Plus => Ordering::Greater,
        }
    }

    /// The mantissa it would have with the given exponent, which must not be larger than its own.
    fn at(&self, exponent: i64) -> BigInt {
        &self.mantissa << (self.exponent - exponent).max(0) as u64
    }

    /// The smallest whole multiple of `step > 0` that is not below this number.
    pub(super) fn round_up_to_multiple(&self, step: &Dyadic) -> Dyadic {
        let exponent = self.exponent.min(step.exponent);
        let (number, step) = (self.at(exponent), step.at(exponent));
        // Division of big integers truncates, which rounds up below zero already.
        let quotient = &number / &step;
        let short = (&number - &quotient * &step).is_positive();
        Self::new((quotient + i32::from(short)) * step, exponent)
    }

    pub(super) fn to_rational(&self) -> BigRational {
        let power = BigInt::from(1) << self.exponent.unsigned_abs();
        if self.exponent >= 0 {
            BigRational::from_integer(&self.mantissa * power)
        } else {
            BigRational::new(self.mantissa.clone(), power)
        }
    }
}

impl Add<&Dyadic> for Dyadic {
    type Output = Dyadic;

    fn add(self, other: &Dyadic) -> Dyadic {
        let exponent = self.exponent.min(other.exponent);
        Dyadic::new(self.at(exponent) + other.at(exponent), exponent)
    }
}

impl Sub<&Dyadic> for Dyadic {
    type Output = Dyadic;

    fn sub(self, other: &Dyadic) -> Dyadic {
        let exponent = self.exponent.min(other.exponent);
        Dyadic::new(self.at(exponent) - other.at(exponent), exponent)
    }
}

impl Mul for &Dyadic {
    type Output = Dyadic;

    fn mul(self, other: &Dyadic) -> Dyadic {
        Dyadic::new(&self.mantissa * &other.mantissa, self.exponent + other.exponent)
    }
}

impl Neg for Dyadic {
    type Output = Dyadic;

    fn neg(self) -> Dyadic {
        Dyadic::new(-self.mantissa, self.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::ToPrimitive;

    fn of(value: f64) -> Dyadic {
        Dyadic::from_f64(value).unwrap()
    }

    #[test]
    fn floats_are_taken_exactly() {
        for value in [0.0, 1.0, -0.1, 3e300, 5e-324, -1.5e-310, 4503599627370497.5] {
            assert_eq!(of(value).to_rational().to_f64(), Some(value));
        }
        let tenth = of(0.1) + &of(0.2);
        assert_ne!(tenth.to_rational(), of(0.3).to_rational());
        assert!(Dyadic::from_f64(f64::NAN).is_none());
    }

    #[test]
    fn rounding_up_reaches_the_next_multiple_on_both_sides_of_zero() {
        let up = |value: f64, step: f64| of(value).round_up_to_multiple(&of(step)).to_rational();
        assert_eq!(up(5.1, 2.0), of(6.0).to_rational());
        assert_eq!(up(6.0, 2.0), of(6.0).to_rational());
        assert_eq!(up(-5.1, 2.0), of(-4.0).to_rational());
        assert_eq!(up(0.26, 0.25), of(0.5).to_rational());
    }
}
