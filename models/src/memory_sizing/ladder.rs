//! The optimal retry ladder of one type: a dynamic program over candidate rungs.
//!
//! A ladder is a path through levels: rung `j` of size `a_j`, reached from level `u`, costs
//! `a_j (S_u − S_j) + a_j F_j + φ N_j` (successes in between, then everything that fails on it).
//! So the cheapest ladder is a shortest path, `D_l(j) = min_{i<j} D_{l-1}(i) + a_j S_i + h_j`.
//! The inner minimum is a lower envelope of lines with falling slopes `S_i` asked at rising
//! points `a_j`, which a monotone queue answers in amortised O(1) (convex-hull trick).
//!
//! Reference: the reservation sequences of Aupy, Gainaru, Honoré, Raghavan, Robert, Sun (IPDPS
//! 2019), with memory in the place of time; Tovar et al. (TPDS 2018) is the case of two rungs.
//! Complexity: O(K·m) time and memory for `m` candidates and at most `K` attempts; one layer is
//! enough, O(m), when `K ≥ m`. Guarantee: exact.

use std::ops::{Add, AddAssign, Sub};

use super::plan::Ladder;
use super::profile::Profile;

/// The numbers a ladder program runs on: exact integers for whatever is reported, floats where a
/// search only wants to know where to go next, about seven times faster.
pub trait Amount:
    Copy + PartialOrd + Add<Output = Self> + Sub<Output = Self> + AddAssign + Default + Send + Sync
{
    /// More than any cost.
    const INFINITE: Self;
    /// `value · 2^shift`.
    fn scaled(value: i64, shift: u32) -> Self;
    /// `self · factor`.
    fn times(self, factor: i64) -> Self;
    /// Where a falling line meets another: `rise / run` for positive `run`, rounded up where
    /// amounts are integers.
    fn crossing(rise: Self, run: Self) -> Self;
    /// A size as a query point of the envelope.
    fn point(size_mib: u64) -> Self;
    /// A type's usage in scaled units.
    fn usage(usage_mib_ms: i128, shift: u32) -> Self;
    /// Whether the amount is finite.
    fn is_finite(self) -> bool;
}

impl Amount for i128 {
    const INFINITE: Self = i128::MAX;

    fn scaled(value: i64, shift: u32) -> Self {
        i128::from(value) << shift
    }

    fn times(self, factor: i64) -> Self {
        self * i128::from(factor)
    }

    fn crossing(rise: Self, run: Self) -> Self {
        rise.div_euclid(run) + i128::from(rise.rem_euclid(run) != 0)
    }

    fn point(size_mib: u64) -> Self {
        size_mib.into()
    }

    fn usage(usage_mib_ms: i128, shift: u32) -> Self {
        usage_mib_ms << shift
    }

    fn is_finite(self) -> bool {
        self != i128::MAX
    }
}

impl Amount for f64 {
    const INFINITE: Self = f64::INFINITY;

    fn scaled(value: i64, shift: u32) -> Self {
        value as f64 * (1_u64 << shift) as f64
    }

    fn times(self, factor: i64) -> Self {
        self * factor as f64
    }

    fn crossing(rise: Self, run: Self) -> Self {
        rise / run
    }

    fn point(size_mib: u64) -> Self {
        size_mib as f64
    }

    fn usage(usage_mib_ms: i128, shift: u32) -> Self {
        usage_mib_ms as f64 * (1_u64 << shift) as f64
    }

    fn is_finite(self) -> bool {
        f64::is_finite(self)
    }
}

/// A candidate rung of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung<A = i128> {
    /// The allocation in MiB.
    pub size_mib: u64,
    /// The level the allocation reaches.
    pub level: u32,
    /// What using this rung costs beyond its memory, in scaled units.
    pub price: A,
    /// What starting with this rung costs beyond that, in scaled units.
    pub first_price: A,
}

/// How memory and failures are priced: every cost is scaled by `2^shift`, so that fractional
/// multipliers stay integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Scale<A = i128> {
    /// Binary logarithm of the scale.
    pub shift: u32,
    /// Price of one failed attempt, in scaled units.
    pub failure_price: A,
}

