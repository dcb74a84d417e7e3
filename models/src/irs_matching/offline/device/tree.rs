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
use super::counts::Counts;
use super::node::{Branch, Node};

/// More jobs than this have too many subsets.
pub const MOST_DEVICE_JOBS: usize = 8;

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceOptimum {
    /// The best plan found.
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
/// [`DeviceError`]: unsound data, too few devices, or too many jobs.
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
    // Without jobs there is nothing to decide.
    let deadlines = answer.map_or_else(Vec::new, |(_, deadlines)| deadlines);
    let plan = arrivals.plan_by(&deadlines)?;
    let weighted_ms = arrivals.weighted_ms(&arrivals.completions_ms(&plan)?);
    Ok(DeviceOptimum { plan, weighted_ms, complete, nodes })
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
        // Validated: everybody can be filled by the end.
        let end = arrivals.times_ms.last().copied().unwrap_or(0);
        let mut latest = vec![0; arrivals.jobs.len()];
        self.jobs.iter().for_each(|&job| latest[job] = end);
        let mut best = Some((arrivals.weighted_ms(&latest), latest));
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
