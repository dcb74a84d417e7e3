//! The device level by branch and cut over completion times.
//!
//! **Idea.** Completion times `C` are possible iff every set `J'` of jobs finds
//! `Σ_{J'} D_j <= Σ_a N_a(max { C_j : j ∈ J', a ∈ A_j })`, where `N_a(t)` counts arrivals. On the
//! interval `[l, u]` of a node, `N_a` lies below its concave envelope, so every set gives linear
//! rows in `C`; a maximum over jobs whose order is open is at most their sum less what the others
//! are worth at least. Where the relaxation violates a set that no row cuts off, either an order is
//! decided or an interval is split, whichever hides more devices. Subsets of the jobs are solved
//! first, and each row `Σ_S w_j C_j >= optimum(S)` carries over to all larger sets (Russian dolls;
//! G. Verfaillie, M. Lemaître, T. Schiex, AAAI 1996).
//!
//! **Complexity.** Exponential in the jobs, at most [`MOST_DEVICE_JOBS`]; five jobs and 170
//! arrivals take well under a second. **Guarantee.** Optimal when the budget suffices.

use std::collections::BTreeMap;

use placewright_solver::budget::Budget;

use super::arrivals::{Arrivals, DeviceError, DevicePlan};
use crate::irs_matching::offline::covering_lp::{CoveringLp, CoveringStatus};

/// More jobs than this have too many subsets.
pub const MOST_DEVICE_JOBS: usize = 8;
/// Tolerance in scaled times and amounts; one device or millisecond is far more.
const TOLERANCE: f64 = 1e-9;
const SPARE: f64 = 1e-3;
/// Rounds of cuts in one node; far beyond what was ever seen.
const MOST_ROUNDS: usize = 2_000;

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceOptimum {
    /// The best plan, unless the budget ended before there was one.
    pub plan: DevicePlan,
    /// Its cost in weight times milliseconds, as the referee says.
    pub weighted_ms: u128,
    /// Whether the search was completed, so that the plan is optimal.
    pub complete: bool,
    /// Nodes of all trees.
    pub nodes: u64,
}

/// Solves arrivals exactly.
///
/// # Errors
/// [`DeviceError`]: unsound data, too few devices, too many jobs, numerical trouble, or a budget
/// that ended before any plan was found.
pub fn device_optimum(arrivals: &Arrivals, budget: &Budget) -> Result<DeviceOptimum, DeviceError> {
    arrivals.validate()?;
    let jobs = arrivals.jobs.len();
    if jobs > MOST_DEVICE_JOBS {
        let text = format!("{jobs} jobs; the tree takes at most {MOST_DEVICE_JOBS}");
        return Err(DeviceError::Method(text));
    }
    let counts = Counts::new(arrivals);
    let mut dolls: BTreeMap<u32, f64> = BTreeMap::new();
    let mut sets: Vec<u32> = (1..1_u32 << jobs).collect();
    sets.sort_by_key(|set| (set.count_ones(), *set));
    let mut answer = None;
    let (mut nodes, mut complete) = (0, true);
    for set in sets {
        let chosen: Vec<usize> = (0..jobs).filter(|job| set >> job & 1 == 1).collect();
        let mut tree =
            Tree { counts: &counts, jobs: &chosen, budget, nodes: 0, best: None, complete: true };
        tree.try_orders(arrivals);
        let rows = dolls.iter().filter(|(other, _)| *other & !set == 0);
        let rows: Vec<(u32, f64)> = rows.map(|(&other, &value)| (other, value)).collect();
        let root = Node::new(&counts, &chosen, &rows);
        tree.explore(root);
        nodes += tree.nodes;
        complete = tree.complete;
        if let Some((value, _)) = tree.best.as_ref().filter(|_| tree.complete) {
            dolls.insert(set, *value as f64);
        }
        answer = tree.best;
    }
    let Some((_, deadlines)) = answer else {
        // No jobs at all, or no plan yet.
        let plan = vec![None; arrivals.times_ms.len()];
        arrivals.completions_ms(&plan)?;
        return Ok(DeviceOptimum { plan, weighted_ms: 0, complete: true, nodes });
    };
    let plan = arrivals.plan_by(&deadlines)?;
    let weighted_ms = arrivals.weighted_ms(&arrivals.completions_ms(&plan)?);
    Ok(DeviceOptimum { plan, weighted_ms, complete, nodes })
}