/// A ladder as indices into the candidates, with its scaled cost (usage not yet subtracted).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PricedLadder<A = i128> {
    /// Indices of the candidates used, ascending.
    pub rungs: Vec<u32>,
    /// Scaled cost.
    pub cost: A,
}

impl<A: Amount> PricedLadder<A> {
    /// The ladder in MiB. A rung that admits no more than the one before it costs nothing only by
    /// accident; it is left out.
    #[must_use]
    pub fn ladder(&self, rungs: &[Rung<A>]) -> Ladder {
        let mut used: Vec<Rung<A>> = self.rungs.iter().map(|&rung| rungs[rung as usize]).collect();
        used.dedup_by_key(|rung| rung.level);
        Ladder(used.into_iter().map(|rung| rung.size_mib).collect())
    }
}

/// The candidates of a type on its own: its distinct sizes within the limit, without prices.
#[must_use]
pub fn own_rungs<A: Amount>(profile: &Profile) -> Vec<Rung<A>> {
    let sizes = profile.sizes_mib.iter().zip(1_u32..);
    sizes
        .take_while(|&(&size_mib, _)| size_mib <= profile.limit_mib)
        .map(|(&size_mib, level)| Rung {
            size_mib,
            level,
            price: A::default(),
            first_price: A::default(),
        })
        .collect()
}

/// The cheapest ladder over the candidates, or `None` when no candidate admits every sample.
///
/// `rungs` ascend strictly in size. Prices must not be negative.
#[must_use]
pub fn cheapest_ladder<A: Amount>(
    profile: &Profile,
    rungs: &[Rung<A>],
    scale: Scale<A>,
) -> Option<PricedLadder<A>> {
    Layers::new(profile, rungs, scale).solve()
}

/// A line `slope · x + intercept` of the envelope, left behind by candidate `rung`.
#[derive(Clone, Copy)]
struct Line<A> {
    slope: A,
    intercept: A,
    rung: u32,
    /// Smallest `x` from which this line is at least as good as the one before it; none for the
    /// first line.
    from: Option<A>,
}

struct Layers<'a, A> {
    profile: &'a Profile,
    rungs: &'a [Rung<A>],
    scale: Scale<A>,
    /// Best cost of a ladder that ends at each candidate, in the last layer.
    cost: Vec<A>,
    /// Per layer, the candidate before each candidate; `NONE` for none.
    parents: Vec<Vec<u32>>,
    envelope: Vec<Line<A>>,
}

const NONE: u32 = u32::MAX;

impl<'a, A: Amount> Layers<'a, A> {
    fn new(profile: &'a Profile, rungs: &'a [Rung<A>], scale: Scale<A>) -> Self {
        Self { profile, rungs, scale, cost: vec![], parents: vec![], envelope: vec![] }
    }

    fn solve(mut self) -> Option<PricedLadder<A>> {
        let terminal = self.rungs.iter().position(|r| r.level as usize == self.profile.levels())?;
        if self.profile.max_attempts >= self.rungs.len() {
            self.unlimited();
            let last = self.cheapest_from(terminal)?;
            return Some(self.trace(last, self.cost[last], |_| 0));
        }
        self.first_layer();
        let last = self.cheapest_from(terminal)?;
        let mut best = (self.cost[last], 0, last);
        for layer in 1..self.profile.max_attempts {
            self.next_layer();
            let last = self.cheapest_from(terminal)?;
            if self.cost[last] < best.0 {
                best = (self.cost[last], layer, last);
            }
        }
        let (cost, layer, last) = best;
        Some(self.trace(last, cost, |depth| layer - depth))
    }

    /// Follows the parents from the last rung; `layer(depth)` is the layer of the parent that is
    /// `depth` rungs before the last.
    fn trace(&self, last: usize, cost: A, layer: impl Fn(usize) -> usize) -> PricedLadder<A> {
        let mut rungs = vec![];
        let mut at = last as u32;
        while at != NONE {
            let parents = &self.parents[layer(rungs.len())];
            rungs.push(at);
            at = parents[at as usize];
        }
        rungs.reverse();
        PricedLadder { rungs, cost }
    }

    fn cheapest_from(&self, terminal: usize) -> Option<usize> {
        (terminal..self.rungs.len())
            .reduce(|best, j| if self.cost[j] < self.cost[best] { j } else { best })
    }

