//! The optimal retry ladder on ratios of memory to a shape.
//!
//! A shape `f` says how memory grows with the input; what is left is the ratio `ρ = y / f(x)`. A
//! ladder on ratios allocates `f(x) · ρ_j`, so a past task with run time `t` weighs `t · f(x)`.
//! The future is a little different from the past, so every ratio stands for a triangle of
//! ratios around it, of relative width `w`: together they are a density of what is to come.
//! Several densities, each over its own shape, mix by their shares into one of memory.
//!
//! With `S(a)` the weight of ratios above `a`, a rung `a_j` after `a_{j-1}` costs
//! `a_j (S(a_{j-1}) − S(a_j))` for what it serves and `τ a_j S(a_j) + φ N(a_j)` for what it does
//! not (`τ a_j` becomes `a_j²/ρ` where memory grows linearly over the run time; `φ` may also be a
//! multiple of `ρ S`). The cheapest
//! ladder of at most [`RUNGS`] rungs over `CANDIDATES` candidates is a shortest path, found
//! layer by layer in O(RUNGS · CANDIDATES²), after sorting; what exceeds the candidates is known
//! after O(n + CANDIDATES log n) per density.

use serde::{Deserialize, Serialize};

use super::settings::{Settings, TimeToFailure};

/// Rungs of a ladder. Two are within 5 % of any number on real traces, three within 1 %.
pub const RUNGS: usize = 3;
/// Candidate rungs; past ratios beyond that are thinned out, least at the top.
const CANDIDATES: usize = 32;
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

/// Past tasks as a density of what the next one uses.
#[derive(Clone, Copy, Debug)]
pub struct Density<'a> {
    /// Past tasks in ascending order, at least one.
    pub ascending: &'a [Ratio],
    /// Of the triangle that every ratio stands for, relative to it.
    pub width: f64,
    /// What the shape says of the next task: ratios are multiples of it.
    pub value: f64,
    /// How much it counts among others.
    pub share: f64,
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
    /// Of one density, as ratios.
    own_candidates: Vec<f64>,
    candidates: Vec<f64>,
    above: Vec<Sums>,
}

/// The cheapest ladder for a mixture of densities, empty for none. A density that has no past
/// tasks is left out.
pub fn cheapest(settings: &Settings, densities: &[Density], workspace: &mut Workspace) -> Vec<f64> {
    let Workspace { suffix, own_candidates, candidates, above } = workspace;
    candidates.clear();
    for Density { ascending, width, value, .. } in densities {
        choose_candidates(ascending, *width, own_candidates);
        // Rounding must not push a candidate below the top of its own triangle.
        candidates.extend(own_candidates.iter().map(|ratio| ratio * value * (1.0 + 1e-12)));
    }
    if candidates.is_empty() {
        return Vec::new();
    }
    candidates.sort_unstable_by(f64::total_cmp);
    candidates.dedup();
    above.clear();
    above.resize(candidates.len(), Sums::default());
    let mut all = Sums::default();
    for density in densities.iter().filter(|density| !density.ascending.is_empty()) {
        sum_up(density.ascending, suffix);
        let total = suffix[0];
        // Per unit of weight, so that densities of more or longer tasks count no more than others.
        let Density { share, value, .. } = *density;
        let weight = share / total.weight;
        let (usage, weight_over_ratio) = (weight * value, weight / value);
        let scale = Sums { weight, weight_over_ratio, usage, count: usage };
        all.add_scaled(total, scale);
        add_exceeding(density, suffix, scale, candidates, above);
    }
    ladder(settings, candidates, above, all)
}

impl Sums {
    fn add(&mut self, other: Self, factor: f64) {
        let scale =
            Self { weight: factor, weight_over_ratio: factor, usage: factor, count: factor };
        self.add_scaled(other, scale);
    }

    fn add_scaled(&mut self, other: Self, scale: Self) {
        self.weight += scale.weight * other.weight;
        self.weight_over_ratio += scale.weight_over_ratio * other.weight_over_ratio;
        self.usage += scale.usage * other.usage;
        self.count += scale.count * other.count;
    }
}

/// The sums over all ratios from each index on. O(n).
fn sum_up(ascending: &[Ratio], suffix: &mut Vec<Sums>) {
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
}

/// The middles and upper ends of the triangles, thinned out.
fn choose_candidates(ascending: &[Ratio], width: f64, candidates: &mut Vec<f64>) {
    candidates.clear();
    let count = ascending.len();
    let steps: &[f64] = if width > 0.0 { &[0.0, 0.5, 1.0] } else { &[0.0] };
    let most = CANDIDATES / steps.len();
    let step = if count <= most { 1 } else { count.div_ceil(most / 2) };
    let (top, others) = (0..count.min(most / 2), (0..count).step_by(step));
    for from_top in top.clone().chain(others.filter(|from_top| !top.contains(from_top))) {
        let ratio = ascending[count - 1 - from_top].ratio;
        candidates.extend(steps.iter().map(|step| ratio * (1.0 + step * width)));
    }
}

/// Adds what exceeds the rungs, which ascend. O(n + rungs).
fn add_exceeding(
    density: &Density,
    suffix: &[Sums],
    scale: Sums,
    rungs: &[f64],
    above: &mut [Sums],
) {
    let Density { ascending, width, value, .. } = *density;
    let per_rung = KERNEL.map(|(offset, _)| 1.0 / (value * (1.0 + offset * width)));
    let mut reached = [0; KERNEL.len()];
    for (sums, rung) in above.iter_mut().zip(rungs) {
        let mut exceeding = Sums::default();
        for ((index, per_rung), (_, share)) in reached.iter_mut().zip(per_rung).zip(KERNEL) {
            let bound = rung * per_rung;
            while ascending.get(*index).is_some_and(|ratio| ratio.ratio <= bound) {
                *index += 1;
            }
            exceeding.add(suffix[*index], share);
        }
        sums.add_scaled(exceeding, scale);
    }
}

