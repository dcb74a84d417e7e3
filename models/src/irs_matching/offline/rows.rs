//! Conditions on completion times as linear rows, exact or relaxed.
//!
//! The length of a union of intervals `[r_j, C_j]` is the least, over all ways of cutting the
//! jobs (by release) into blocks, of `Σ_blocks (max C - min r)`. So every way of cutting gives a
//! valid row, and what stands in the way of linearity is the maximum over a block alone:
//!
//! * where the partial order knows which job of the block completes last, that job's `C` is it;
//! * otherwise, with `M` the candidates, `max_M C = Σ_M C - (the others)`, and the others are at
//!   least `|M| - 1` times the completion time of a job that precedes all of `M`, or at least the
//!   sum of the `|M| - 1` smallest lower bounds.
//!
//! A second kind of row needs no order at all: with `Λ` the joint rate of a set `S` and `Λ_j`
//! that of a job,
//!
//! ```text
//! Σ_S D_j C_j  >=  D(S) · min_S r  +  D(S)² / (2 Λ(S))  +  Σ_S D_j² / (2 Λ_j)
//! ```
//!
//! since `C_j` exceeds the mean busy time of a job by at least `D_j / (2 Λ_j)`, and the mean busy
//! times of a set served at rate `Λ(S)` at most obey the parallel inequality (M. Queyranne,
//! Mathematical Programming 58 (1993) 263–285; M. X. Goemans, M. Queyranne, A. S. Schulz,
//! M. Skutella, Y. Wang, SIAM J. Discrete Math. 15 (2002) 165–192).

use super::normal::Normal;
use super::precedence::{Precedence, members};

/// `coefficients · C >= bound`.
#[derive(Clone, Debug)]
pub(super) struct LinearRow {
    pub(super) coefficients: Vec<f64>,
    pub(super) bound: f64,
    /// Two jobs whose order would sharpen the row most at the point it was made for.
    pub(super) undecided: Option<(usize, usize)>,
}

impl LinearRow {
    /// By how much the point falls short.
    pub(super) fn violation(&self, completions: &[f64]) -> f64 {
        let terms = self.coefficients.iter().zip(completions);
        self.bound - terms.map(|(coefficient, value)| coefficient * value).sum::<f64>()
    }
}

/// The supply condition of a set, as sharp as the order allows near the point `completions`.
/// Time O(masks · jobs²).
pub(super) fn supply_row(
    normal: &Normal,
    order: &Precedence,
    lower: &[f64],
    set: u128,
    completions: &[f64],
) -> LinearRow {
    let mut coefficients = vec![0.0; normal.len()];
    let mut bound: f64 = members(set).map(|job| normal.demands[job]).sum();
    let mut undecided: Option<(f64, (usize, usize))> = None;
    for (mask, &rate) in normal.rates.iter().enumerate().filter(|(_, rate)| **rate > 0.0) {
        for block in blocks(normal, set, mask, completions) {
            bound += rate * block.start;
            let last = order.last_of(block.jobs);
            members(last).for_each(|job| coefficients[job] += rate);
            if last.count_ones() < 2 {
                continue;
            }
            let least = relax(order, lower, last, completions);
            if let Some(earlier) = least.precursor {
                coefficients[earlier] -= rate * f64::from(last.count_ones() - 1);
            } else {
                bound += rate * least.total;
            }
            if undecided.is_none_or(|(loss, _)| rate * least.loss > loss) {
                undecided = Some((rate * least.loss, least.pair));
            }
        }
    }
    LinearRow { coefficients, bound, undecided: undecided.map(|(_, pair)| pair) }
}

/// Jobs whose intervals overlap at the point of interest.
struct Block {
    start: f64,
    jobs: u128,
}

fn blocks(normal: &Normal, set: u128, mask: usize, completions: &[f64]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut end = f64::NEG_INFINITY;
    for class in normal.classes.iter().filter(|class| class.masks.contains(&mask)) {
        let jobs = class.jobs.iter().filter(|&&job| set & (1 << job) != 0);
        let (mut chosen, mut reach) = (0_u128, f64::NEG_INFINITY);
        jobs.for_each(|&job| (chosen, reach) = (chosen | 1 << job, reach.max(completions[job])));
        if chosen == 0 {
            continue;
        }
        match blocks.last_mut().filter(|_| class.release <= end) {
            Some(block) => block.jobs |= chosen,
            None => blocks.push(Block { start: class.release, jobs: chosen }),
        }
        end = end.max(reach);
    }
    blocks
}

/// What those of a set that are not last are worth at least.
struct Least {
    /// A job that precedes them all; if there is one, they are worth its completion time each.
    precursor: Option<usize>,
    total: f64,
    /// How much is lost at the point.
    loss: f64,
    /// The last two at the point.
    pair: (usize, usize),
}

fn relax(order: &Precedence, lower: &[f64], set: u128, completions: &[f64]) -> Least {
    let mut jobs: Vec<usize> = members(set).collect();
    let mut bounds: Vec<f64> = jobs.iter().map(|&job| lower[job]).collect();
    bounds.sort_by(f64::total_cmp);
    let others = bounds.len() - 1;
    let mut total: f64 = bounds[..others].iter().sum();
    let common = jobs.iter().fold(u128::MAX, |common, &job| common & order.before(job));
    let by_time = |a: &usize, b: &usize| completions[*a].total_cmp(&completions[*b]);
    let precursor = members(common)
        .max_by(by_time)
        .filter(|&job| completions[job] * others as f64 > total + 1e-12);
    if let Some(earlier) = precursor {
        total = completions[earlier] * others as f64;
    }
    jobs.sort_by(by_time);
    let real: f64 = jobs[..others].iter().map(|&job| completions[job]).sum();
    Least { precursor, total, loss: real - total, pair: (jobs[others - 1], jobs[others]) }
}

/// The parallel inequality of a set. Time O(masks · jobs).
pub(super) fn parallel_row(normal: &Normal, set: u128) -> LinearRow {
    let jobs: Vec<usize> = members(set).collect();
    let mut coefficients = vec![0.0; normal.len()];
    jobs.iter().for_each(|&job| coefficients[job] = normal.demands[job]);
    let demand: f64 = jobs.iter().map(|&job| normal.demands[job]).sum();
    let release = jobs.iter().map(|&job| normal.releases[job]).fold(f64::INFINITY, f64::min);
    let own = |&job: &usize| normal.demands[job].powi(2) / (2.0 * normal.own_rates[job]);
    let joint = demand * demand / (2.0 * normal.joint_rate(&jobs));
    let bound = demand * release + joint + jobs.iter().map(own).sum::<f64>();
    LinearRow { coefficients, bound, undecided: None }
}
