//! A perfect matching of a regular bipartite multigraph by repeated Euler splits (Alon 2003).
//!
//! The graph of degree `D` on `n + n` vertices is blown up: with `2^t >= nD` every edge is taken
//! `floor(2^t / D)` times, and a matching of bad edges fills the degrees up to `2^t`. That makes
//! fewer than `2^t` bad edges. Each split halves all degrees, and the half with fewer bad edges is
//! kept; after `t` splits the degree is one and no bad edge is left. Copies are counted, not
//! stored: of `c` copies each half gets `c / 2`, and only odd ones take part in the split.

use super::split::{Half, Splitter};

struct Copies {
    ends: (u32, u32),
    /// Position among the edges of the graph; bad edges have none.
    edge: Option<usize>,
    count: u64,
}

/// Marks the edges of a perfect matching. `edges` must be regular of degree `degree >= 1` on `side`
/// vertices each side. Time O(E log E), space O(E).
pub(super) fn perfect_matching(
    splitter: &mut Splitter,
    side: usize,
    edges: &[(u32, u32)],
    degree: u32,
) -> Vec<bool> {
    let rounds = (edges.len() as u64).next_power_of_two().trailing_zeros();
    let full = 1_u64 << rounds;
    let good = full / u64::from(degree);
    let bad = full % u64::from(degree);
    let mut copies: Vec<Copies> = edges
        .iter()
        .enumerate()
        .map(|(edge, &ends)| Copies { ends, edge: Some(edge), count: good })
        .collect();
    if bad > 0 {
        let vertices = 0..side as u32;
        copies.extend(vertices.map(|v| Copies { ends: (v, v), edge: None, count: bad }));
    }
    let mut halves = Vec::new();
    for _ in 0..rounds {
        let odd = copies.iter().filter(|copy| copy.count % 2 == 1).map(|copy| copy.ends);
        splitter.split(odd, &mut halves);
        keep_better_half(&mut copies, &halves);
    }
    let mut matched = vec![false; edges.len()];
    for edge in copies.iter().filter_map(|copy| copy.edge) {
        matched[edge] = true;
    }
    matched
}

/// Halves all counts; of the odd copies the half with fewer bad edges stays.
fn keep_better_half(copies: &mut Vec<Copies>, halves: &[Half]) {
    let bad_odd = copies.iter().filter(|copy| copy.count % 2 == 1).map(|copy| copy.edge.is_none());
    let mut bad = [0_usize; 2];
    for (is_bad, half) in bad_odd.zip(halves) {
        bad[*half as usize] += usize::from(is_bad);
    }
    let kept = if bad[0] <= bad[1] { Half::First } else { Half::Second };
    let mut halves = halves.iter();
    copies.retain_mut(|copy| {
        let extra = copy.count % 2 == 1 && halves.next() == Some(&kept);
        copy.count = copy.count / 2 + u64::from(extra);
        copy.count > 0
    });
}
