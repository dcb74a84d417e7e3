//! The linear relaxation at a node of the search over orders: completion times, and rows added
//! as they are violated.
//!
//! Variables are the completion times alone, `n` of them, instead of the amounts per job, mask and
//! interval: what amounts would say is said by the conditions of [`super::conditions`]. With a
//! total order every condition is linear, and the relaxation is the exact program of that order.

use placewright_solver::budget::Budget;

use super::conditions::shortages;
use super::covering_lp::{CoveringLp, CoveringStatus};
use super::normal::Normal;
use super::precedence::{Precedence, members};
use super::rows::{LinearRow, parallel_row, supply_row};

/// What a violated row must be short of, in scaled amounts or times.
const TOLERANCE: f64 = 1e-9;
/// Rows met with this much to spare may be forgotten.
const SPARE: f64 = 1e-3;
/// A round of cuts costs a work unit per so many pairs of jobs.
const WORK_SHARE: u64 = 8;
/// Rounds of cuts in one node; far beyond what was ever seen.
const MOST_ROUNDS: usize = 2_000;

/// What is known of a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// Nothing below the cutoff is left.
    Beaten,
    /// The completion times are possible, hence the best of this node.
    Possible,
    /// They are not, and the order of these two jobs is what matters most: the first one
    /// completes earlier at the current point.
    Undecided(usize, usize),
    /// Numerical trouble: the value is no better than its parent's.
    Stalled,
    /// The budget ended: likewise.
    Stopped,
}

/// A node: a partial order and its relaxation.
#[derive(Clone)]
pub(super) struct Relaxed<'a> {
    normal: &'a Normal,
    order: Precedence,
    /// Whether the order is total: then supply conditions say everything.
    total: bool,
    /// Pairs that generate the order.
    pairs: Vec<(usize, usize)>,
    /// Lower bounds at the root; the program's variables are what exceeds them.
    base: Vec<f64>,
    lower: Vec<f64>,
    lp: CoveringLp,
}

impl<'a> Relaxed<'a> {
    /// The relaxation of an order that `pairs` generate.
    pub(super) fn new(normal: &'a Normal, order: Precedence, pairs: Vec<(usize, usize)>) -> Self {
        let mut node = Self {
            normal,
            total: order.is_total(),
            order,
            pairs,
            base: vec![0.0; normal.len()],
            lower: vec![0.0; normal.len()],
            lp: CoveringLp::new(normal.weights.clone()),
        };
        (0..normal.len()).for_each(|job| node.lower[job] = node.alone(job));
        node.raise_lower();
        node.base = node.lower.clone();
        node
    }

    /// The exact program of one order.
    pub(super) fn of_order(normal: &'a Normal, order: &[usize]) -> Self {
        let pairs = order.windows(2).map(|pair| (pair[0], pair[1])).collect();
        Self::new(normal, Precedence::total(order), pairs)
    }

    /// Adds what a child knows more.
    pub(super) fn learn(&mut self, earlier: usize, later: usize) {
        self.order.learn(earlier, later);
        self.pairs.push((earlier, later));
        self.raise_lower();
    }

    fn alone(&self, job: usize) -> f64 {
        self.normal.releases[job] + self.normal.demands[job] / self.normal.own_rates[job]
    }

    /// What completes before a job must fit before its completion. Time O(jobs² · masks).
    fn raise_lower(&mut self) {
        for job in 0..self.normal.len() {
            let before = self.order.before(job);
            if before == 0 {
                continue;
            }
            let set: Vec<usize> = members(before | 1 << job).collect();
            let demand: f64 = set.iter().map(|&job| self.normal.demands[job]).sum();
            let release = set.iter().map(|&job| self.normal.releases[job]).fold(1e300, f64::min);
            let joint = release + demand / self.normal.joint_rate(&set);
            let earlier = members(before).map(|job| self.lower[job]).fold(joint, f64::max);
            self.lower[job] = self.lower[job].max(earlier);
        }
    }

