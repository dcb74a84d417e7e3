//! List scheduling: every device serves the first job in a list that it may serve and that still
//! wants devices.
//!
//! Single devices are gone through one by one. With rates, time jumps from event to event: a
//! release, or the millisecond in which the first of the jobs now served has all it wants; what a
//! job leaves of that millisecond goes to the next in the list. Jobs with a minimum share get what
//! they are behind before the list is looked at.
//!
//! The rules FIFO, SRSF and the like of Liu et al. (MLSys 2025, §2) are list scheduling by the
//! orders of `orders`. Guarantee: none; even the best list can miss the optimum, because holding the
//! first job back may free devices that others need. Complexity: O(devices · jobs) or, with rates,
//! O(jobs² · classes · log² time).

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::check;
use super::instance::{Arrivals, ClassId, Instance, Job, JobId, Supply, SupplyCurves};
use super::orders::Order;
use super::plan::{Grant, Interval, Plan};
use super::problem::IrsMatching;

/// The heuristic `list-scheduling`: the best of all orders.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListScheduling;

impl Method<IrsMatching> for ListScheduling {
    fn name(&self) -> &'static str {
        "list-scheduling"
    }

    fn symbol(&self) -> char {
        'G'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        let instance = context.instance;
        for (order, note) in Order::ALL {
            context.budget.spend(instance.jobs.len() as u64 + 1);
            let plan = list_schedule(instance, &order.of(instance));
            // A list knows no deadlines: what misses one is no plan.
            let plan = plan.filter(|plan| check::judge(instance, plan).objective().is_some());
            if let Some(plan) = plan {
                context.offer(plan, note);
            }
        }
        Ok(())
    }
}

/// The plan of a list; `None` where the supply ends before the jobs do.
#[must_use]
pub fn list_schedule(instance: &Instance, order: &[JobId]) -> Option<Plan> {
    match &instance.supply {
        Supply::Devices(arrivals) => one_by_one(instance, arrivals, order),
        Supply::Rates(_) => Fluid::new(instance, order).run(),
    }
}

fn one_by_one(instance: &Instance, arrivals: &Arrivals, order: &[JobId]) -> Option<Plan> {
    let eligibility = instance.eligibility();
    let total = |job: &Job| job.total_devices();
    let mut got = vec![0; instance.jobs.len()];
    let mut offered = vec![0_u128; instance.jobs.len()];
    let mut serves = Vec::with_capacity(arrivals.time_ms.len());
    for (&time_ms, &class) in arrivals.time_ms.iter().zip(&arrivals.class) {
        let open = |id: &&JobId| {
            eligibility[id.index()][class as usize]
                && instance.jobs[id.index()].release_ms <= time_ms
        };
        order.iter().filter(open).for_each(|id| offered[id.index()] += 1);
        let behind = |id: &&JobId| {
            let job = &instance.jobs[id.index()];
            got[id.index()] < job.least_due(offered[id.index()], total(job))
        };
        let wants = |id: &&JobId| got[id.index()] < total(&instance.jobs[id.index()]);
        let first = order.iter().filter(open).find(behind);
        let served = first.or_else(|| order.iter().filter(open).find(wants)).copied();
        if let Some(id) = served {
            got[id.index()] += 1;
        }
        serves.push(served);
    }
    let met = instance.jobs.iter().zip(&got).all(|(job, &got)| got == total(job));
    met.then_some(Plan::Devices(serves))
}

struct Fluid<'a> {
    instance: &'a Instance,
    order: &'a [JobId],
    /// Eligible classes per job.
    classes: Vec<Vec<usize>>,
    curves: SupplyCurves<'a>,
    left: Vec<u64>,
    now_ms: u64,
}

impl<'a> Fluid<'a> {
    fn new(instance: &'a Instance, order: &'a [JobId]) -> Self {
        let jobs = 0..instance.jobs.len() as u32;
        Self {
            instance,
            order,
            classes: jobs.map(|job| instance.eligible_masks(JobId(job))).collect(),
            curves: instance.supply_curves(),
            left: instance.jobs.iter().map(Job::total_micro).collect(),
            now_ms: 0,
        }
    }