/// What it costs to come from a rung, as a line over the next one.
#[derive(Clone, Copy, Debug)]
struct Line {
    slope: f64,
    start: f64,
    of: usize,
}

impl Line {
    fn at(self, rung: f64) -> f64 {
        self.start + self.slope * rung
    }
}

/// The lower envelope of lines whose slopes fall, at rungs that rise.
#[derive(Clone, Debug, Default)]
struct Envelope {
    lines: Vec<Line>,
    /// Those before are never the lowest again.
    first: usize,
}

impl Envelope {
    fn clear(&mut self) {
        self.lines.clear();
        self.first = 0;
    }

    fn add(&mut self, line: Line) {
        while self.lines.len() > self.first + 1 {
            let [.., before, last] = *self.lines else { break };
            // Where `line` meets the one before the last is no later than where the last one does.
            let hidden = (line.start - before.start) * (before.slope - last.slope)
                <= (last.start - before.start) * (before.slope - line.slope);
            if !hidden {
                break;
            }
            self.lines.pop();
        }
        self.lines.push(line);
    }

    /// The lowest line.
    fn at(&mut self, rung: f64) -> Line {
        while let [line, next, ..] = self.lines[self.first..]
            && next.at(rung) <= line.at(rung)
        {
            self.first += 1;
        }
        self.lines[self.first]
    }
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
    let mut envelope = Envelope::default();
    for layer in 1..RUNGS {
        let mut next = vec![f64::INFINITY; rungs.len()];
        let mut from = vec![0; rungs.len()];
        envelope.clear();
        for j in layer..rungs.len() {
            envelope.add(Line { slope: above[j - 1].weight, start: cost[j - 1], of: j - 1 });
            let least = envelope.at(rungs[j]);
            (next[j], from[j]) = (least.at(rungs[j]) + fixed[j], least.of);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ratios(count: usize, seed: usize) -> Vec<Ratio> {
        let ratio = |index: usize| 1.0 + ((37 * index + seed) % 101) as f64 / 80.0;
        let weight = |index: usize| 1.0 + ((13 * index + seed) % 7) as f64;
        let mut all: Vec<Ratio> = (0..count)
            .map(|index| Ratio { ratio: ratio(index), weight: weight(index), count: 1.0 })
            .collect();
        all.sort_by(|a, b| a.ratio.total_cmp(&b.ratio));
        all
    }

    /// What a ladder costs by definition, every triangle taken as its five ratios.
    fn cost(settings: &Settings, densities: &[Density], rungs: &[f64]) -> f64 {
        let of = |density: &Density| {
            let weights: f64 = density.ascending.iter().map(|ratio| ratio.weight).sum();
            let mut sum = 0.0;
            for ratio in density.ascending {
                for (offset, share) in KERNEL {
                    let peak = density.value * ratio.ratio * (1.0 + offset * density.width);
                    let failed = rungs.iter().take_while(|&&rung| rung < peak * (1.0 - 1e-9));
                    let held: f64 = failed
                        .clone()
                        .map(|rung| {
                            rung + settings.failure_price_usages * density.value * ratio.ratio
                        })
                        .sum();
                    sum += share * ratio.weight * (held + rungs[failed.count()]);
                }
            }
            density.share * sum / weights
        };
        densities.iter().map(of).sum()
    }

    #[test]
    fn no_ladder_over_the_same_rungs_is_cheaper() {
        let settings = Settings::default();
        let (one, other) = (ratios(5, 0), ratios(4, 50));
        let densities = [
            Density { ascending: &one, width: 0.05, value: 1.0, share: 1.0 },
            Density { ascending: &other, width: 0.3, value: 2.0, share: 0.4 },
        ];
        for densities in [&densities[..1], &densities[1..], &densities[..]] {
            let mut workspace = Workspace::default();
            let found = cheapest(&settings, densities, &mut workspace);
            let rungs = workspace.candidates;
            let last = rungs[rungs.len() - 1];
            let mut least = cost(&settings, densities, &[last]);
            for (index, &second) in rungs.iter().enumerate() {
                least = least.min(cost(&settings, densities, &[second, last]));
                for &first in &rungs[..index] {
                    least = least.min(cost(&settings, densities, &[first, second, last]));
                }
            }
            let cost = cost(&settings, densities, &found);
            assert!((cost / least - 1.0).abs() < 1e-6, "{cost} {least} {found:?}");
        }
    }

    #[test]
    fn a_mixture_of_what_disagrees_has_rungs_for_both() {
        let ratios = ratios(9, 0);
        let near = Density { ascending: &ratios, width: 0.002, value: 1.0, share: 1.0 };
        let far = Density { value: 10.0, share: 0.05, ..near };
        let ladder = cheapest(&Settings::default(), &[near, far], &mut Workspace::default());
        assert!(ladder[0] < 3.0 && ladder[ladder.len() - 1] > 20.0, "{ladder:?}");
    }

    #[test]
    fn nothing_comes_of_nothing() {
        let none = Density { ascending: &[], width: 0.1, value: 1.0, share: 1.0 };
        let mut workspace = Workspace::default();
        assert!(cheapest(&Settings::default(), &[], &mut workspace).is_empty());
        assert!(cheapest(&Settings::default(), &[none], &mut workspace).is_empty());
    }
}
