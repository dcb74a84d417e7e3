//! The rounds of a job's traffic, as flows between its leaves.

use super::super::instance::Traffic;

/// Flows between leaves in one round, by the leaves' positions in the job.
pub(super) struct Round {
    /// What the round is called.
    pub(super) name: String,
    /// Sending leaf, receiving leaf, flows; never the same leaf twice.
    pub(super) flows: Vec<(u32, u32, u32)>,
}

/// Rounds of a job whose leaves have these shares of its ranks, as many as together have at most
/// `budget` flows, and one at least.
///
/// A hierarchical ring has one round, repeated. Halving and doubling has one per power of two. For
/// any permutation and for all-to-all the shifts by `s` ranks, `s = 1 … n - 1`, are routed; where
/// they are too many, evenly spread ones and the shift by `⌊n / 2⌋`, in which the most flows cross.
pub(super) fn rounds(
    traffic: Traffic,
    shares: &[u32],
    gpus_per_server: u32,
    budget: usize,
) -> Vec<Round> {
    let total: u32 = shares.iter().sum();
    match traffic {
        Traffic::HalvingDoubling if total.is_power_of_two() => {
            (0..total.trailing_zeros()).map(|power| exchange(shares, 1 << power)).collect()
        }
        Traffic::Ring | Traffic::HalvingDoubling => vec![ring(shares, gpus_per_server)],
        Traffic::Any | Traffic::AllToAll => {
            let many = (budget / total.max(1) as usize).max(1) as u32;
            let last = total.saturating_sub(1);
            let mut shifts: Vec<u32> = if many >= last {
                (1..=last).collect()
            } else {
                let spread = |i: u32| (u64::from(last) * u64::from(i) / u64::from(many)) as u32 + 1;
                (1..many).map(spread).chain([total / 2]).collect()
            };
            shifts.sort_unstable();
            shifts.dedup();
            shifts.into_iter().map(|by| shift(shares, total, by)).collect()
        }
    }
}

/// Every local rank of a leaf's last server sends to the next leaf.
fn ring(shares: &[u32], gpus_per_server: u32) -> Round {
    let count = shares.len() as u32;
    let flow = |(leaf, &share): (u32, &u32)| (leaf, (leaf + 1) % count, share.min(gpus_per_server));
    Round { name: "ring".into(), flows: (0..).zip(shares).map(flow).collect() }
}

/// Every rank sends to the one whose number differs in one bit.
fn exchange(shares: &[u32], bit: u32) -> Round {
    let leaf_of = leaf_of(shares);
    let to = |rank: usize| leaf_of[rank ^ bit as usize];
    let flows = merged((0..leaf_of.len()).map(|rank| (leaf_of[rank], to(rank))));
    Round { name: format!("exchange at distance {bit}"), flows }
}

/// Every rank sends to the one `by` ranks on.
fn shift(shares: &[u32], total: u32, by: u32) -> Round {
    let leaf_of = leaf_of(shares);
    let to = |rank: u32| leaf_of[((rank + by) % total) as usize];
    let flows = merged((0..total).map(|rank| (leaf_of[rank as usize], to(rank))));
    Round { name: format!("shift by {by}"), flows }
}

fn leaf_of(shares: &[u32]) -> Vec<u32> {
    let ranks = |(leaf, &share): (u32, &u32)| std::iter::repeat_n(leaf, share as usize);
    (0..).zip(shares).flat_map(ranks).collect()
}

/// Flows of the same leaves that follow each other as one, those within a leaf left out.
fn merged(flows: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32, u32)> {
    let mut merged: Vec<(u32, u32, u32)> = Vec::new();
    for (from, to) in flows.filter(|(from, to)| from != to) {
        match merged.last_mut() {
            Some(last) if (last.0, last.1) == (from, to) => last.2 += 1,
            _ => merged.push((from, to, 1)),
        }
    }
    merged
}