    /// `h_j`: everything a rung costs whatever came before it.
    fn fixed(&self, rung: &Rung<A>) -> A {
        let level = rung.level as usize;
        let time = self.profile.failed_above_ms[level] - self.profile.time_above_ms[level];
        self.memory(rung.size_mib, time)
            + self.scale.failure_price.times(self.profile.count_above[level])
            + rung.price
    }

    fn first(&self, rung: &Rung<A>) -> A {
        self.memory(rung.size_mib, self.profile.time_above_ms[0])
            + self.fixed(rung)
            + rung.first_price
    }

    fn memory(&self, size_mib: u64, time_ms: i64) -> A {
        A::scaled(time_ms, self.scale.shift).times(size_mib as i64)
    }

    fn first_layer(&mut self) {
        self.cost = self.rungs.iter().map(|rung| self.first(rung)).collect();
        self.parents.push(vec![NONE; self.rungs.len()]);
    }

    /// Ladders with one rung more than the last layer's.
    fn next_layer(&mut self) {
        let mut parents = vec![NONE; self.rungs.len()];
        let mut cost = vec![A::INFINITE; self.rungs.len()];
        self.envelope.clear();
        let mut front = 0;
        let started = self.parents.len() - 1;
        for j in 0..self.rungs.len() {
            if let Some((value, parent)) = self.ask(&mut front, self.rungs[j].size_mib) {
                cost[j] = value + self.fixed(&self.rungs[j]);
                parents[j] = parent;
            }
            // A candidate without a ladder of the last layer's length leaves no line.
            if j >= started && self.cost[j].is_finite() {
                self.leave_line(&mut front, j, self.cost[j]);
            }
        }
        self.cost = cost;
        self.parents.push(parents);
    }

    /// All lengths at once: the candidates are fewer than the attempts.
    fn unlimited(&mut self) {
        let mut parents = Vec::with_capacity(self.rungs.len());
        let mut front = 0;
        for (j, rung) in self.rungs.iter().enumerate() {
            let (mut cost, mut parent) = (self.first(rung), NONE);
            if let Some((value, before)) = self.ask(&mut front, rung.size_mib) {
                let longer = value + self.fixed(rung);
                if longer < cost {
                    (cost, parent) = (longer, before);
                }
            }
            self.cost.push(cost);
            parents.push(parent);
            self.leave_line(&mut front, j, cost);
        }
        self.parents.push(parents);
    }

    /// The lowest line at `x`; queries ascend, so the front only moves forward.
    fn ask(&self, front: &mut usize, size_mib: u64) -> Option<(A, u32)> {
        let x = A::point(size_mib);
        let better = |line: &Line<A>| line.from.is_none_or(|from| from <= x);
        while self.envelope.get(*front + 1).is_some_and(better) {
            *front += 1;
        }
        let line = self.envelope.get(*front)?;
        Some((line.slope.times(size_mib as i64) + line.intercept, line.rung))
    }

