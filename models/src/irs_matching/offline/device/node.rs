//! A node of the tree: intervals of completion times, a partial order, and their relaxation.

use super::counts::Counts;
use crate::irs_matching::offline::covering_lp::{CoveringLp, CoveringStatus};

/// Tolerance in scaled times and amounts; one device or millisecond is far more.
const TOLERANCE: f64 = 1e-9;
/// Rows met with this much to spare may be forgotten.
const SPARE: f64 = 1e-3;
/// Rounds of cuts in one node; far beyond what was ever seen.
const MOST_ROUNDS: usize = 2_000;

/// What to do about a violated set that no row cuts off.
#[derive(Clone, Copy, Debug)]
pub(super) enum Branch {
    /// Decide who of two jobs completes first.
    Order(usize, usize),
    /// Split the interval of a job at a time.
    Split(usize, f64),
}

/// Intervals, a partial order, and the program. Positions are those in the chosen jobs.
#[derive(Clone)]
pub(super) struct Node<'a> {
    counts: &'a Counts,
    jobs: &'a [usize],
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    /// `before[j]` has bit `i` when `i` completes no later than `j`.
    before: Vec<u32>,
    lp: CoveringLp,
}

impl<'a> Node<'a> {
    pub(super) fn new(counts: &'a Counts, jobs: &'a [usize], dolls: &[(u32, f64)]) -> Self {
        let weight: Vec<f64> = jobs.iter().map(|&job| counts.weights[job]).collect();
        let times = |pick: fn(&Vec<f64>) -> Option<&f64>| -> Vec<f64> {
            jobs.iter().map(|&job| pick(&counts.by_job[job]).copied().unwrap_or(0.0)).collect()
        };
        let scale = weight.iter().sum::<f64>().max(1.0);
        let mut node = Self {
            counts,
            jobs,
            lower: times(|own| own.first()),
            upper: times(|own| own.last()),
            before: vec![0; jobs.len()],
            lp: CoveringLp::new(weight.iter().map(|weight| weight / scale).collect()),
        };
        for (set, value) in dolls {
            let row: Vec<f64> = jobs
                .iter()
                .zip(&weight)
                .map(|(&job, weight)| if set >> job & 1 == 1 { weight / scale } else { 0.0 })
                .collect();
            node.lp.add_row(&row, value / scale / counts.horizon);
        }
        for later in 0..jobs.len() {
            for earlier in 0..jobs.len() {
                let (a, b) = (jobs[earlier], jobs[later]);
                let agree = |a: usize, b: usize| {
                    counts.masks[a] == counts.masks[b]
                        && counts.demands[a] <= counts.demands[b]
                        && counts.weights[a] >= counts.weights[b]
                };
                if a != b && agree(a, b) && (!agree(b, a) || a < b) {
                    node.learn(earlier, later);
                }
            }
        }
        node
    }

    pub(super) fn learn(&mut self, earlier: usize, later: usize) {
        let gained = self.before[earlier] | 1 << earlier;
        for job in 0..self.before.len() {
            if job == later || self.before[job] >> later & 1 == 1 {
                self.before[job] |= gained;
            }
        }
    }

    pub(super) fn completions(&self) -> Vec<f64> {
        self.lp.values().iter().map(|value| value * self.counts.horizon).collect()
    }

    /// Cost of the relaxation, in weight times milliseconds.
    fn value(&self) -> f64 {
        let terms = self.completions().into_iter().zip(self.jobs);
        terms.map(|(time, &job)| time * self.counts.weights[job]).sum()
    }

    /// Intervals agree with the order, and ends are instants at which the job may complete.
    fn settle(&mut self) -> bool {
        for _ in 0..self.jobs.len() {
            for job in 0..self.jobs.len() {
                for other in (0..self.jobs.len()).filter(|o| self.before[job] >> o & 1 == 1) {
                    self.lower[job] = self.lower[job].max(self.lower[other]);
                    self.upper[other] = self.upper[other].min(self.upper[job]);
                }
            }
        }
        for (job, &own) in self.jobs.iter().enumerate() {
            let times = &self.counts.by_job[own];
            let first = times.partition_point(|&time| time < self.lower[job] - 1e-6);
            let after = times.partition_point(|&time| time <= self.upper[job] + 1e-6);
            if first >= after {
                return false;
            }
            (self.lower[job], self.upper[job]) = (times[first], times[after - 1]);
        }
        true
    }

    /// Adds rows until none is violated. `None`: nothing below the cutoff. `Some(None)`: the
    /// completion times are possible.
    pub(super) fn tighten(&mut self, cutoff: f64) -> Option<Option<Branch>> {
        if !self.settle() {
            return None;
        }
        self.lp.drop_slack_rows(SPARE);
        for _ in 0..MOST_ROUNDS {
            match self.lp.solve() {
                CoveringStatus::Optimal if self.value() <= cutoff => {}
                CoveringStatus::Optimal | CoveringStatus::Infeasible => return None,
                CoveringStatus::Stalled => break,
            }
            let times = self.completions();
            if self.add_simple_rows(&times) {
                continue;
            }
            let (added, branch) = self.add_supply_rows(&times);
            if !added {
                return Some(branch);
            }
        }
        // Numerical trouble: the program proves nothing, but smaller intervals will.
        let width = |job: &usize| self.upper[*job] - self.lower[*job];
        let widest = (0..self.jobs.len()).max_by(|a, b| width(a).total_cmp(&width(b)))?;
        let middle = self.lower[widest] + (width(&widest) / 2.0).floor();
        Some(Some(Branch::Split(widest, middle)))
    }

