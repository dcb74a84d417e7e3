//! Splitting a bipartite multigraph into two halves that share every vertex evenly.

/// One of the two halves of [`euler_split`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Half {
    /// The half of the first edge.
    First,
    /// The other half.
    Second,
}

const NONE: u32 = u32::MAX;

/// Splits the edges of a bipartite multigraph into two halves such that at every vertex the two
/// degrees differ by at most one (and are equal where the degree is even).
///
/// At every vertex edges are paired as they come. An edge has at most one partner at each of its
/// ends, so the pairs form paths and cycles, and the cycles are even because partners at left and
/// right ends alternate along them. Going along, edges alternate between the halves.
///
/// # References
/// * H. N. Gabow: International Journal of Computer and Information Sciences 5 (1976) 345-355.
///   (Euler partitions.)
///
/// # Panics
/// If an edge names a vertex that does not exist.
///
/// # Complexity
/// Time and space O(E + left + right).
///
/// # Example
/// ```
/// use placewright_solver::graph::{Half, euler_split};
///
/// let halves = euler_split(2, 2, &[(0, 0), (0, 1), (1, 0), (1, 1)]);
/// assert_eq!(halves, [Half::First, Half::Second, Half::Second, Half::First]);
/// ```
#[must_use]
pub fn euler_split(left: usize, right: usize, edges: &[(u32, u32)]) -> Vec<Half> {
    let mut splitter = Splitter::new(left, right);
    let mut halves = Vec::new();
    splitter.split(edges.iter().copied(), &mut halves);
    halves
}

/// Buffers for many splits of graphs with the same vertices.
#[derive(Debug)]
pub(super) struct Splitter {
    /// The edge that waits for a partner at each vertex, left and right.
    waiting: [Vec<u32>; 2],
    /// The partner of each edge at its left and at its right end.
    partners: Vec<[u32; 2]>,
}

impl Splitter {
    pub(super) fn new(left: usize, right: usize) -> Self {
        Self { waiting: [vec![NONE; left], vec![NONE; right]], partners: Vec::new() }
    }

    /// Writes the half of each edge. Time O(E).
    pub(super) fn split(
        &mut self,
        edges: impl Iterator<Item = (u32, u32)> + Clone,
        halves: &mut Vec<Half>,
    ) {
        self.pair(edges.clone());
        for (a, b) in edges {
            self.waiting[0][a as usize] = NONE;
            self.waiting[1][b as usize] = NONE;
        }
        // `visited` is a half that was written; no half is valid before its edge is reached.
        let mut reached = vec![false; self.partners.len()];
        halves.clear();
        halves.resize(self.partners.len(), Half::First);
        for start in 0..self.partners.len() {
            if reached[start] {
                continue;
            }
            reached[start] = true;
            // Both directions: a path may start in the middle.
            for side in [0, 1] {
                let (mut edge, mut side, mut half) = (start, side, Half::First);
                loop {
                    let next = self.partners[edge][side];
                    if next == NONE || reached[next as usize] {
                        break;
                    }
                    half = if half == Half::First { Half::Second } else { Half::First };
                    edge = next as usize;
                    reached[edge] = true;
                    halves[edge] = half;
                    side = 1 - side;
                }
            }
        }
    }

    fn pair(&mut self, edges: impl Iterator<Item = (u32, u32)>) {
        self.partners.clear();
        for (edge, (a, b)) in edges.enumerate() {
            self.partners.push([NONE; 2]);
            for (side, vertex) in [a as usize, b as usize].into_iter().enumerate() {
                let waiting = std::mem::replace(&mut self.waiting[side][vertex], NONE);
                if waiting == NONE {
                    self.waiting[side][vertex] = edge as u32;
                } else {
                    self.partners[edge][side] = waiting;
                    self.partners[waiting as usize][side] = edge as u32;
                }
            }
        }
    }
}