    /// The completion times of the current point.
    pub(super) fn completions(&self) -> Vec<f64> {
        self.lp.values().iter().zip(&self.base).map(|(value, base)| value + base).collect()
    }

    /// The cost of the current point.
    pub(super) fn value(&self) -> f64 {
        let base: f64 = self.base.iter().zip(&self.normal.weights).map(|(b, w)| b * w).sum();
        base + self.lp.objective()
    }

    /// Adds violated rows until there are none, the value reaches `cutoff`, or the budget ends.
    pub(super) fn tighten(&mut self, cutoff: f64, budget: &Budget) -> Verdict {
        self.lp.drop_slack_rows(SPARE);
        let jobs = self.normal.len() as u64;
        for _ in 0..MOST_ROUNDS {
            if budget.stop().is_some() {
                return Verdict::Stopped;
            }
            budget.spend(1 + jobs * jobs / WORK_SHARE);
            match self.lp.solve() {
                CoveringStatus::Optimal => {}
                CoveringStatus::Infeasible => return Verdict::Beaten,
                CoveringStatus::Stalled => return Verdict::Stalled,
            }
            if self.value() >= cutoff {
                return Verdict::Beaten;
            }
            let completions = self.completions();
            if self.add_order_rows(&completions) {
                continue;
            }
            let parallel = !self.total && self.add_parallel_rows(&completions);
            let (supply, undecided) = self.add_supply_rows(&completions);
            if parallel || supply {
                continue;
            }
            return match undecided {
                Some((earlier, later)) => Verdict::Undecided(earlier, later),
                None => Verdict::Possible,
            };
        }
        Verdict::Stalled
    }

    fn add(&mut self, row: &LinearRow) {
        let shift: f64 = row.coefficients.iter().zip(&self.base).map(|(a, b)| a * b).sum();
        self.lp.add_row(&row.coefficients, row.bound - shift);
    }

    fn add_order_rows(&mut self, completions: &[f64]) -> bool {
        let mut any = false;
        for position in 0..self.pairs.len() {
            let (earlier, later) = self.pairs[position];
            if completions[earlier] > completions[later] + TOLERANCE {
                let mut row = vec![0.0; self.normal.len()];
                (row[earlier], row[later]) = (-1.0, 1.0);
                self.add(&LinearRow { coefficients: row, bound: 0.0, undecided: None });
                any = true;
            }
        }
        any
    }

    fn add_supply_rows(&mut self, completions: &[f64]) -> (bool, Option<(usize, usize)>) {
        let (mut any, mut undecided) = (false, None);
        for short in shortages(self.normal, completions, TOLERANCE) {
            let row = supply_row(self.normal, &self.order, &self.lower, short.jobs, completions);
            if row.violation(completions) > TOLERANCE / 2.0 {
                self.add(&row);
                any = true;
            } else {
                undecided = undecided.or(row.undecided);
            }
        }
        (any, undecided)
    }

    /// Tries, for every union of masks, the jobs inside it that complete first.
    fn add_parallel_rows(&mut self, completions: &[f64]) -> bool {
        let mut by_time: Vec<usize> = (0..self.normal.len()).collect();
        by_time.sort_by(|&a, &b| completions[a].total_cmp(&completions[b]));
        let mut any = false;
        for union in &self.normal.unions {
            let inside = |job: usize| self.normal.masks[job].iter().all(|m| union.contains(m));
            let (mut set, mut worst) = (0_u128, (TOLERANCE, None));
            for &job in by_time.iter().filter(|&&job| inside(job)) {
                set |= 1 << job;
                let row = parallel_row(self.normal, set);
                let violation = row.violation(completions);
                if violation > worst.0 {
                    worst = (violation, Some(row));
                }
            }
            if let Some(row) = worst.1 {
                self.add(&row);
                any = true;
            }
        }
        any
    }
}
