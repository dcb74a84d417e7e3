//! The pooled bound: forget who may use what, and serve everybody from one stream.
//!
//! One stream of rate `Λ`, all masks together, is a single machine. With equal weights the shortest
//! remaining demand first is optimal, also with releases (L. Schrage, Operations Research 16 (1968)
//! 687–690). Unequal weights are cut into layers: `Σ w_j C_j` is the sum over weight levels of the
//! step in weight times `Σ C_j` over the jobs that reach the level, and every layer alone costs at
//! least its own optimum. Without regard to releases Smith's rule (1956) is optimal for any
//! weights; the better of the two counts.
//!
//! **Complexity.** O(n log n) with equal weights, O(n² log n) otherwise. **Guarantee.** Exact for
//! one group with equal weights or equal releases.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::irs_matching::offline::fluid::Fluid;

/// The bound for some of the jobs alone, in weight times microseconds, for a validated fluid.
#[must_use]
pub fn pooled_bound_us(fluid: &Fluid, jobs: &[usize]) -> i128 {
    let serves = |mask: usize| jobs.iter().any(|&job| fluid.jobs[job].masks.contains(&mask));
    let rates = fluid.rates_micro_per_s.iter().enumerate();
    let rate: i128 =
        rates.filter(|(mask, _)| serves(*mask)).map(|(_, rate)| i128::from(*rate)).sum();
    if rate == 0 {
        return 0;
    }
    let mut levels: Vec<u64> = jobs.iter().map(|&job| fluid.jobs[job].weight).collect();
    levels.sort_unstable();
    levels.dedup();
    let (mut layered, mut below) = (0, 0);
    for level in levels {
        let layer: Vec<usize> =
            jobs.iter().copied().filter(|&job| fluid.jobs[job].weight >= level).collect();
        layered += i128::from(level - below) * shortest_remaining(fluid, &layer, rate);
        below = level;
    }
    // Sums of times stand in milliseconds times the rate.
    layered.max(smith(fluid, jobs, rate)) * 1000 / rate
}

/// `Σ C_j` of the shortest remaining demand first, in milliseconds times `rate`.
fn shortest_remaining(fluid: &Fluid, jobs: &[usize], rate: i128) -> i128 {
    let mut releases: Vec<(i128, i128)> = jobs
        .iter()
        .map(|&job| &fluid.jobs[job])
        .map(|job| (i128::from(job.release_ms) * rate, i128::from(job.demand_micro) * 1000))
        .collect();
    releases.sort_unstable();
    let mut waiting = BinaryHeap::new();
    let (mut clock, mut sum) = (0, 0);
    let mut next = releases.into_iter().peekable();
    loop {
        while let Some((_, work)) = next.next_if(|(release, _)| *release <= clock) {
            waiting.push(Reverse(work));
        }
        let until = next.peek().map(|(release, _)| *release);
        match (waiting.pop(), until) {
            (Some(Reverse(work)), Some(until)) if clock + work > until => {
                waiting.push(Reverse(work - (until - clock)));
                clock = until;
            }
            (Some(Reverse(work)), _) => {
                clock += work;
                sum += clock;
            }
            (None, Some(until)) => clock = until,
            (None, None) => return sum,
        }
    }
}

/// `Σ w_j C_j` of Smith's rule when all jobs were released with the first, in the same unit.
fn smith(fluid: &Fluid, jobs: &[usize], rate: i128) -> i128 {
    let mut order: Vec<_> = jobs.iter().map(|&job| &fluid.jobs[job]).collect();
    // By demand over weight, ascending, without dividing.
    order.sort_by(|a, b| {
        let cross = |x: u64, y: u64| u128::from(x) * u128::from(y);
        cross(a.demand_micro, b.weight).cmp(&cross(b.demand_micro, a.weight))
    });
    let release = order.iter().map(|job| job.release_ms).min().unwrap_or(0);
    let mut clock = i128::from(release) * rate;
    let mut sum = 0;
    for job in order {
        clock += i128::from(job.demand_micro) * 1000;
        sum += i128::from(job.weight) * clock;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::irs_matching::offline::fluid::FluidJob;

    fn fluid(jobs: &[(u64, u64, u64)]) -> Fluid {
        let job = |&(devices, weight, release_ms): &(u64, u64, u64)| FluidJob {
            demand_micro: devices * 1_000_000,
            weight,
            release_ms,
            masks: vec![0],
        };
        // One device a second.
        Fluid { rates_micro_per_s: vec![1_000_000], jobs: jobs.iter().map(job).collect() }
    }

    #[test]
    fn textbook_cases() {
        let bound = |jobs| pooled_bound_us(&fluid(jobs), &(0..jobs.len()).collect::<Vec<_>>());
        assert_eq!(bound(&[(3, 1, 0), (1, 1, 0)]), 5_000_000);
        // The long job is interrupted: 0-1, then 2 until 3, then on until 5.
        assert_eq!(bound(&[(3, 1, 0), (2, 1, 1_000)]), 8_000_000);
        assert_eq!(bound(&[(4, 1, 0), (2, 1, 1_000)]), 9_000_000);
        // Smith: 3/3 before 2/1.
        assert_eq!(bound(&[(2, 1, 0), (3, 3, 0)]), 14_000_000);
    }
}
