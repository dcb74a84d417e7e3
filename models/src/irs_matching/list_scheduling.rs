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
//! first job back may free devices that others need. Complexity: O(devices + jobs² · classes), times
//! jobs with minimum shares, or, with rates, O(jobs² · classes · log² time).

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::check;
use super::instance::{Arrivals, ClassId, Instance, Job, JobId, Supply, SupplyCurves};
use super::orders::Order;
use super::plan::{Grant, Interval, Plan};
use super::problem::IrsMatching;
use super::streams;

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
        let mut tried: Vec<Vec<JobId>> = Vec::new();
        for (order, note) in Order::ALL {
            // One plan is owed whatever the budget.
            if !tried.is_empty() && context.should_stop() {
                break;
            }
            let order = order.of(instance);
            context.budget.spend(work(instance));
            if !tried.contains(&order) {
                offer_list(context, &order, note);
                tried.push(order);
            }
        }
        Ok(())
    }
}

/// Offers the plan of a list, where it keeps what a list knows nothing of: deadlines.
pub fn offer_list(context: &Context<'_, IrsMatching>, order: &[JobId], note: &str) {
    let instance = context.instance;
    let Some(plan) = list_schedule(instance, order) else { return };
    if streams::is_free(instance) || check::judge(instance, &plan).objective().is_some() {
        context.offer(plan, note);
    }
}

/// Work units of one list: some 50 ns per device, or per job, class and event.
#[must_use]
pub fn work(instance: &Instance) -> u64 {
    let (jobs, classes) = (instance.jobs.len() as u64, instance.classes.len() as u64);
    match &instance.supply {
        Supply::Devices(arrivals) => 1 + arrivals.time_ms.len() as u64 / 20,
        Supply::Rates(_) => 1 + jobs * (jobs + 40) * classes / 20,
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

/// Every class keeps the jobs of its list that still want devices.
fn one_by_one(instance: &Instance, arrivals: &Arrivals, order: &[JobId]) -> Option<Plan> {
    let eligibility = instance.eligibility();
    let of_class = |class: usize| -> Vec<JobId> {
        order.iter().copied().filter(|id| eligibility[id.index()][class]).collect()
    };
    let mut lists: Vec<Vec<JobId>> = (0..instance.classes.len()).map(of_class).collect();
    let mut left: Vec<u64> = instance.jobs.iter().map(Job::total_devices).collect();
    let mut open = left.len();
    let mut offered = vec![0_u128; left.len()];
    let mut serves = vec![None; arrivals.time_ms.len()];
    let shares = instance.jobs.iter().any(|job| job.min_share_ppm.is_some());
    for (device, (&time_ms, &class)) in arrivals.time_ms.iter().zip(&arrivals.class).enumerate() {
        let list = &mut lists[class as usize];
        let released = |id: JobId| instance.jobs[id.index()].release_ms <= time_ms;
        let mut place = list.iter().position(|&id| released(id));
        if shares {
            list.iter().filter(|&&id| released(id)).for_each(|id| offered[id.index()] += 1);
            let behind = |id: JobId| {
                let (job, left) = (&instance.jobs[id.index()], left[id.index()]);
                let total = job.total_devices();
                total - left < job.least_due(offered[id.index()], total)
            };
            place = list.iter().position(|&id| released(id) && behind(id)).or(place);
        }
        let Some(place) = place else { continue };
        let served = list[place];
        serves[device] = Some(served);
        left[served.index()] -= 1;
        if left[served.index()] == 0 {
            let eligible = eligibility[served.index()].iter().zip(&mut lists);
            eligible.filter(|(own, _)| **own).for_each(|(_, list)| list.retain(|&id| id != served));
            open -= 1;
            if open == 0 {
                break;
            }
        }
    }
    (open == 0).then_some(Plan::Devices(serves))
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
    /// the classes it comes first for; where shares are dealt out, by which one has it all.
    fn next_event(&mut self) -> Option<u64> {
        let later = |job: &&Job| job.release_ms > self.now_ms;
        let release = self.instance.jobs.iter().filter(later).map(|job| job.release_ms).min();
        let mut taken = vec![false; self.instance.classes.len()];
        let mut done: Option<u64> = None;
        for id in self.open() {
            let own = &self.classes[id.index()];
            let free: Vec<usize> = own.iter().copied().filter(|&class| !taken[class]).collect();
            free.iter().for_each(|&class| taken[class] = true);
            let left = u128::from(self.left[id.index()]);
            let reached = self.curves.reach_ms(&free, self.now_ms, left);
            done = [done, reached.filter(|_| !free.is_empty())].into_iter().flatten().min();
        }
        let next = [release, done].into_iter().flatten().min();
        let next_ms = next?.max(self.now_ms + 1);
        let shared = |id: &JobId| self.instance.jobs[id.index()].min_share_ppm.is_some();
        Some(if self.open().iter().any(shared) { self.first_completion(next_ms) } else { next_ms })
    }

    /// The end of an interval, at most `high_ms`, in which some job gets all it wants.
    fn first_completion(&mut self, mut high_ms: u64) -> u64 {
        let mut low_ms = self.now_ms + 1;
        while low_ms < high_ms {
            let middle_ms = low_ms + (high_ms - low_ms) / 2;
            let before = self.left.clone();
            self.serve_until(middle_ms);
            let done = self.left.iter().zip(&before).any(|(left, before)| *left == 0 && *before > 0);
            self.left = before;
            if done { high_ms = middle_ms } else { low_ms = middle_ms + 1 }
        }
        high_ms
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