    fn leave_line(&mut self, front: &mut usize, rung: usize, cost: A) {
        let level = self.rungs[rung].level as usize;
        let slope = A::scaled(self.profile.time_above_ms[level], self.scale.shift);
        let mut line = Line { slope, intercept: cost, rung: rung as u32, from: None };
        while let Some(last) = self.envelope.last() {
            if last.slope == slope {
                // Parallel: only the lower one matters; the earlier one wins a tie.
                if last.intercept <= cost {
                    return;
                }
            } else {
                let from = A::crossing(cost - last.intercept, last.slope - slope);
                if last.from.is_none_or(|last| from > last) {
                    line.from = Some(from);
                    break;
                }
            }
            self.envelope.pop();
        }
        self.envelope.push(line);
        *front = (*front).min(self.envelope.len() - 1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The recursion as it is written in the module's head, without any envelope.
    fn plain(profile: &Profile, rungs: &[Rung], scale: Scale) -> Option<i128> {
        let unit =
            |size_mib: u64, time: i64| (i128::from(size_mib) * i128::from(time)) << scale.shift;
        let arc = |from: Option<usize>, to: usize| {
            let rung = &rungs[to];
            let before = from.map_or(0, |from| rungs[from].level as usize);
            let after = rung.level as usize;
            let above = &profile.time_above_ms;
            unit(rung.size_mib, above[before] - above[after] + profile.failed_above_ms[after])
                + scale.failure_price * i128::from(profile.count_above[after])
                + rung.price
                + if from.is_none() { rung.first_price } else { 0 }
        };
        let mut cost: Vec<Option<i128>> = (0..rungs.len()).map(|j| Some(arc(None, j))).collect();
        let mut best = None;
        for _ in 0..profile.max_attempts {
            let ends = (0..rungs.len()).filter(|&j| rungs[j].level as usize == profile.levels());
            best = ends.filter_map(|j| cost[j]).chain(best).min();
            cost = (0..rungs.len())
                .map(|j| (0..j).filter_map(|i| Some(cost[i]? + arc(Some(i), j))).min())
                .collect();
        }
        best
    }

    prop_compose! {
        fn profiles()(
            samples in prop::collection::vec((1_u64..40, 0_i64..20, 0_i64..20, 1_i64..4), 1..14),
            max_attempts in 1_usize..6,
        ) -> Profile {
            let mut samples = samples;
            samples.sort_unstable();
            samples.dedup_by_key(|sample| sample.0);
            let above = |value: fn(&(u64, i64, i64, i64)) -> i64| -> Vec<i64> {
                (0..=samples.len()).map(|u| samples[u..].iter().map(value).sum()).collect()
            };
            Profile {
                sizes_mib: samples.iter().map(|sample| sample.0).collect(),
                time_above_ms: above(|sample| sample.1),
                failed_above_ms: above(|sample| sample.2.min(sample.1)),
                count_above: above(|sample| sample.3),
                usage_mib_ms: 0,
                max_attempts,
                limit_mib: 100,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_envelope_equals_the_plain_recursion(
            profile in profiles(),
            prices in prop::collection::vec((0_i128..60, 0_i128..60), 60),
            extra in prop::collection::btree_set(1_u64..50, 0..6),
            failure_price in 0_i128..50,
            shift in 0_u32..3,
        ) {
            let sizes: std::collections::BTreeSet<u64> =
                extra.into_iter().chain(profile.sizes_mib.iter().copied()).collect();
            let rungs: Vec<Rung> = sizes.into_iter().zip(prices).map(|(size_mib, (price, first_price))| {
                Rung { size_mib, level: profile.level(size_mib) as u32, price, first_price }
            }).collect();
            let scale = Scale { shift, failure_price };
            let fast = cheapest_ladder(&profile, &rungs, scale);
            let float = |rung: &Rung| Rung {
                size_mib: rung.size_mib,
                level: rung.level,
                price: rung.price as f64,
                first_price: rung.first_price as f64,
            };
            let floats: Vec<Rung<f64>> = rungs.iter().map(float).collect();
            let float_scale = Scale { shift, failure_price: failure_price as f64 };
            let in_floats = cheapest_ladder(&profile, &floats, float_scale);
            prop_assert_eq!(
                in_floats.map(|ladder| ladder.cost),
                fast.as_ref().map(|ladder| ladder.cost as f64)
            );
            prop_assert_eq!(fast.as_ref().map(|ladder| ladder.cost), plain(&profile, &rungs, scale));
            if let Some(ladder) = fast {
                prop_assert!(ladder.rungs.len() <= profile.max_attempts);
                prop_assert!(ladder.rungs.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }

    /// Two sizes, 10 MiB for 9 s and 100 MiB for 1 s: one rung wastes 90 MiB for 9 s, two rungs
    /// waste the 10 MiB that the large task holds for 1 s before it fails.
    #[test]
    fn a_second_rung_pays_when_large_tasks_are_rare() {
        let profile = Profile {
            sizes_mib: vec![10, 100],
            time_above_ms: vec![10_000, 1_000, 0],
            failed_above_ms: vec![10_000, 1_000, 0],
            count_above: vec![10, 1, 0],
            usage_mib_ms: 10 * 9_000 + 100 * 1_000,
            max_attempts: 2,
            limit_mib: 128,
        };
        let ladder =
            cheapest_ladder::<i128>(&profile, &own_rungs(&profile), Scale::default()).unwrap();
        assert_eq!(ladder.rungs, [0, 1]);
        assert_eq!(ladder.cost - profile.usage_mib_ms, 10 * 1_000);
    }
}
