//! Rates of many nodes, each shrunk towards what all have in common.
//!
//! The rate of a node is drawn from a gamma distribution of shape `a` and mean `m`; given its rate,
//! it fails as a Poisson process. Then counts are negative binomial, `a` and `m` are those that make
//! the counts most likely, and the expected rate of a node with `k` failures in a time `T` is
//! `(a + k) / (a/m + T)`: between its own `k/T` and `m`, nearer to its own the longer it was
//! watched. Empirical Bayes as in D. P. Gaver, I. G. O'Muircheartaigh, *Robust empirical Bayes
//! analyses of event rates*, Technometrics 29, 1987.

use statrs::function::gamma::ln_gamma;

/// The distribution of rates over nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// Its shape `a`: small if nodes differ much.
    pub shape: f64,
    /// Its mean `m`, in events per unit of time.
    pub mean: f64,
}

/// Logarithms of shapes that are looked at: from nodes that have nothing in common to nodes that are
/// the same.
const SHAPES: (f64, f64) = (-6.0, 12.0);

impl Prior {
    /// The most likely distribution for counts and times, `None` without a single event. Golden
    /// sections over the shape and, for each, the mean; time O(60² n).
    #[must_use]
    pub fn fit(counts: &[u64], times: &[f64]) -> Option<Self> {
        let (count, time): (u64, f64) = (counts.iter().sum(), times.iter().sum());
        if count == 0 || time <= 0.0 {
            return None;
        }
        let pooled = (count as f64 / time).ln();
        let likely = |shape: f64, mean: f64| log_likelihood(shape.exp(), mean.exp(), counts, times);
        // Where all were watched for the same time, the mean is the pooled rate.
        let best_mean =
            |shape: f64| highest(|mean| likely(shape, mean), pooled - 3.0, pooled + 3.0);
        let shape = highest(|shape| likely(shape, best_mean(shape)), SHAPES.0, SHAPES.1);
        Some(Self { shape: shape.exp(), mean: best_mean(shape).exp() })
    }

    /// Shape and rate of the gamma distribution of a node's rate, once its failures are counted.
    #[must_use]
    pub fn posterior(&self, count: u64, time: f64) -> (f64, f64) {
        (self.shape + count as f64, self.shape / self.mean + time)
    }
}

/// Logarithm of the likelihood of counts, without what does not hang on the distribution.
fn log_likelihood(shape: f64, mean: f64, counts: &[u64], times: &[f64]) -> f64 {
    let rate = shape / mean;
    let of_node = |(&count, &time): (&u64, &f64)| {
        let count = count as f64;
        ln_gamma(shape + count)
            - ln_gamma(shape)
            - shape * (time / rate).ln_1p()
            - count * (rate + time).ln()
    };
    counts.iter().zip(times).map(of_node).sum()
}

/// Where a function with one summit is highest, by sixty golden sections.
fn highest(value: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let (mut left, mut right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut at_left, mut at_right) = (value(left), value(right));
    for _ in 0..60 {
        if at_left < at_right {
            (low, left, at_left) = (left, right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = value(right);
        } else {
            (high, right, at_right) = (right, left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = value(left);
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_nodes_are_pooled() {
        let prior = Prior::fit(&[10, 10, 10, 10], &[2.0; 4]).unwrap();
        assert!(prior.shape > 1e4 && (prior.mean - 5.0).abs() < 1e-3, "{prior:?}");
        assert_eq!(Prior::fit(&[0, 0], &[1.0, 1.0]), None);
    }

    #[test]
    fn skewed_nodes_keep_their_own() {
        let mut counts = vec![1, 0, 2, 0, 1, 0, 0, 3, 0, 1];
        counts.push(100);
        let prior = Prior::fit(&counts, &[10.0; 11]).unwrap();
        assert!(prior.shape < 1.0, "{prior:?}");
        let mean = |count| {
            let (shape, rate) = prior.posterior(count, 10.0);
            shape / rate
        };
        // The worst node keeps nearly its own rate; one without a failure gets a small one.
        assert!(mean(100) > 9.0 && mean(100) < 10.0);
        assert!(mean(0) > 0.0 && mean(0) < 0.1);
    }
}
