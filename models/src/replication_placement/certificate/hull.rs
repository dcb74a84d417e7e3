//! The lower left border of points: who is least for some weights of the two coordinates.

/// The corners of the border, from left to right and from top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hull {
    corners: Vec<Corner>,
}

/// A point and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Corner {
    /// First coordinate, below 2^40.
    pub x: i128,
    /// Second coordinate, below 2^82.
    pub y: i128,
    /// Whose point it is.
    pub owner: u32,
}

impl Hull {
    /// The border of some points (A. M. Andrew, *Another efficient algorithm for convex hulls in two
    /// dimensions*, Inf. Process. Lett. 9, 1979). Time O(points · log points).
    #[must_use]
    pub fn of(mut points: Vec<Corner>) -> Self {
        points.sort_unstable();
        Self::of_sorted(points.into_iter())
    }

    /// The border of some points in ascending order. Time O(points).
    fn of_sorted(points: impl Iterator<Item = Corner>) -> Self {
        let mut corners: Vec<Corner> = Vec::new();
        for point in points {
            // To the right and not lower is never least.
            if corners.last().is_some_and(|last| last.y <= point.y) {
                continue;
            }
            while let [.., before, last] = corners[..]
                && (last.x - before.x) * (point.y - before.y)
                    <= (point.x - before.x) * (last.y - before.y)
            {
                corners.pop();
            }
            corners.push(point);
        }
        Self { corners }
    }

    /// The corner with the least `a x + b y` for weights that are not negative; `None` of no points.
    /// Time O(log corners).
    #[must_use]
    pub fn least(&self, a: i128, b: i128) -> Option<(i128, Corner)> {
        let falls = |edge: &[Corner]| a * (edge[1].x - edge[0].x) + b * (edge[1].y - edge[0].y) < 0;
        let (mut low, mut high) = (0, self.corners.len().checked_sub(1)?);
        while low < high {
            let middle = usize::midpoint(low, high);
            if falls(&self.corners[middle..middle + 2]) { low = middle + 1 } else { high = middle }
        }
        let corner = self.corners[low];
        Some((a * corner.x + b * corner.y, corner))
    }
}

/// How many sets of heavy points are kept.
const LEVELS: usize = 24;

/// Borders of points that have weights: of all, and of the heavy ones.
#[derive(Clone, Debug, Default)]
pub struct Hulls {
    /// Weights from which on points are in a set, ascending; the first is 0.
    levels: Vec<u64>,
    hulls: Vec<Hull>,
}

impl Hulls {
    /// Levels for some weights, about as many of them between one and the next.
    #[must_use]
    pub fn levels(mut weights: Vec<u64>) -> Vec<u64> {
        weights.sort_unstable();
        let count = weights.len().max(1);
        let quantile = |level: usize| weights.get(level * count / LEVELS).copied();
        let mut levels: Vec<u64> = (1..LEVELS).filter_map(quantile).collect();
        levels.insert(0, 0);
        levels.dedup();
        levels
    }

    /// The borders of points with weights. Time O(points · (levels + log points)).
    #[must_use]
    pub fn of(mut points: Vec<(Corner, u64)>, levels: Vec<u64>) -> Self {
        points.sort_unstable();
        let heavy = |&level: &u64| {
            let heavy = points.iter().filter(|point| point.1 >= level);
            Hull::of_sorted(heavy.map(|point| point.0))
        };
        Self { hulls: levels.iter().map(heavy).collect(), levels }
    }

    /// No more than the least `a x + b y` of the points that have a weight, see [`Hull::least`].
    #[must_use]
    pub fn least(&self, a: i128, b: i128, weight: u64) -> Option<(i128, Corner)> {
        let level = self.levels.partition_point(|&level| level <= weight);
        self.hulls[level.saturating_sub(1)].least(a, b)
    }
}

/// What some copies that need a weight together cost at least, given what the copy of a position costs
/// at least on nodes of a weight; and whose nodes these are. Time O(levels) for two copies, O(copies²)
/// for more.
pub fn least_together(
    copies: usize,
    wanted: u64,
    levels: &[u64],
    mut least: impl FnMut(usize, u64) -> Option<(i128, u32)>,
) -> Option<(i128, [u32; 5])> {
    let mut owners = [0; 5];
    let mut free = [0; 5];
    let mut total = 0;
    for position in 0..copies {
        let (value, owner) = least(position, 0)?;
        (free[position], owners[position]) = (value, owner);
        total += value;
    }
    let mut best: Option<(i128, [u32; 5])> = None;
    if wanted == 0 {
        best = Some((total, owners));
    } else if copies == 2 {
        // The first node is between two levels, so the second has at least the rest.
        for (at, &level) in levels.iter().enumerate() {
            let rest = levels.get(at + 1).map_or(0, |next| (wanted + 1).saturating_sub(*next));
            let Some(first) = least(0, level) else { break };
            // Heavier ones cost as much.
            if best.is_some_and(|best| first.0 + free[1] >= best.0) {
                break;
            }
            if let Some(second) = least(1, rest)
                && best.is_none_or(|best| first.0 + second.0 < best.0)
            {
                best = Some((first.0 + second.0, [first.1, second.1, 0, 0, 0]));
            }
        }
    } else {
        // Somebody has the mean at least.
        for position in 0..copies {
            if let Some((value, owner)) = least(position, wanted.div_ceil(copies as u64)) {
                let mut owners = owners;
                owners[position] = owner;
                let value = total - free[position] + value;
                if best.is_none_or(|best| value < best.0) {
                    best = Some((value, owners));
                }
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_corner_is_the_least_point() {
        let points: Vec<Corner> = (0..200_i128)
            .map(|n| Corner { x: n * 37 % 101, y: n * n * 53 % 211, owner: n as u32 })
            .collect();
        let hull = Hull::of(points.clone());
        for (a, b) in (0..30).flat_map(|a| (0..30).map(move |b| (a, b))) {
            let least = points.iter().map(|point| a * point.x + b * point.y).min();
            assert_eq!(hull.least(a, b).map(|found| found.0), least, "{a} {b}");
        }
        assert_eq!(Hull::default().least(1, 1), None);
    }
}
