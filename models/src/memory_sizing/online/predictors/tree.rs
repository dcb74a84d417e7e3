//! Regression trees (CART; Breiman, Friedman, Olshen, Stone 1984) on one input.
//!
//! A node is a range of the sorted points. It is split where the squared error falls most; with
//! prefix sums every position costs O(1), so a tree of depth d takes O(d n). What comes out is a
//! step function.
//!
//! Rules for when to stop hardly change where a node that goes on is split, so trees that differ
//! only in them are grown together as long as they agree.

use super::step_function::StepFunction;

/// When a node is not split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// At this depth; the root has depth 0.
    pub depth: u32,
    /// With fewer points.
    pub fewest: usize,
    /// Where a half would have fewer points.
    pub leaf: usize,
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

    /// The trees of at most 32 rules to stop. Time O(d n) for the greatest depth d if they agree.
    #[must_use]
    pub fn trees(&self, stops: &[Stop]) -> Vec<StepFunction> {
        debug_assert!(stops.len() <= 32);
        let mut growth = Growth { sample: self, stops, steps: vec![Vec::new(); stops.len()] };
        let all = Node { start: 0, end: self.inputs.len(), depth: 0, upper: f64::INFINITY };
        if !self.inputs.is_empty() {
            growth.grow(all, Trees::first(stops.len()));
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

/// A set of trees, one bit each.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Trees(u32);

impl Trees {
    const NONE: Self = Self(0);

    fn first(count: usize) -> Self {
        (0..count).fold(Self::NONE, |trees, index| Self(trees.0 | 1 << index))
    }

    fn that(self, mut keep: impl FnMut(usize) -> bool) -> Self {
        self.iter().filter(|&index| keep(index)).fold(Self::NONE, |t, index| Self(t.0 | 1 << index))
    }

    fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    fn iter(mut self) -> impl Iterator<Item = usize> {
        std::iter::from_fn(move || {
            let index = self.0.checked_ilog2()?;
            self.0 ^= 1 << index;
            Some(index as usize)
        })
    }
}

struct Growth<'a> {
    sample: &'a Sample,
    stops: &'a [Stop],
    /// The leaves of every tree so far, from left to right.
    steps: Vec<Vec<(f64, f64)>>,
}

impl Growth<'_> {
    /// Grows the trees that share a node.
    fn grow(&mut self, node: Node, trees: Trees) {
        let count = node.end - node.start;
        let all = self.sample.sums[node.end].minus(self.sample.sums[node.start]);
        let mean = all.target / all.count;
        let mixed = all.square / all.count - mean * mean > PURE;
        let stops = self.stops;
        let goes_on = |tree: usize| node.depth < stops[tree].depth && count >= stops[tree].fewest;
        let mut rest = if mixed { trees.that(goes_on) } else { Trees::NONE };
        self.end(node, mean, trees.without(rest));
        while let Some(leaf) = rest.iter().map(|tree| stops[tree].leaf).min() {
            let Some(middle) = self.split(node, all, leaf) else {
                return self.end(node, mean, rest);
            };
            // The best split of all is also the best of those that larger leaves allow.
            let smaller = (middle - node.start).min(node.end - middle);
            let agreeing = rest.that(|tree| stops[tree].leaf <= smaller);
            rest = rest.without(agreeing);
            let inputs = &self.sample.inputs;
            let upper = inputs[middle - 1] / 2.0 + inputs[middle] / 2.0;
            let depth = node.depth + 1;
            self.grow(Node { end: middle, depth, upper, ..node }, agreeing);
            self.grow(Node { start: middle, depth, ..node }, agreeing);
        }
    }

    /// Makes a node a leaf.
    fn end(&mut self, node: Node, mean: f64, trees: Trees) {
        trees.iter().for_each(|tree| self.steps[tree].push((node.upper, mean)));
    }

    /// Where the right half begins. With sums s and counts c of the left half and S and C of both,
    /// the squared error falls by `(s C − S c)² / (c (C − c) C)`.
    fn split(&self, node: Node, all: Sums, leaf: usize) -> Option<usize> {
        let before = self.sample.sums[node.start];
        let first = node.start + leaf.max(1);
        let last = (node.end + 1).checked_sub(leaf.max(1))?;
        if first >= last {
            return None;
        }
        let sums = &self.sample.sums[first..last];
        let inputs = self.sample.inputs[first - 1..last].windows(2);
        // Numerator and denominator of the greatest fall so far: divisions would take longer.
        let (mut above, mut below, mut best) = (0.0, 1.0, None);
        for (index, (sums, pair)) in sums.iter().zip(inputs).enumerate() {
            let (target, count) = (sums.target - before.target, sums.count - before.count);
            let difference = target * all.count - all.target * count;
            let (square, product) = (difference * difference, count * (all.count - count));
            if square * below > above * product && pair[1] - pair[0] > SEPARATION {
                (above, below, best) = (square, product, Some(first + index));
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEEP: Stop = Stop { depth: 7, fewest: 2, leaf: 1 };

    fn sample(points: &[(f64, f64)]) -> Sample {
        let mut sample = Sample::default();
        sample.fill(points.iter().map(|&(x, y)| (x, y, 1)));
        sample
    }

    #[test]
    fn a_step_is_found_exactly() {
        let points: Vec<(f64, f64)> =
            (0..20).map(|i| (f64::from(i), if i < 13 { 0.25 } else { 1.0 })).collect();
        let trees = sample(&points).trees(&[DEEP]);
        assert_eq!(trees, [StepFunction::new(vec![(12.5, 0.25), (19.0, 1.0)])]);
    }

    /// The first split is after 1 (gain 2·2/4·(5 − 1.5)²), the second in the left half.
    #[test]
    fn two_levels_by_hand() {
        let points = sample(&[(0.0, 1.0), (1.0, 2.0), (2.0, 5.0), (3.0, 5.0)]);
        let stump = Stop { depth: 1, ..DEEP };
        let cautious = Stop { fewest: 3, ..DEEP };
        let trees = points.trees(&[stump, DEEP, cautious]);
        let two = StepFunction::new(vec![(1.5, 1.5), (3.0, 5.0)]);
        assert_eq!(trees[0], two);
        assert_eq!(trees[1], StepFunction::new(vec![(0.5, 1.0), (1.5, 2.0), (3.0, 5.0)]));
        assert_eq!(trees[2], two);
        assert_eq!(points.trees(&[Stop { leaf: 2, ..DEEP }])[0], two);
        assert_eq!(
            points.trees(&[Stop { leaf: 3, ..DEEP }])[0],
            StepFunction::new(vec![(3.0, 3.25)])
        );
    }

    /// Together and alone, where small leaves prefer splits that others may not have.
    #[test]
    fn trees_grown_together_are_those_grown_alone() {
        let points: Vec<(f64, f64)> =
            (0..40).map(|i| (f64::from(i), f64::from(i * i % 7 + 9 * (i / 13)))).collect();
        let sample = sample(&points);
        let stops: Vec<Stop> = (1..=4)
            .flat_map(|leaf| [2, 4, 9].map(|fewest| Stop { depth: 5, fewest, leaf }))
            .collect();
        for (stop, together) in stops.iter().zip(sample.trees(&stops)) {
            assert_eq!(sample.trees(&[*stop])[0], together, "{stop:?}");
        }
    }

    #[test]
    fn equal_inputs_are_never_separated() {
        let points = sample(&[(1.0, 0.0), (1.0, 6.0), (1.0, 3.0)]);
        assert_eq!(points.trees(&[DEEP])[0].at(1.0), 3.0);
    }

    #[test]
    fn counts_weigh_and_zeros_are_left_out() {
        let mut sample = Sample::default();
        sample.fill([(0.0, 1.0, 3), (0.0, 5.0, 1), (1.0, 9.0, 0)].into_iter());
        assert_eq!(sample.trees(&[DEEP])[0].at(7.0), 2.0);
        sample.fill([].into_iter());
        assert_eq!(sample.trees(&[DEEP])[0].at(7.0), 0.0);
    }
}
