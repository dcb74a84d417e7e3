//! The mean of the nearest neighbours (Fix and Hodges 1951), all equal or by inverse distance.
//!
//! With one input the neighbours of `x` surround it in the sorted list: time O(n log n) per fit
//! and O(log n + k) per prediction.

use std::ops::Range;

use super::folds::{best, folds, score};
use super::points::Points;
use super::regressor::Regressor;

const FOLDS: usize = 10;

/// What a neighbour counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// All the same.
    Uniform,
    /// The inverse of its distance. Neighbours at distance 0 leave nothing to the others.
    InverseDistance,
}

/// How many neighbours, and what they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Number of neighbours; all where there are fewer.
    pub count: usize,
    /// What they count.
    pub weighting: Weighting,
}

fn grid() -> impl Iterator<Item = Parameters> {
    [2, 3, 5, 7, 9].into_iter().flat_map(|count| {
        [Weighting::Uniform, Weighting::InverseDistance]
            .map(|weighting| Parameters { count, weighting })
    })
}

/// Points in ascending order of the inputs.
#[derive(Clone, Debug, Default)]
struct Sorted(Vec<(f64, f64)>);

impl Sorted {
    fn new(points: &Points) -> Self {
        Self::without(points, &points.by_input(), &(0..0))
    }

    /// The points outside a range, from the order of all.
    fn without(points: &Points, order: &[usize], range: &Range<usize>) -> Self {
        let outside = order.iter().filter(|at| !range.contains(at));
        Self(outside.map(|&at| (points.inputs()[at], points.targets()[at])).collect())
    }

    /// The `count` nearest points; of two at the same distance the one with the smaller input.
    fn nearest(&self, input: f64, count: usize) -> &[(f64, f64)] {
        let mut end = self.0.partition_point(|point| point.0 < input);
        let mut start = end;
        while end - start < count.min(self.0.len()) {
            let below = start.checked_sub(1).map(|at| input - self.0[at].0);
            let above = self.0.get(end).map(|point| point.0 - input);
            match (below, above) {
                (Some(below), Some(above)) if above < below => end += 1,
                (Some(_), _) => start -= 1,
                _ => end += 1,
            }
        }
        &self.0[start..end]
    }

    fn predict(&self, parameters: Parameters, input: f64) -> f64 {
        let nearest = self.nearest(input, parameters.count);
        let exact = nearest.iter().any(|point| point.0 == input);
        let weight = |x: f64| match parameters.weighting {
            Weighting::Uniform => 1.0,
            Weighting::InverseDistance if exact => f64::from(u8::from(x == input)),
            Weighting::InverseDistance => 1.0 / (x - input).abs(),
        };
        let (sum, weights) = nearest
            .iter()
            .fold((0.0, 0.0), |(sum, weights), &(x, y)| (sum + weight(x) * y, weights + weight(x)));
        if weights > 0.0 { sum / weights } else { 0.0 }
    }
}

/// Nearest neighbours with 2, 3, 5, 7 or 9 of them and both weightings.
#[derive(Clone, Debug)]
pub struct Neighbours {
    parameters: Parameters,
    sorted: Sorted,
}

impl Default for Neighbours {
    fn default() -> Self {
        Self::with(Parameters { count: 2, weighting: Weighting::Uniform })
    }
}

impl Neighbours {
    /// With these parameters until others are selected.
    #[must_use]
    pub fn with(parameters: Parameters) -> Self {
        Self { parameters, sorted: Sorted::default() }
    }
}

impl Regressor for Neighbours {
    fn select(&mut self, points: &Points) -> f64 {
        if points.len() < 2 {
            self.refit(points);
            return -1.0;
        }
        let order = points.by_input();
        // Sorted once, for all of the grid.
        let parts: Vec<(Range<usize>, Sorted)> = folds(points.len(), FOLDS)
            .map(|fold| (fold.clone(), Sorted::without(points, &order, &fold)))
            .collect();
        let score = |&parameters: &Parameters| {
            let scores = parts.iter().map(|(fold, others)| {
                score(fold.clone().map(|at| {
                    (points.targets()[at], others.predict(parameters, points.inputs()[at]))
                }))
            });
            scores.sum::<f64>() / parts.len() as f64
        };
        self.refit(points);
        let Some((parameters, score)) = best(grid(), score) else { return -1.0 };
        self.parameters = parameters;
        score
    }

    fn refit(&mut self, points: &Points) {
        self.sorted = Sorted::new(points);
    }

    fn predict(&self, input: f64) -> f64 {
        self.sorted.predict(self.parameters, input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(count: usize, weighting: Weighting, points: &[(f64, f64)]) -> Neighbours {
        let mut neighbours = Neighbours::with(Parameters { count, weighting });
        neighbours.refit(&points.iter().copied().collect());
        neighbours
    }

    const POINTS: [(f64, f64); 4] = [(0.0, 1.0), (1.0, 3.0), (4.0, 7.0), (2.0, 5.0)];

    #[test]
    fn one_neighbour_is_the_nearest_point() {
        let nearest = fitted(1, Weighting::Uniform, &POINTS);
        assert_eq!(
            [-9.0, 0.4, 0.6, 2.9, 3.1, 99.0].map(|x| nearest.predict(x)),
            [1.0, 1.0, 3.0, 5.0, 7.0, 7.0]
        );
    }

    #[test]
    fn three_neighbours_by_hand() {
        let uniform = fitted(3, Weighting::Uniform, &POINTS);
        assert_eq!(uniform.predict(1.1), 3.0);
        let inverse = fitted(3, Weighting::InverseDistance, &POINTS);
        assert_eq!(inverse.predict(1.0), 3.0);
        // Distances 1.5, 0.5 and 0.5.
        let expected = (1.0 / 1.5 + 3.0 / 0.5 + 5.0 / 0.5) / (1.0 / 1.5 + 4.0);
        assert!((inverse.predict(1.5) - expected).abs() < 1e-12);
    }

    #[test]
    fn more_neighbours_than_points_are_all_points() {
        assert_eq!(fitted(9, Weighting::Uniform, &POINTS).predict(0.0), 4.0);
        assert_eq!(fitted(9, Weighting::Uniform, &[]).predict(0.0), 0.0);
    }

    /// The shared folds against cross-validation from scratch.
    #[test]
    fn the_score_is_that_of_cross_validation() {
        let points: Points =
            (0..33).map(|i| (f64::from(i * 7 % 33) / 32.0, f64::from(i % 5) / 4.0)).collect();
        let mut neighbours = Neighbours::default();
        let score = neighbours.select(&points);
        let slow = super::super::folds::cross_validated(&points, FOLDS, |points| {
            let sorted = Sorted::new(points);
            move |x| sorted.predict(neighbours.parameters, x)
        });
        assert!((score - slow).abs() < 1e-12, "{score} {slow}");
    }

    /// On an exact line of equally spaced points two neighbours are nearest to the truth.
    #[test]
    fn selection_takes_the_best_of_the_grid() {
        let points: Points =
            (0..60).map(|i| f64::from(i * 37 % 60) / 59.0).map(|x| (x, x)).collect();
        let mut neighbours = Neighbours::default();
        let score = neighbours.select(&points);
        assert!(score > -0.2, "{score}");
        assert!(neighbours.parameters.count <= 3, "{:?}", neighbours.parameters);
    }
}
