//! The optimal retry ladder on ratios of memory to a shape.
//!
//! A shape `f` says how memory grows with the input; what is left is the ratio `ρ = y / f(x)`. A
//! ladder on ratios allocates `f(x) · ρ_j`, so a past task with run time `t` weighs `t · f(x)`.
//! The future is a little different from the past, so every ratio stands for a triangle of
//! ratios around it, of relative width `w`.
//!
//! With `S(a)` the weight of ratios above `a`, a rung `a_j` after `a_{j-1}` costs
//! `a_j (S(a_{j-1}) − S(a_j))` for what it serves and `τ a_j S(a_j) + φ N(a_j)` for what it does
//! not (`τ a_j` becomes `a_j²/ρ` where memory grows linearly over the run time; `φ` may also be a
//! multiple of `ρ S`). The cheapest
//! ladder of at most [`RUNGS`] rungs over `CANDIDATES` candidates is a shortest path, found
//! layer by layer in O(RUNGS · CANDIDATES²), after sorting.

use serde::{Deserialize, Serialize};

use super::settings::{Settings, TimeToFailure};

/// Rungs of a ladder. Two are within 5 % of any number on real traces, three within 1 %.
pub const RUNGS: usize = 3;
/// Candidate rungs; past ratios beyond that are thinned out, least at the top.
const CANDIDATES: usize = 48;
/// The triangle: offsets in widths, and weights.
const KERNEL: [(f64, f64); 5] =
    [(-1.0, 1.0 / 9.0), (-0.5, 2.0 / 9.0), (0.0, 3.0 / 9.0), (0.5, 2.0 / 9.0), (1.0, 1.0 / 9.0)];

/// A past task as a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// Memory over shape.
    pub ratio: f64,
    /// Run time times shape: what a unit of ratio costs.
    pub weight: f64,
    /// How much the task counts as one that may fail.
    pub count: f64,
}

/// Sums over the ratios from an index on.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    weight: f64,
    weight_over_ratio: f64,
    usage: f64,
    count: f64,
}

/// Buffers that are used again from call to call.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    suffix: Vec<Sums>,
    candidates: Vec<f64>,
    above: Vec<Sums>,
}

/// The cheapest ladder for ratios in ascending order, empty for none.
pub fn cheapest(
    settings: &Settings,
    ascending: &[Ratio],
    width: f64,
    workspace: &mut Workspace,
) -> Vec<f64> {
    let Some(largest) = ascending.last() else { return Vec::new() };
    let Workspace { suffix, candidates, above } = workspace;
    suffix.clear();
    suffix.resize(ascending.len() + 1, Sums::default());
    for (index, ratio) in ascending.iter().enumerate().rev() {
        let next = suffix[index + 1];
        suffix[index] = Sums {
            weight: next.weight + ratio.weight,
            weight_over_ratio: next.weight_over_ratio + ratio.weight / ratio.ratio,
            usage: next.usage + ratio.weight * ratio.ratio,
            count: next.count + ratio.count,
        };
    }
    choose_candidates(ascending, width, candidates);
    above.clear();
    above.extend(candidates.iter().map(|&rung| smoothed(ascending, suffix, width, rung)));
    debug_assert!(candidates.last().is_none_or(|&last| last >= largest.ratio));
    ladder(settings, candidates, above, suffix[0])
}

/// The upper ends of the triangles, thinned out.
fn choose_candidates(ascending: &[Ratio], width: f64, candidates: &mut Vec<f64>) {
    candidates.clear();
    let count = ascending.len();
    let steps: &[f64] = if width > 0.0 { &[0.0, 0.5, 1.0] } else { &[0.0] };
    let most = CANDIDATES / steps.len();
    let kept = |index: usize| {
        let from_top = count - 1 - index;
        from_top < most / 2 || from_top.is_multiple_of(count.div_ceil(most / 2))
    };
    for index in (0..count).filter(|&index| count <= most || kept(index)) {
        candidates.extend(steps.iter().map(|step| ascending[index].ratio * (1.0 + step * width)));
    }
    candidates.sort_by(f64::total_cmp);
    candidates.dedup();
}

/// What exceeds a rung.
fn smoothed(ascending: &[Ratio], suffix: &[Sums], width: f64, rung: f64) -> Sums {
    let mut sums = Sums::default();
    for (offset, share) in KERNEL {
        // Rounding must not push the top of a triangle above its own candidate.
        let bound = rung * (1.0 + 1e-12) / (1.0 + offset * width);
        let above = suffix[ascending.partition_point(|ratio| ratio.ratio <= bound)];
        sums.weight += share * above.weight;
        sums.weight_over_ratio += share * above.weight_over_ratio;
        sums.usage += share * above.usage;
        sums.count += share * above.count;
    }
    sums
}

fn ladder(settings: &Settings, rungs: &[f64], above: &[Sums], all: Sums) -> Vec<f64> {
    let failed = |j: usize| {
        let memory = match settings.time_to_failure {
            TimeToFailure::Share(share) => share * rungs[j] * above[j].weight,
            TimeToFailure::Proportional => rungs[j] * rungs[j] * above[j].weight_over_ratio,
        };
        memory
            + settings.failure_price_byte_ms * above[j].count
            + settings.failure_price_usages * above[j].usage
    };
    let last = rungs.len() - 1;
    let fixed: Vec<f64> =
        (0..rungs.len()).map(|j| failed(j) - rungs[j] * above[j].weight).collect();
    let mut cost: Vec<f64> = (0..rungs.len()).map(|j| rungs[j] * all.weight + fixed[j]).collect();
    let mut parents: Vec<Vec<usize>> = Vec::with_capacity(RUNGS);
    let mut best = (cost[last], 0);
    for layer in 1..RUNGS {
        let mut next = vec![f64::INFINITY; rungs.len()];
        let mut from = vec![0; rungs.len()];
        for j in layer..rungs.len() {
            for i in layer - 1..j {
                let value = cost[i] + rungs[j] * above[i].weight;
                if value < next[j] {
                    (next[j], from[j]) = (value, i);
                }
            }
            next[j] += fixed[j];
        }
        cost = next;
        parents.push(from);
        if cost[last] < best.0 {
            best = (cost[last], layer);
        }
    }
    let mut at = last;
    let mut path = vec![rungs[at]];
    for from in parents[..best.1].iter().rev() {
        at = from[at];
        path.push(rungs[at]);
    }
    path.reverse();
    path
}
