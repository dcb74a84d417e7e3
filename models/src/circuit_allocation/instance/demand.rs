//! How many flows of a job leave a leaf at once.

use super::{ServerShare, Traffic};

/// GPUs per leaf of a job, leaves in the order in which its servers name them first.
#[must_use]
pub fn server_shares(servers: &[ServerShare]) -> Vec<(u32, u32)> {
    let mut shares: Vec<(u32, u32)> = Vec::new();
    let mut position = std::collections::HashMap::new();
    for server in servers {
        let at = *position.entry(server.leaf).or_insert(shares.len());
        if at == shares.len() {
            shares.push((server.leaf, 0));
        }
        shares[at].1 += server.gpus;
    }
    shares
}

/// The most flows that leave each leaf in one round of the traffic, and as many enter it.
///
/// Ranks are contiguous on leaves, in the order of `shares`. A permutation takes at most
/// `min(g, n - g)` flows out of a leaf with `g` of `n` GPUs, and pairwise all-to-all does take them;
/// a hierarchical ring takes one per local rank, whatever the shares; halving and doubling what
/// its partners at powers of two ask for. One leaf alone needs nothing.
///
/// O(leaves · log n).
#[must_use]
pub fn cross_flows(traffic: Traffic, shares: &[u32], gpus_per_server: u32) -> Vec<u32> {
    let total: u32 = shares.iter().sum();
    if shares.len() < 2 {
        return vec![0; shares.len()];
    }
    match traffic {
        Traffic::HalvingDoubling if total.is_power_of_two() => halving_doubling(shares, total),
        Traffic::Ring | Traffic::HalvingDoubling => {
            shares.iter().map(|&share| share.min(gpus_per_server)).collect()
        }
        Traffic::Any | Traffic::AllToAll => {
            shares.iter().map(|&share| share.min(total - share)).collect()
        }
    }
}

fn halving_doubling(shares: &[u32], total: u32) -> Vec<u32> {
    let mut most = vec![0; shares.len()];
    for round in 0..total.trailing_zeros() {
        let mut first = 0;
        for (most, &share) in most.iter_mut().zip(shares) {
            *most = (*most).max(share - partners_within(first, first + share, round));
            first += share;
        }
    }
    most
}

/// Ranks in `first..end` whose partner at distance `2^round` is there too.
fn partners_within(first: u32, end: u32, round: u32) -> u32 {
    let half = 1 << round;
    // Blocks of 2·half ranks are closed under the exchange; only the first and the last can be cut.
    let block = 2 * half;
    let inner_first = first.div_ceil(block) * block;
    let inner_end = end / block * block;
    if inner_first > inner_end {
        // Within one block: pairs (r, r + half) with both ends inside.
        return 2 * end.saturating_sub(half).saturating_sub(first);
    }
    let left = 2 * inner_first.saturating_sub(half).saturating_sub(first);
    let right = 2 * end.saturating_sub(inner_end + half);
    inner_end - inner_first + left + right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_are_counted_as_by_hand() {
        for round in 0..5 {
            for first in 0..32 {
                for end in first..=32 {
                    let inside = |rank: &u32| (first..end).contains(&(rank ^ (1 << round)));
                    let expected = (first..end).filter(inside).count() as u32;
                    assert_eq!(partners_within(first, end, round), expected, "{first}..{end}");
                }
            }
        }
    }

    #[test]
    fn a_ring_needs_a_flow_per_local_rank_and_permutations_the_smaller_side() {
        assert_eq!(cross_flows(Traffic::Ring, &[16, 8, 40], 8), [8, 8, 8]);
        assert_eq!(cross_flows(Traffic::Any, &[48, 8, 8], 8), [16, 8, 8]);
        assert_eq!(cross_flows(Traffic::HalvingDoubling, &[32, 16, 16], 8), [32, 16, 16]);
        assert_eq!(cross_flows(Traffic::Any, &[64], 8), [0]);
    }
}