/// The arrivals by mask and by job.
struct Counts {
    /// Arrival times of each mask, in milliseconds.
    by_mask: Vec<Vec<f64>>,
    /// Distinct arrival times a job may complete at.
    by_job: Vec<Vec<f64>>,
    masks: Vec<Vec<usize>>,
    demands: Vec<f64>,
    weights: Vec<f64>,
    /// For scaling.
    horizon: f64,
    total: f64,
}

impl Counts {
    fn new(arrivals: &Arrivals) -> Self {
        let times = |wanted: &dyn Fn(usize) -> bool| -> Vec<f64> {
            let pairs = arrivals.times_ms.iter().zip(&arrivals.masks);
            pairs.filter(|(_, mask)| wanted(**mask)).map(|(&time, _)| time as f64).collect()
        };
        let jobs = &arrivals.jobs;
        let mut by_job: Vec<Vec<f64>> =
            jobs.iter().map(|job| times(&|mask| job.masks.contains(&mask))).collect();
        for (own, job) in by_job.iter_mut().zip(jobs) {
            // Validated: enough devices arrive.
            own.drain(..(job.demand as usize - 1).min(own.len()));
            own.dedup();
        }
        Self {
            by_mask: (0..arrivals.mask_count()).map(|mask| times(&|other| other == mask)).collect(),
            by_job,
            masks: jobs.iter().map(|job| job.masks.clone()).collect(),
            demands: jobs.iter().map(|job| job.demand as f64).collect(),
            weights: jobs.iter().map(|job| job.weight as f64).collect(),
            horizon: arrivals.times_ms.last().map_or(1.0, |&last| last.max(1) as f64),
            total: jobs.iter().map(|job| job.demand as f64).sum::<f64>().max(1.0),
        }
    }

    /// `N_a(t)`.
    fn arrived(&self, mask: usize, time: f64) -> f64 {
        self.by_mask[mask].partition_point(|&other| other <= time + 1e-6) as f64
    }

    /// The line of the concave envelope of `N_a` on `[lower, upper]` that holds at `time`: value at
    /// zero, and slope. Time O(arrivals).
    fn envelope(&self, mask: usize, lower: f64, upper: f64, time: f64) -> (f64, f64) {
        let mut hull: Vec<(f64, f64)> = vec![(lower, self.arrived(mask, lower))];
        let own = &self.by_mask[mask];
        let first = own.partition_point(|&other| other <= lower + 1e-6);
        let inside = own[first..].iter().take_while(|&&other| other <= upper + 1e-6);
        let steps = inside.enumerate().map(|(k, &at)| (at, (first + k + 1) as f64));
        let end = (upper, self.arrived(mask, upper));
        for point in steps.chain((upper > lower).then_some(end)) {
            while hull.len() >= 2 {
                let (a, b) = (hull[hull.len() - 2], hull[hull.len() - 1]);
                if (b.1 - a.1) * (point.0 - a.0) > (point.1 - a.1) * (b.0 - a.0) {
                    break;
                }
                hull.pop();
            }
            hull.push(point);
        }
        let segment = hull.windows(2).find(|pair| time <= pair[1].0).or(hull.windows(2).last());
        match segment {
            Some(pair) if pair[1].0 > pair[0].0 => {
                let slope = (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
                (pair[0].1 - slope * pair[0].0, slope)
            }
            _ => (hull[hull.len() - 1].1, 0.0),
        }
    }
}

/// What to do about a violated set that no row cuts off.
#[derive(Clone, Copy, Debug)]
enum Branch {
    /// Decide who of two jobs completes first.
    Order(usize, usize),
    /// Split the interval of a job at a time.
    Split(usize, f64),
}

/// Intervals, a partial order, and the program. Positions are those in the chosen jobs.
#[derive(Clone)]
struct Node<'a> {
    counts: &'a Counts,
    jobs: &'a [usize],
    lower: Vec<f64>,
    upper: Vec<f64>,
    /// `before[j]` has bit `i` when `i` completes no later than `j`.
    before: Vec<u32>,
    lp: CoveringLp,
}

