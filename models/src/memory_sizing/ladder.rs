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

use super::plan::Ladder;
use super::profile::Profile;

/// A candidate rung of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The allocation in MiB.
    pub size_mib: u64,
    /// The level the allocation reaches.
    pub level: u32,
    /// What using this rung costs beyond its memory, in scaled units.
    pub price: i128,
    /// What starting with this rung costs beyond that, in scaled units.
    pub first_price: i128,
}

/// How memory and failures are priced: every cost is scaled by `2^shift`, so that fractional
/// multipliers stay integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Scale {
    /// Binary logarithm of the scale.
    pub shift: u32,
    /// Price of one failed attempt, in scaled units.
    pub failure_price: i128,
}

/// A ladder as indices into the candidates, with its scaled cost (usage not yet subtracted).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PricedLadder {
    /// Indices of the candidates used, ascending.
    pub rungs: Vec<u32>,
    /// Scaled cost.
    pub cost: i128,
}

impl PricedLadder {
    /// The ladder in MiB. A rung that admits no more than the one before it costs nothing only by
    /// accident; it is left out.
    #[must_use]
    pub fn ladder(&self, rungs: &[Rung]) -> Ladder {
        let mut used: Vec<Rung> = self.rungs.iter().map(|&rung| rungs[rung as usize]).collect();
        used.dedup_by_key(|rung| rung.level);
        Ladder(used.into_iter().map(|rung| rung.size_mib).collect())
    }
}

/// The candidates of a type on its own: its distinct sizes within the limit, without prices.
#[must_use]
pub fn own_rungs(profile: &Profile) -> Vec<Rung> {
    let sizes = profile.sizes_mib.iter().zip(1_u32..);
    sizes
        .take_while(|&(&size_mib, _)| size_mib <= profile.limit_mib)
        .map(|(&size_mib, level)| Rung { size_mib, level, price: 0, first_price: 0 })
        .collect()
}

/// The cheapest ladder over the candidates, or `None` when no candidate admits every sample.
///
/// `rungs` ascend strictly in size. Prices must not be negative.
#[must_use]
pub fn cheapest_ladder(profile: &Profile, rungs: &[Rung], scale: Scale) -> Option<PricedLadder> {
    Layers::new(profile, rungs, scale).solve()
}

/// A line `slope · x + intercept` of the envelope, left behind by candidate `rung`.
#[derive(Clone, Copy)]
struct Line {
    slope: i128,
    intercept: i128,
    rung: u32,
    /// Smallest integer `x` from which this line is at least as good as the one before it.
    from: i128,
}

struct Layers<'a> {
    profile: &'a Profile,
    rungs: &'a [Rung],
    scale: Scale,
    /// Best cost of a ladder that ends at each candidate, in the last layer.
    cost: Vec<i128>,
    /// Per layer, the candidate before each candidate; `NONE` for none.
    parents: Vec<Vec<u32>>,
    envelope: Vec<Line>,
}

const NONE: u32 = u32::MAX;

impl<'a> Layers<'a> {
    fn new(profile: &'a Profile, rungs: &'a [Rung], scale: Scale) -> Self {
        Self { profile, rungs, scale, cost: vec![], parents: vec![], envelope: vec![] }
    }

    fn solve(mut self) -> Option<PricedLadder> {
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
    fn trace(&self, last: usize, cost: i128, layer: impl Fn(usize) -> usize) -> PricedLadder {
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
        (terminal..self.rungs.len()).min_by_key(|&j| self.cost[j])
    }

    /// `h_j`: everything a rung costs whatever came before it.
    fn fixed(&self, rung: &Rung) -> i128 {
        let level = rung.level as usize;
        let time = self.profile.failed_above_ms[level] - self.profile.time_above_ms[level];
        let memory = (i128::from(rung.size_mib) * i128::from(time)) << self.scale.shift;
        memory + self.scale.failure_price * i128::from(self.profile.count_above[level]) + rung.price
    }

    fn first(&self, rung: &Rung) -> i128 {
        let memory = i128::from(rung.size_mib) * i128::from(self.profile.time_above_ms[0]);
        (memory << self.scale.shift) + self.fixed(rung) + rung.first_price
    }

    fn first_layer(&mut self) {
        self.cost = self.rungs.iter().map(|rung| self.first(rung)).collect();
        self.parents.push(vec![NONE; self.rungs.len()]);
    }

    /// Ladders with one rung more than the last layer's.
    fn next_layer(&mut self) {
        let mut parents = vec![NONE; self.rungs.len()];
        let mut cost = vec![i128::MAX; self.rungs.len()];
        self.envelope.clear();
        let mut front = 0;
        let started = self.parents.len() - 1;
        for j in 0..self.rungs.len() {
            if let Some((value, parent)) = self.ask(&mut front, self.rungs[j].size_mib) {
                cost[j] = value + self.fixed(&self.rungs[j]);
                parents[j] = parent;
            }
            // A candidate without a ladder of the last layer's length leaves no line.
            if j >= started && self.cost[j] != i128::MAX {
                self.leave_line(&mut front, j, self.cost[j]);
            }
        }
        self.cost = cost;
        self.parents.push(parents);
    }

    /// All lengths at once: the candidates are fewer than the attempts.
    fn unlimited(&mut self) {
        let mut parents = vec![NONE; self.rungs.len()];
        let mut front = 0;
        for j in 0..self.rungs.len() {
            let rung = &self.rungs[j];
            let mut cost = self.first(rung);
            if let Some((value, parent)) = self.ask(&mut front, rung.size_mib) {
                let longer = value + self.fixed(rung);
                if longer < cost {
                    (cost, parents[j]) = (longer, parent);
                }
            }
            self.cost.push(cost);
            self.leave_line(&mut front, j, cost);
        }
        self.parents.push(parents);
    }

    /// The lowest line at `x`; queries ascend, so the front only moves forward.
    fn ask(&self, front: &mut usize, size_mib: u64) -> Option<(i128, u32)> {
        let x = i128::from(size_mib);
        while *front + 1 < self.envelope.len() && self.envelope[*front + 1].from <= x {
            *front += 1;
        }
        self.envelope.get(*front).map(|line| (line.slope * x + line.intercept, line.rung))
    }

    fn leave_line(&mut self, front: &mut usize, rung: usize, cost: i128) {
        let level = self.rungs[rung].level as usize;
        let slope = i128::from(self.profile.time_above_ms[level]) << self.scale.shift;
        let mut line = Line { slope, intercept: cost, rung: rung as u32, from: i128::MIN };
        while let Some(last) = self.envelope.last() {
            if last.slope == slope {
                // Parallel: only the lower one matters; the earlier one wins a tie.
                if last.intercept <= cost {
                    return;
                }
            } else {
                line.from = ceiling_division(cost - last.intercept, last.slope - slope);
                if line.from > last.from {
                    break;
                }
            }
            self.envelope.pop();
            line.from = i128::MIN;
        }
        self.envelope.push(line);
        *front = (*front).min(self.envelope.len() - 1);
    }
}

/// `⌈numerator / denominator⌉` for a positive denominator.
fn ceiling_division(numerator: i128, denominator: i128) -> i128 {
    let quotient = numerator.div_euclid(denominator);
    quotient + i128::from(numerator.rem_euclid(denominator) != 0)
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
        let ladder = cheapest_ladder(&profile, &own_rungs(&profile), Scale::default()).unwrap();
        assert_eq!(ladder.rungs, [0, 1]);
        assert_eq!(ladder.cost - profile.usage_mib_ms, 10 * 1_000);
    }
}
