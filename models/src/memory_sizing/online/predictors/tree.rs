//! Regression trees (CART; Breiman, Friedman, Olshen, Stone 1984) on one input.
//!
//! A node is a range of the sorted points. It is split where the squared error falls most; with
//! prefix sums every position costs O(1), so a tree of depth d takes O(d n). What comes out is a
//! step function.
//!
//! Rules for when to stop do not change where a node that goes on is split, so trees that differ
//! only in them are grown together.

use super::step_function::StepFunction;

/// When a node is not split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// At this depth; the root has depth 0.
    pub depth: u32,
    /// With fewer points.
    pub fewest: usize,
}

/// Inputs nearer than this are not separated, as in scikit-learn.
const SEPARATION: f64 = 1e-7;
/// Nodes of a lower variance are not split.
const PURE: f64 = f64::EPSILON;

/// Points in ascending order, each with a count, as running sums.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    inputs: Vec<f64>,
    /// Sums over the points before an index.
    sums: Vec<Sums>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    target: f64,
    square: f64,
}

impl Sums {
    fn minus(self, other: Self) -> Self {
        Self {
            count: self.count - other.count,
            target: self.target - other.target,
            square: self.square - other.square,
        }
    }
}

impl Sample {
    /// Replaces the sample by points in ascending order, with the number of times each counts.
    /// Points that count 0 times are left out.
    pub fn fill(&mut self, points: impl Iterator<Item = (f64, f64, u32)>) {
        self.inputs.clear();
        self.sums.clear();
        let mut sums = Sums::default();
        self.sums.push(sums);
        for (input, target, count) in points.filter(|point| point.2 > 0) {
            let count = f64::from(count);
            sums.count += count;
            sums.target += count * target;
            sums.square += count * target * target;
            self.inputs.push(input);
            self.sums.push(sums);
        }
    }

    /// The trees whose leaves hold at least `leaf` points, one per rule to stop (at most 32).
    /// Time O(d n) for the greatest depth d.
    #[must_use]
    pub fn trees(&self, leaf: usize, stops: &[Stop]) -> Vec<StepFunction> {
        debug_assert!(stops.len() <= 32);
        let mut growth = Growth { sample: self, leaf, stops, steps: vec![Vec::new(); stops.len()] };
        let all = Node { start: 0, end: self.inputs.len(), depth: 0, upper: f64::INFINITY };
        if !self.inputs.is_empty() {
            growth.grow(all, (0..stops.len()).fold(0, |bits, index| bits | 1 << index));
        }
        growth.steps.into_iter().map(StepFunction::new).collect()
    }
}

#[derive(Clone, Copy)]
struct Node {
    start: usize,
    end: usize,
    depth: u32,
    /// The largest input that belongs to it.
    upper: f64,
}

struct Growth<'a> {
    sample: &'a Sample,
    leaf: usize,
    stops: &'a [Stop],
    /// The leaves of every tree so far, from left to right.
    steps: Vec<Vec<(f64, f64)>>,
}

impl Growth<'_> {
    /// Grows the trees of the set `active` below a node that all of them share.
    fn grow(&mut self, node: Node, active: u32) {
        let count = node.end - node.start;
        let all = self.sample.sums[node.end].minus(self.sample.sums[node.start]);
        let value = all.target / all.count;
        let goes_on = |stop: &Stop| node.depth < stop.depth && count >= stop.fewest;
        let mut ongoing = (0..self.stops.len())
            .filter(|&index| goes_on(&self.stops[index]))
            .fold(0, |bits, index| bits | 1 << index)
            & active;
        let mixed = all.square / all.count - value * value > PURE;
        let split = if ongoing != 0 && mixed { self.split(node, all) } else { None };
        if split.is_none() {
            ongoing = 0;
        }
        for (index, steps) in self.steps.iter_mut().enumerate() {
            if (active & !ongoing) >> index & 1 == 1 {
                steps.push((node.upper, value));
            }
        }
        let Some(middle) = split else { return };
        let inputs = &self.sample.inputs;
        let upper = inputs[middle - 1] / 2.0 + inputs[middle] / 2.0;
        self.grow(Node { end: middle, depth: node.depth + 1, upper, ..node }, ongoing);
        self.grow(Node { start: middle, depth: node.depth + 1, ..node }, ongoing);
    }

    /// Where the right half begins. With sums s and counts c of the left half and S and C of both,
    /// the squared error falls by `(s C − S c)² / (c (C − c) C)`.
    fn split(&self, node: Node, all: Sums) -> Option<usize> {
        let before = self.sample.sums[node.start];
        let first = node.start + self.leaf.max(1);
        let last = (node.end + 1).checked_sub(self.leaf.max(1))?;
        if first >= last {
            return None;
        }
        let sums = &self.sample.sums[first..last];
        let inputs = self.sample.inputs[first - 1..last].windows(2);
        let mut best = (0.0, None);
        for (index, (sums, pair)) in sums.iter().zip(inputs).enumerate() {
            let (target, count) = (sums.target - before.target, sums.count - before.count);
            let difference = target * all.count - all.target * count;
            let gain = difference * difference / (count * (all.count - count));
            if gain > best.0 && pair[1] - pair[0] > SEPARATION {
                best = (gain, Some(first + index));
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEEP: Stop = Stop { depth: 7, fewest: 2 };

    fn sample(points: &[(f64, f64)]) -> Sample {
        let mut sample = Sample::default();
        sample.fill(points.iter().map(|&(x, y)| (x, y, 1)));
        sample
    }

    #[test]
    fn a_step_is_found_exactly() {
        let points: Vec<(f64, f64)> =
            (0..20).map(|i| (f64::from(i), if i < 13 { 0.25 } else { 1.0 })).collect();
        let trees = sample(&points).trees(1, &[DEEP]);
        assert_eq!(trees, [StepFunction::new(vec![(12.5, 0.25), (19.0, 1.0)])]);
    }

    /// The first split is after 1 (gain 2·2/4·(5 − 1.5)²), the second in the left half.
    #[test]
    fn two_levels_by_hand() {
        let points = sample(&[(0.0, 1.0), (1.0, 2.0), (2.0, 5.0), (3.0, 5.0)]);
        let stump = Stop { depth: 1, fewest: 2 };
        let cautious = Stop { depth: 7, fewest: 3 };
        let trees = points.trees(1, &[stump, DEEP, cautious]);
        let two = StepFunction::new(vec![(1.5, 1.5), (3.0, 5.0)]);
        assert_eq!(trees[0], two);
        assert_eq!(trees[1], StepFunction::new(vec![(0.5, 1.0), (1.5, 2.0), (3.0, 5.0)]));
        assert_eq!(trees[2], two);
        assert_eq!(points.trees(2, &[DEEP])[0], two);
        assert_eq!(points.trees(3, &[DEEP])[0], StepFunction::new(vec![(3.0, 3.25)]));
    }

    #[test]
    fn equal_inputs_are_never_separated() {
        let points = sample(&[(1.0, 0.0), (1.0, 6.0), (1.0, 3.0)]);
        assert_eq!(points.trees(1, &[DEEP])[0].at(1.0), 3.0);
    }

    #[test]
    fn counts_weigh_and_zeros_are_left_out() {
        let mut sample = Sample::default();
        sample.fill([(0.0, 1.0, 3), (0.0, 5.0, 1), (1.0, 9.0, 0)].into_iter());
        assert_eq!(sample.trees(1, &[DEEP])[0].at(7.0), 2.0);
        sample.fill([].into_iter());
        assert_eq!(sample.trees(1, &[DEEP])[0].at(7.0), 0.0);
    }
}
