//! Past relative errors of a model.

use crate::memory_sizing::online::policies::percentile::quantile;

/// Relative errors `(y − p)/y`, kept sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Errors {
    /// Absolute values, ascending.
    absolute: Vec<f64>,
    /// Those where the prediction was too low, ascending.
    under: Vec<f64>,
}

impl Errors {
    /// Adds an error. Time O(n).
    pub fn add(&mut self, error: f64) {
        insert(&mut self.absolute, error.abs());
        if error > 0.0 {
            insert(&mut self.under, error);
        }
    }

    /// Whether there is no error yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.absolute.is_empty()
    }

    /// Standard deviation of the absolute errors within 1.5 times the distance between their
    /// 10 % and 90 % quantiles beyond these; `None` for fewer than two errors.
    #[must_use]
    pub fn deviation(&self) -> Option<f64> {
        if self.absolute.len() < 2 {
            return None;
        }
        let low = quantile(&self.absolute, 0.1)?;
        let high = quantile(&self.absolute, 0.9)?;
        let reach = 1.5 * (high - low);
        let start = self.absolute.partition_point(|&error| error < low - reach);
        let end = self.absolute.partition_point(|&error| error <= high + reach);
        deviation(&self.absolute[start..end])
    }

    /// Median of the errors where the prediction was too low.
    #[must_use]
    pub fn under_median(&self) -> Option<f64> {
        quantile(&self.under, 0.5)
    }

    /// Median of the absolute errors that are not 0.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        let exact = self.absolute.partition_point(|&error| error <= 0.0);
        quantile(&self.absolute[exact..], 0.5)
    }

    /// Standard deviation of the errors where the prediction was too low.
    #[must_use]
    pub fn under_deviation(&self) -> Option<f64> {
        deviation(&self.under)
    }
}

fn insert(sorted: &mut Vec<f64>, value: f64) {
    sorted.insert(sorted.partition_point(|&other| other < value), value);
}

/// Of the whole population, `None` if it is empty.
fn deviation(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (count > 0.0).then(|| square.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(list: &[f64]) -> Errors {
        let mut errors = Errors::default();
        list.iter().for_each(|&error| errors.add(error));
        errors
    }

    #[test]
    fn statistics_by_hand() {
        let errors = errors(&[0.1, -0.3, 0.0, 0.5]);
        assert!((errors.median().unwrap() - 0.3).abs() < 1e-12);
        assert!((errors.under_median().unwrap() - 0.3).abs() < 1e-12);
        assert!((errors.under_deviation().unwrap() - 0.2).abs() < 1e-12);
        // Of 0, 0.1, 0.3, 0.5: mean 0.225.
        let square =
            (0.225_f64.powi(2) + 0.125_f64.powi(2) + 0.075_f64.powi(2) + 0.275_f64.powi(2)) / 4.0;
        assert!((errors.deviation().unwrap() - square.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn outliers_do_not_count() {
        let mut list = vec![0.1; 10];
        list.extend([0.3; 10]);
        let without = errors(&list).deviation().unwrap();
        list.push(-50.0);
        assert_eq!(errors(&list).deviation(), Some(without));
        assert!((without - 0.1).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_known_without_errors() {
        let none = Errors::default();
        assert!(none.is_empty());
        assert_eq!([none.deviation(), none.median(), none.under_median()], [None; 3]);
        assert_eq!(errors(&[-0.5]).under_deviation(), None);
        assert_eq!(errors(&[0.0]).median(), None);
    }
}