    fn run(mut self) -> Option<Plan> {
        let mut intervals = Vec::new();
        while self.left.iter().any(|&left| left > 0) {
            let end_ms = self.next_event()?;
            let interval = self.serve_until(end_ms);
            if !interval.grants.is_empty() {
                intervals.push(interval);
            }
            self.now_ms = end_ms;
        }
        Some(Plan::Fluid(intervals))
    }

    fn is_open(&self, id: JobId) -> bool {
        self.left[id.index()] > 0 && self.instance.jobs[id.index()].release_ms <= self.now_ms
    }

    fn open(&self) -> Vec<JobId> {
        self.order.iter().copied().filter(|&id| self.is_open(id)).collect()
    }

    /// The next release, or the earliest time by which some open job could have all it wants from
    /// the classes it comes first for. A job that also gets a share could be done earlier still,
    /// from all of its classes.
    fn next_event(&self) -> Option<u64> {
        let later = |job: &&Job| job.release_ms > self.now_ms;
        let release = self.instance.jobs.iter().filter(later).map(|job| job.release_ms).min();
        let mut taken = vec![false; self.instance.classes.len()];
        let mut done: Option<u64> = None;
        for id in self.open() {
            let own = &self.classes[id.index()];
            let free: Vec<usize> = own.iter().copied().filter(|&class| !taken[class]).collect();
            free.iter().for_each(|&class| taken[class] = true);
            let shared = self.instance.jobs[id.index()].min_share_ppm.is_some();
            let used = if shared { own } else { &free };
            let left = u128::from(self.left[id.index()]);
            let reached = self.curves.reach_ms(used, self.now_ms, left);
            done = [done, reached.filter(|_| !used.is_empty())].into_iter().flatten().min();
        }
        let next = [release, done].into_iter().flatten().min();
        next.map(|next_ms| next_ms.max(self.now_ms + 1))
    }

    /// Deals out what the classes supply until `end_ms`.
    fn serve_until(&mut self, end_ms: u64) -> Interval {
        let start_ms = self.now_ms;
        let count = self.instance.classes.len();
        let mut free: Vec<u128> =
            (0..count).map(|class| self.curves.between(class, start_ms, end_ms)).collect();
        let mut given = vec![vec![0_u64; count]; self.instance.jobs.len()];
        let open = self.open();
        for &id in &open {
            let behind = self.behind(id, end_ms);
            self.give(id, behind, &mut free, &mut given[id.index()]);
        }
        for &id in &open {
            self.give(id, u64::MAX, &mut free, &mut given[id.index()]);
        }
        let mut grants = Vec::new();
        for (job, given) in (0..).zip(&given) {
            for (class, &micro_devices) in (0..).zip(given).filter(|(_, amount)| **amount > 0) {
                grants.push(Grant { job: JobId(job), class: ClassId(class), micro_devices });
            }
        }
        Interval { start_ms, end_ms, grants }
    }

    /// What a job must get until `end_ms` to have its minimum share.
    fn behind(&self, id: JobId, end_ms: u64) -> u64 {
        let job = &self.instance.jobs[id.index()];
        let own = self.classes[id.index()].iter();
        let offered = own.map(|&class| self.curves.between(class, job.release_ms, end_ms)).sum();
        let got = job.total_micro() - self.left[id.index()];
        job.least_due(offered, job.total_micro()).saturating_sub(got)
    }

    fn give(&mut self, id: JobId, most: u64, free: &mut [u128], given: &mut [u64]) {
        let mut most = most.min(self.left[id.index()]);
        for &class in &self.classes[id.index()] {
            let amount = free[class].min(u128::from(most)) as u64;
            free[class] -= u128::from(amount);
            given[class] += amount;
            self.left[id.index()] -= amount;
            most -= amount;
        }
    }
}