    fn add_simple_rows(&mut self, times: &[f64]) -> bool {
        let scale = self.counts.horizon;
        let slack = TOLERANCE * scale;
        let mut rows = Vec::new();
        for job in 0..self.jobs.len() {
            let mut unit = vec![0.0; self.jobs.len()];
            unit[job] = 1.0;
            if times[job] < self.lower[job] - slack {
                rows.push((unit.clone(), self.lower[job] / scale));
            }
            for other in (0..self.jobs.len()).filter(|o| self.before[job] >> o & 1 == 1) {
                if times[other] > times[job] + slack {
                    let mut row = unit.clone();
                    row[other] = -1.0;
                    rows.push((row, 0.0));
                }
            }
            if times[job] > self.upper[job] + slack {
                unit[job] = -1.0;
                rows.push((unit, -self.upper[job] / scale));
            }
        }
        rows.iter().for_each(|(row, bound)| self.lp.add_row(row, *bound));
        !rows.is_empty()
    }

    fn add_supply_rows(&mut self, times: &[f64]) -> (bool, Option<Branch>) {
        let (mut added, mut branch, mut worst) = (false, None, 0.0);
        for set in 1..1_u32 << self.jobs.len() {
            let chosen = || (0..self.jobs.len()).filter(move |job| set >> job & 1 == 1);
            let demand: f64 = chosen().map(|job| self.counts.demands[self.jobs[job]]).sum();
            let mut missing = demand;
            for mask in 0..self.counts.by_mask.len() {
                let last = chosen().filter(|&job| self.uses(job, mask)).map(|job| times[job]);
                missing -= self.counts.arrived(mask, last.fold(-1.0, f64::max));
            }
            if missing < 0.5 {
                continue;
            }
            let (row, bound, hidden) = self.supply_row(set, demand, times);
            let met: f64 = row.iter().zip(times).map(|(a, time)| a * time).sum();
            if met < bound - TOLERANCE * self.counts.total {
                let scale = self.counts.horizon / self.counts.total;
                let row: Vec<f64> = row.iter().map(|a| a * scale).collect();
                self.lp.add_row(&row, bound / self.counts.total);
                added = true;
            } else if hidden.is_some() && missing > worst {
                (worst, branch) = (missing, hidden);
            }
        }
        (added, branch)
    }

    fn uses(&self, job: usize, mask: usize) -> bool {
        self.counts.masks[self.jobs[job]].contains(&mask)
    }

    /// A valid row `coefficients · C >= bound` for a set, as sharp as intervals and order allow at
    /// `times`, and what hides most of it.
    fn supply_row(&self, set: u32, demand: f64, times: &[f64]) -> (Vec<f64>, f64, Option<Branch>) {
        let mut row = vec![0.0; self.jobs.len()];
        let mut bound = demand;
        let mut hidden = (1e-7, None);
        let mut hide = |loss: f64, branch: Branch| {
            if loss > hidden.0 {
                hidden = (loss, Some(branch));
            }
        };
        for mask in 0..self.counts.by_mask.len() {
            let users = (0..self.jobs.len()).filter(|&j| set >> j & 1 == 1 && self.uses(j, mask));
            let users = users.fold(0_u32, |users, job| users | 1 << job);
            let covered = (0..self.jobs.len())
                .filter(|job| users >> job & 1 == 1)
                .fold(0, |covered, job| covered | self.before[job]);
            let mut last: Vec<usize> =
                (0..self.jobs.len()).filter(|j| (users & !covered) >> j & 1 == 1).collect();
            last.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
            for &job in &last {
                let (at_zero, slope) =
                    self.counts.envelope(mask, self.lower[job], self.upper[job], times[job]);
                row[job] += slope;
                bound -= at_zero;
                let loss = at_zero + slope * times[job] - self.counts.arrived(mask, times[job]);
                hide(loss, Branch::Split(job, times[job]));
            }
            if let [.., second, latest] = last[..] {
                let mut least: Vec<f64> =
                    last.iter().map(|&job| self.counts.arrived(mask, self.lower[job])).collect();
                least.sort_by(f64::total_cmp);
                let others = &last[..last.len() - 1];
                let worth: f64 = least[..others.len()].iter().sum();
                bound += worth;
                let real: f64 =
                    others.iter().map(|&job| self.counts.arrived(mask, times[job])).sum();
                hide(real - worth, Branch::Order(second, latest));
            }
        }
        (row, bound, hidden.1)
    }
}
