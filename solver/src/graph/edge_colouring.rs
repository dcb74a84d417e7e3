//! Proper edge colouring of bipartite multigraphs with as few colours as possible, and Euler splits.

mod matching;
mod regular;
mod split;
#[cfg(test)]
mod tests;

use thiserror::Error;

use self::regular::Regular;
pub use self::split::{Half, euler_split};

/// Why a colouring was refused by [`verify_edge_colouring`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EdgeColouringDefect {
    /// Not one colour per edge.
    #[error("{colours} colours were given for {edges} edges")]
    Length {
        /// How many colours there are.
        colours: usize,
        /// How many edges there are.
        edges: usize,
    },
    /// A colour beyond the largest degree.
    #[error("edge {edge} has colour {colour}, but {limit} colours suffice")]
    Colour {
        /// Position of the edge.
        edge: usize,
        /// Its colour.
        colour: u32,
        /// The largest degree.
        limit: u32,
    },
    /// Two edges of one colour meet.
    #[error("edges {first} and {second} meet and have the same colour")]
    Conflict {
        /// Position of the first edge.
        first: usize,
        /// Position of the second edge.
        second: usize,
    },
}

/// Colours the edges of a bipartite multigraph so that edges that meet differ, with as many
/// colours as the largest degree `D`.
///
/// Vertices of small degree are merged and dummy edges added until every vertex has degree `D`. An
/// even degree is halved by an Euler split. Of an odd degree a perfect matching is taken first, which
/// gets a colour of its own. Of two halves one is coloured; enough of its colours are handed over
/// to the other half to make the degree of that one a power of two, which needs splits only. So the
/// matchings are taken from graphs that halve each time.
///
/// # References
/// * D. König: Über Graphen und ihre Anwendung auf Determinantentheorie und Mengenlehre.
///   Mathematische Annalen 77 (1916) 453-465. (`D` colours suffice.)
/// * H. N. Gabow: Using Euler partitions to edge color bipartite multigraphs. International Journal
///   of Computer and Information Sciences 5 (1976) 345-355.
/// * N. Alon: A simple algorithm for edge-coloring bipartite multigraphs. Information Processing
///   Letters 85 (2003) 301-302. (Matchings by splits.)
///
/// # Arguments
/// * `left`, `right`: how many vertices each side has.
/// * `edges`: pairs of a left and a right vertex; parallel edges are fine.
///
/// # Returns
/// The colour of every edge, below the largest degree, in the order of the edges.
///
/// # Panics
/// If an edge names a vertex that does not exist.
///
/// # Complexity
/// Time O(E log E + left + right) for E edges, space O(E + left + right).
///
/// # Guarantee
/// Exact: no colouring has fewer colours. Same edges in the same order, same answer.
///
/// # Example
/// A timetable: three teachers, three classes, one lesson an hour; teacher 0 sees class 0 twice.
/// ```
/// use placewright_solver::graph::{edge_colouring, verify_edge_colouring};
///
/// let lessons = [(0, 0), (0, 0), (0, 1), (1, 1), (1, 2), (2, 0), (2, 2)];
/// let hours = edge_colouring(3, 3, &lessons);
/// assert_eq!(hours.iter().max(), Some(&2));
/// verify_edge_colouring(3, 3, &lessons, &hours)?;
/// # Ok::<(), placewright_solver::graph::EdgeColouringDefect>(())
/// ```
#[must_use]
pub fn edge_colouring(left: usize, right: usize, edges: &[(u32, u32)]) -> Vec<u32> {
    let degree = largest_degree(left, right, edges);
    if degree == 0 {
        return Vec::new();
    }
    let mut regular = Regular::new(left, right, edges, degree);
    let mut colours = regular.colour(degree);
    // Dummy edges come last.
    colours.truncate(edges.len());
    colours
}

/// The largest number of edges that meet in a vertex. Time O(E + left + right).
///
/// # Panics
/// If an edge names a vertex that does not exist.
#[must_use]
pub fn largest_degree(left: usize, right: usize, edges: &[(u32, u32)]) -> u32 {
    let [lefts, rights] = degrees(left, right, edges);
    lefts.into_iter().chain(rights).max().unwrap_or(0)
}

fn degrees(left: usize, right: usize, edges: &[(u32, u32)]) -> [Vec<u32>; 2] {
    let (mut lefts, mut rights) = (vec![0; left], vec![0; right]);
    for &(a, b) in edges {
        lefts[a as usize] += 1;
        rights[b as usize] += 1;
    }
    [lefts, rights]
}

/// Checks that a colouring is proper and uses no more colours than the largest degree.
///
/// # Errors
/// The first defect found.
///
/// # Panics
/// If an edge names a vertex that does not exist.
///
/// # Complexity
/// Time and space O(E + (left + right) · D).
pub fn verify_edge_colouring(
    left: usize,
    right: usize,
    edges: &[(u32, u32)],
    colours: &[u32],
) -> Result<(), EdgeColouringDefect> {
    if colours.len() != edges.len() {
        return Err(EdgeColouringDefect::Length { colours: colours.len(), edges: edges.len() });
    }
    let limit = largest_degree(left, right, edges);
    let mut seen: Vec<Option<usize>> = vec![None; (left + right) * limit as usize];
    for (edge, (&(a, b), &colour)) in edges.iter().zip(colours).enumerate() {
        if colour >= limit {
            return Err(EdgeColouringDefect::Colour { edge, colour, limit });
        }
        for vertex in [a as usize, left + b as usize] {
            let cell = &mut seen[vertex * limit as usize + colour as usize];
            if let Some(first) = cell.replace(edge) {
                return Err(EdgeColouringDefect::Conflict { first, second: edge });
            }
        }
    }
    Ok(())
}
