//! What experts make of past ratios: which of them count, and how far the future may be from them.
//!
//! Types differ in both. A program that fills a buffer of a given size has a hard upper end, where
//! any margin is waste: a narrow triangle around every ratio is best. With ten tasks that differ by
//! 10 %, the next one may well be 10 % above all of them: there the width goes with the spread of
//! the ratios and shrinks as `n^(-1/5)`, as the bandwidth of a density estimate does (Silverman,
//! *Density Estimation for Statistics and Data Analysis*, 1986, equation 3.31). And where small
//! inputs scatter and large ones don't, or memory stops growing at some size, tasks with a similar
//! input tell more than all tasks.

use super::shapes::Shape;
use crate::memory_sizing::online::ratio_ladder::Ratio;

/// A width of triangles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Width {
    /// Relative to a ratio.
    Fixed(f64),
    /// In bandwidths of a density estimate.
    Bandwidths(f64),
}

/// Past tasks that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of them, over the shape that the others make.
    All,
    /// All of them, over the shape that all of them make: none is above one that ends where they do.
    Hindsight,
    /// Those with a similar input.
    Near,
}

/// Which past tasks count, and how far the future may be from them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Outlook {
    pub(super) scope: Scope,
    pub(super) width: Width,
}

/// Outlooks of a shape.
pub(super) const OUTLOOKS: usize = 4;

const NEAR: [Outlook; 2] = [
    Outlook { scope: Scope::Near, width: Width::Fixed(0.003) },
    Outlook { scope: Scope::Near, width: Width::Bandwidths(0.75) },
];
/// Those of shapes in the middle of the peaks.
const OF_MIDDLES: [Outlook; OUTLOOKS] = [
    Outlook { scope: Scope::All, width: Width::Fixed(0.002) },
    Outlook { scope: Scope::All, width: Width::Bandwidths(1.25) },
    NEAR[0],
    NEAR[1],
];
/// Those of shapes that lie where the peaks end: the first is the shape itself.
const OF_EDGES: [Outlook; OUTLOOKS] = [
    Outlook { scope: Scope::Hindsight, width: Width::Fixed(0.0) },
    Outlook { scope: Scope::Hindsight, width: Width::Fixed(0.002) },
    NEAR[0],
    NEAR[1],
];

/// The outlooks of a shape, one expert each.
pub(super) fn outlooks(shape: Shape) -> &'static [Outlook; OUTLOOKS] {
    if shape == Shape::CheapestLine { &OF_EDGES } else { &OF_MIDDLES }
}

/// The narrowest and the widest triangle for widths in bandwidths.
const NARROWEST: f64 = 0.001;
const WIDEST: f64 = 0.5;
/// A triangle has half its base over √6 as its standard deviation.
const HALF_BASE: f64 = 2.449_489_742_783_178;
/// A normal distribution has its quartiles this many standard deviations apart.
const QUARTILES: f64 = 1.34;

/// The bandwidth for some ratios.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    bandwidth: f64,
}

impl Spread {
    /// The smaller of the standard deviation of the logarithms and of what their quartiles
    /// suggest, so that a few stray tasks don't widen all triangles. Ratios ascend. O(n).
    fn of(ascending: &[Ratio]) -> Self {
        let logarithms: Vec<f64> = ascending.iter().map(|ratio| ratio.ratio.ln()).collect();
        if logarithms.is_empty() {
            return Self { bandwidth: 0.0 };
        }
        let count = logarithms.len() as f64;
        let mean = logarithms.iter().sum::<f64>() / count;
        let squares: f64 = logarithms.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (squares / (count - 1.0).max(1.0)).sqrt();
        let quantile = |share: f64| logarithms[((count - 1.0) * share).round() as usize];
        let quartiles = (quantile(0.75) - quantile(0.25)) / QUARTILES;
        let spread = if quartiles > 0.0 { deviation.min(quartiles) } else { deviation };
        Self { bandwidth: spread * count.powf(-0.2) }
    }
}

impl Width {
    /// Relative to a ratio, for ratios that ascend. O(n).
    pub(super) fn relative(self, ascending: &[Ratio]) -> f64 {
        match self {
            Self::Fixed(width) => width,
            Self::Bandwidths(factor) => {
                let spread = Spread::of(ascending);
                (HALF_BASE * factor * spread.bandwidth).clamp(NARROWEST, WIDEST)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn width(ratios: impl Iterator<Item = f64>) -> f64 {
        let mut ratios: Vec<Ratio> =
            ratios.map(|ratio| Ratio { ratio, weight: 1.0, count: 1.0 }).collect();
        ratios.sort_by(|a, b| a.ratio.total_cmp(&b.ratio));
        Width::Bandwidths(1.0).relative(&ratios)
    }

    #[test]
    fn widths_grow_with_the_spread_and_shrink_with_the_tasks() {
        let noisy = |tasks: usize, noise: f64| {
            (0..tasks).map(move |task| 1.0 + noise * ((37 * task) % 101) as f64 / 101.0)
        };
        assert!(width(noisy(100, 0.2)) > 1.8 * width(noisy(100, 0.1)));
        assert!(width(noisy(10, 0.1)) > 1.4 * width(noisy(100, 0.1)));
    }

    #[test]
    fn strays_and_constants_do_no_harm() {
        assert_eq!(width([2.0; 9].into_iter()), NARROWEST);
        assert_eq!(width(std::iter::empty()), NARROWEST);
        let strays = (0..40).map(|task| if task == 7 { 50.0 } else { 1.0 + 0.001 * task as f64 });
        assert!(width(strays) < 0.05);
        assert_eq!(width([1e-9, 1e9].into_iter()), WIDEST);
    }
}