impl<'a> Node<'a> {
    fn new(counts: &'a Counts, jobs: &'a [usize], dolls: &[(u32, f64)]) -> Self {
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

    fn learn(&mut self, earlier: usize, later: usize) {
        let gained = self.before[earlier] | 1 << earlier;
        for job in 0..self.before.len() {
            if job == later || self.before[job] >> later & 1 == 1 {
                self.before[job] |= gained;
            }
        }
    }

    fn completions(&self) -> Vec<f64> {
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
    fn tighten(&mut self, cutoff: f64) -> Option<Option<Branch>> {
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

struct Tree<'a> {
    counts: &'a Counts,
    jobs: &'a [usize],
    budget: &'a Budget,
    nodes: u64,
    /// Cost and deadlines of all jobs (those not chosen have none: zero).
    best: Option<(u128, Vec<u64>)>,
    complete: bool,
}

impl Tree<'_> {
    /// List plans of all orders up to five jobs, of some beyond.
    fn try_orders(&mut self, arrivals: &Arrivals) {
        let mut reduced = arrivals.clone();
        // Jobs that are not chosen want nothing.
        let others = reduced.jobs.iter_mut().enumerate();
        others.filter(|(job, _)| !self.jobs.contains(job)).for_each(|(_, data)| data.demand = 0);
        let mut order = self.jobs.to_vec();
        let mut best: Option<(u128, Vec<u64>)> = None;
        permute(&mut order, 0, &mut 120, &mut |order| {
            if let Ok(completions) = reduced.completions_ms(&reduced.list_plan(order)) {
                let value = reduced.weighted_ms(&completions);
                if best.as_ref().is_none_or(|(least, _)| value < *least) {
                    best = Some((value, completions));
                }
            }
        });
        self.best = best;
    }

    fn explore(&mut self, mut node: Node<'_>) {
        if self.budget.stop().is_some() {
            self.complete = false;
            return;
        }
        self.nodes += 1;
        self.budget.spend(50);
        // Costs are whole numbers: a better plan costs at least one less.
        let cutoff = self.best.as_ref().map_or(f64::INFINITY, |(best, _)| *best as f64 - 0.999);
        match node.tighten(cutoff) {
            None => {}
            Some(None) => self.keep(&node),
            Some(Some(Branch::Order(earlier, later))) => {
                let mut child = node.clone();
                child.learn(earlier, later);
                self.explore(child);
                node.learn(later, earlier);
                self.explore(node);
            }
            Some(Some(Branch::Split(job, time))) => {
                let times = &self.counts.by_job[self.jobs[job]];
                let after = times.partition_point(|&other| other <= time + 1e-6);
                let mut child = node.clone();
                if let Some(&next) = times.get(after) {
                    child.lower[job] = child.lower[job].max(next);
                    self.explore(child);
                }
                if after > 0 {
                    node.upper[job] = node.upper[job].min(times[after - 1]);
                    self.explore(node);
                }
            }
        }
    }

    fn keep(&mut self, node: &Node<'_>) {
        let mut deadlines = vec![0; self.counts.by_job.len()];
        let mut value = 0;
        for (time, &job) in node.completions().into_iter().zip(self.jobs) {
            deadlines[job] = (time + 1e-6) as u64;
            value += deadlines[job] as u128 * self.counts.weights[job] as u128;
        }
        if self.best.as_ref().is_none_or(|(best, _)| value < *best) {
            self.best = Some((value, deadlines));
        }
    }
}

/// Calls `visit` with permutations of `order`, at most `left` of them.
fn permute(order: &mut [usize], from: usize, left: &mut u32, visit: &mut dyn FnMut(&[usize])) {
    if *left == 0 {
        return;
    }
    if from == order.len() {
        *left -= 1;
        visit(order);
        return;
    }
    for position in from..order.len() {
        order.swap(from, position);
        permute(order, from + 1, left, visit);
        order.swap(from, position);
    }
}
