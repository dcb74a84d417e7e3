//! Exact intervals for rates of events.
//!
//! F. Garwood, *Fiducial limits for the Poisson distribution*, Biometrika 28, 1936: if `k` events
//! were counted, the mean number is between `χ²(α/2; 2k) / 2` and `χ²(1 − α/2; 2k + 2) / 2` with a
//! probability of at least `1 − α`.

use statrs::distribution::{ChiSquared, ContinuousCDF, Gamma, Normal, StudentsT};

/// An interval, its lower end first.
pub type Interval = (f64, f64);

/// The interval of a mean number of events, given how many were counted and the confidence, such as
/// 0.95.
///
/// ```
/// use placewright_models::replication_placement::rates::poisson::interval_of_count;
/// // The table of Garwood: ten events.
/// let (low, high) = interval_of_count(10, 0.95);
/// assert!((low - 4.795).abs() < 1e-3 && (high - 18.390).abs() < 1e-3);
/// ```
#[must_use]
pub fn interval_of_count(count: u64, confidence: f64) -> Interval {
    let tail = (1.0 - confidence) / 2.0;
    let quantile = |degrees: f64, share: f64| {
        // The degrees of freedom are positive, so there is such a distribution.
        ChiSquared::new(degrees).map_or(f64::NAN, |law| law.inverse_cdf(share)) / 2.0
    };
    let twice = 2.0 * count as f64;
    let low = if count == 0 { 0.0 } else { quantile(twice, tail) };
    (low, quantile(twice + 2.0, 1.0 - tail))
}

/// The interval that holds a share of a gamma distribution of shape and rate, with equal tails.
#[must_use]
pub fn interval_of_gamma(shape: f64, rate: f64, confidence: f64) -> Interval {
    let tail = (1.0 - confidence) / 2.0;
    // Of rate one, whatever the unit of time: quantiles are searched for near one.
    let quantile =
        |share: f64| Gamma::new(shape, 1.0).map_or(f64::NAN, |law| law.inverse_cdf(share)) / rate;
    (quantile(tail), quantile(1.0 - tail))
}

/// Mean of a sample and half the width of Student's interval for it; the width of a single value is
/// infinite.
#[must_use]
pub fn mean_and_half_width(sample: &[f64], confidence: f64) -> (f64, f64) {
    let count = sample.len() as f64;
    let mean = sample.iter().sum::<f64>() / count;
    let squares: f64 = sample.iter().map(|value| (value - mean).powi(2)).sum();
    let degrees = count - 1.0;
    let Ok(law) = StudentsT::new(0.0, 1.0, degrees) else { return (mean, f64::INFINITY) };
    let factor = law.inverse_cdf(f64::midpoint(1.0, confidence));
    (mean, factor * (squares / degrees / count).sqrt())
}

/// Below which value a standard normal number is with a probability.
#[must_use]
pub fn normal_quantile(share: f64) -> f64 {
    Normal::standard().inverse_cdf(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_tables() {
        for (count, low, high) in
            [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (100, 81.364, 121.627)]
        {
            let (found_low, found_high) = interval_of_count(count, 0.95);
            assert!((found_low - low).abs() < 1e-3, "{count}: {found_low}");
            assert!((found_high - high).abs() < 1e-3, "{count}: {found_high}");
        }
    }

    #[test]
    fn gamma_and_poisson_agree() {
        // The posterior under Jeffreys' prior lies within Garwood's interval.
        let (low, high) = interval_of_gamma(10.5, 2.0, 0.95);
        let (wide_low, wide_high) = interval_of_count(10, 0.95);
        assert!(wide_low / 2.0 < low && high < wide_high / 2.0);
    }

    #[test]
    fn student_is_wide_for_few() {
        let (mean, half) = mean_and_half_width(&[1.0, 2.0, 3.0], 0.95);
        assert!((mean - 2.0).abs() < 1e-12 && (half - 4.3027 / 3.0_f64.sqrt()).abs() < 1e-3);
        assert_eq!(mean_and_half_width(&[1.0], 0.95), (1.0, f64::INFINITY));
    }
}
