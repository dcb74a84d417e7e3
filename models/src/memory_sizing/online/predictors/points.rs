//! Points in the plane, in the order in which they came.

use std::ops::Range;

/// Inputs and targets, side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    inputs: Vec<f64>,
    targets: Vec<f64>,
}

impl Points {
    /// Adds a point at the end.
    pub fn push(&mut self, input: f64, target: f64) {
        self.inputs.push(input);
        self.targets.push(target);
    }

    /// Number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// Whether there is no point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// All inputs.
    #[must_use]
    pub fn inputs(&self) -> &[f64] {
        &self.inputs
    }

    /// All targets.
    #[must_use]
    pub fn targets(&self) -> &[f64] {
        &self.targets
    }

    /// Input and target of every point.
    pub fn iter(&self) -> impl Iterator<Item = (f64, f64)> {
        self.inputs.iter().copied().zip(self.targets.iter().copied())
    }

    /// The points outside a range.
    #[must_use]
    pub fn without(&self, range: &Range<usize>) -> Self {
        let outside = |values: &[f64]| [&values[..range.start], &values[range.end..]].concat();
        Self { inputs: outside(&self.inputs), targets: outside(&self.targets) }
    }

    /// Positions in ascending order of the inputs, equal ones in the order in which they came.
    #[must_use]
    pub fn by_input(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by(|&a, &b| self.inputs[a].total_cmp(&self.inputs[b]));
        order
    }
}

impl FromIterator<(f64, f64)> for Points {
    fn from_iter<I: IntoIterator<Item = (f64, f64)>>(points: I) -> Self {
        let (inputs, targets) = points.into_iter().unzip();
        Self { inputs, targets }
    }
}

/// Maps the range of values seen to [0, 1].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling {
    least: f64,
    range: f64,
}

impl Scaling {
    /// The scaling of some values: 0 for the least and 1 for the greatest; all 0 where they are
    /// the same.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = if greatest > least { greatest - least } else { 1.0 };
        Self { least: if values.is_empty() { 0.0 } else { least }, range }
    }

    /// A value on the scale.
    #[must_use]
    pub fn scaled(&self, value: f64) -> f64 {
        (value - self.least) / self.range
    }

    /// The value behind a number on the scale.
    #[must_use]
    pub fn original(&self, scaled: f64) -> f64 {
        scaled * self.range + self.least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_maps_the_range_to_one() {
        let scaling = Scaling::of(&[4.0, 2.0, 6.0]);
        assert_eq!([2.0, 4.0, 6.0, 8.0].map(|value| scaling.scaled(value)), [0.0, 0.5, 1.0, 1.5]);
        assert_eq!(scaling.original(0.25), 3.0);
        assert_eq!(Scaling::of(&[5.0, 5.0]).scaled(5.0), 0.0);
        assert_eq!(Scaling::of(&[5.0, 5.0]).original(0.0), 5.0);
    }

    #[test]
    fn points_outside_a_range() {
        let points: Points = (0..5).map(|i| (f64::from(i), f64::from(10 * i))).collect();
        assert_eq!(points.without(&(1..4)).inputs(), [0.0, 4.0]);
        assert_eq!(points.without(&(0..0)), points);
    }
}
