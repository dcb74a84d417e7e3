//! Cross-validation without shuffling.

use std::ops::Range;

use super::points::Points;

/// Splits `0..count` into consecutive ranges whose lengths differ by at most one, longer ones
/// first; as many as asked for, but no empty one.
pub fn folds(count: usize, number: usize) -> impl Iterator<Item = Range<usize>> {
    let number = number.min(count).max(1);
    let start = move |fold: usize| fold * (count / number) + fold.min(count % number);
    (0..number).map(move |fold| start(fold)..start(fold + 1))
}

/// The score of predictions: minus the mean of `min(1, |y − p| / (y + 10⁻⁸))`, in [−1, 0] for
/// targets of at least 0 (Sizey's "smoothed MAPE"). 0 for no points.
#[must_use]
pub fn score(targets_and_predictions: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (target, prediction) in targets_and_predictions {
        // A prediction that is not a number is as bad as any.
        sum += ((target - prediction) / (target + 1e-8)).abs().min(1.0);
        count += 1.0;
    }
    if count > 0.0 { -sum / count } else { 0.0 }
}

/// The mean score over all folds, each predicted from the points outside of it; −1 for fewer than
/// two points, where nothing would be left to learn from.
pub fn cross_validated<F: Fn(f64) -> f64>(
    points: &Points,
    number: usize,
    mut fit: impl FnMut(&Points) -> F,
) -> f64 {
    if points.len() < 2 {
        return -1.0;
    }
    let (mut sum, mut count) = (0.0, 0.0);
    for fold in folds(points.len(), number) {
        let function = fit(&points.without(&fold));
        sum += score(fold.map(|at| (points.targets()[at], function(points.inputs()[at]))));
        count += 1.0;
    }
    sum / count
}

/// The first of the candidates with the highest score, and that score.
pub fn best<C>(candidates: impl Iterator<Item = C>, score: impl Fn(&C) -> f64) -> Option<(C, f64)> {
    candidates.fold(None, |best, candidate| {
        let value = score(&candidate);
        match best {
            Some((_, highest)) if value <= highest => best,
            _ => Some((candidate, value)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_are_consecutive_and_longer_first() {
        let all = |count, number| folds(count, number).collect::<Vec<_>>();
        assert_eq!(all(7, 3), [0..3, 3..5, 5..7]);
        assert_eq!(all(2, 5), [0..1, 1..2]);
    }

    #[test]
    fn scores_by_hand() {
        assert!((score([(2.0, 1.0), (1.0, 1.25)].into_iter()) + 0.375).abs() < 1e-7);
        // A target of 0 is missed completely or not at all.
        assert_eq!(score([(0.0, 0.5), (0.0, 0.0)].into_iter()), -0.5);
    }

    /// The mean of the others, one point at a time: |1 − 2.5|, |2 − 2|, |3 − 1.5| over the target.
    #[test]
    fn leave_one_out_by_hand() {
        let points: Points = [(0.0, 1.0), (0.0, 2.0), (0.0, 3.0)].into_iter().collect();
        let mean = |points: &Points| {
            let mean = points.targets().iter().sum::<f64>() / points.len() as f64;
            move |_| mean
        };
        let expected = -(1.0 + 0.0 + 0.5) / 3.0;
        assert!((cross_validated(&points, 10, mean) - expected).abs() < 1e-7);
    }
}
