//! List scheduling where rates supply: from event to event, in whole ms and micro-devices.
//!
//! Within an interval jobs first get what they are behind of their minimum share; then every class
//! serves its list. There are at most two events per job; each takes O(classes · log² time) and,
//! where jobs have minimum shares, O(jobs · classes · log time).

use std::collections::BTreeMap;

use super::class_lists::ClassLists;
use super::instance::{ClassId, Instance, Job, JobId, SupplyCurves};
use super::open_lists::OpenLists;
use super::plan::{Grant, Interval, Plan};

/// List scheduling of rates under way.
pub(super) struct ListedRates<'a> {
    instance: &'a Instance,
    lists: OpenLists,
    curves: SupplyCurves<'a>,
    left: Vec<u64>,
    /// Open jobs with a minimum share.
    shared: Vec<JobId>,
    now_ms: u64,
}

impl<'a> ListedRates<'a> {
    pub(super) fn new(instance: &'a Instance, lists: &ClassLists) -> Self {
        let shared = |id: &JobId| instance.jobs[id.index()].min_share_ppm.is_some();
        Self {
            instance,
            lists: OpenLists::new(instance, lists),
            curves: instance.supply_curves(),
            left: instance.jobs.iter().map(Job::total_micro).collect(),
            shared: (0..instance.jobs.len() as u32).map(JobId).filter(shared).collect(),
            now_ms: 0,
        }
    }

    pub(super) fn run(mut self) -> Option<Plan> {
        let mut intervals = Vec::new();
        let mut unserved = self.left.len();
        while unserved > 0 {
            self.lists.release(self.now_ms);
            let end_ms = self.next_event()?;
            let interval = self.serve_until(end_ms);
            unserved -= self.settle(&interval);
            if !interval.grants.is_empty() {
                intervals.push(interval);
            }
            self.now_ms = end_ms;
        }
        Some(Plan::Fluid(intervals))
    }

    /// Takes the jobs off the lists that got the last they wanted; how many.
    fn settle(&mut self, interval: &Interval) -> usize {
        let served = interval.grants.iter().map(|grant| grant.job);
        let mut done: Vec<JobId> = served.filter(|id| self.left[id.index()] == 0).collect();
        done.sort_unstable();
        done.dedup();
        done.iter().for_each(|&id| self.lists.finish(id));
        self.shared.retain(|id| self.left[id.index()] > 0);
        done.len()
    }

    /// The next release, or the earliest time by which some open job could have all it wants from
    /// the classes it comes first for; where shares are dealt out, by which one has it all.
    fn next_event(&mut self) -> Option<u64> {
        let mut first_of: BTreeMap<JobId, Vec<usize>> = BTreeMap::new();
        for class in 0..self.instance.classes.len() {
            let head = self.lists.of(class).next();
            head.into_iter().for_each(|id| first_of.entry(id).or_default().push(class));
        }
        let reached = |(id, classes): (&JobId, &Vec<usize>)| {
            self.curves.reach_ms(classes, self.now_ms, self.left[id.index()].into())
        };
        let done = first_of.iter().filter_map(reached).min();
        let next = [self.lists.next_release_ms(), done].into_iter().flatten().min();
        let next_ms = next?.max(self.now_ms + 1);
        let any = self.shared.iter().any(|&id| self.is_released(id));
        Some(if any { self.first_completion(next_ms) } else { next_ms })
    }

    fn is_released(&self, id: JobId) -> bool {
        self.instance.jobs[id.index()].release_ms <= self.now_ms
    }

    /// The end of an interval, at most `high_ms`, in which some job gets all it wants.
    fn first_completion(&mut self, mut high_ms: u64) -> u64 {
        let mut low_ms = self.now_ms + 1;
        while low_ms < high_ms {
            let middle_ms = low_ms + (high_ms - low_ms) / 2;
            let tried = self.serve_until(middle_ms);
            let done = tried.grants.iter().any(|grant| self.left[grant.job.index()] == 0);
            for grant in &tried.grants {
                self.left[grant.job.index()] += grant.micro_devices;
            }
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
        let mut given: BTreeMap<(JobId, u32), u64> = BTreeMap::new();
        let mut give = |left: &mut [u64], id: JobId, most: u64, class: usize| {
            let amount = free[class].min(u128::from(most.min(left[id.index()]))) as u64;
            if amount > 0 {
                free[class] -= u128::from(amount);
                left[id.index()] -= amount;
                *given.entry((id, class as u32)).or_default() += amount;
            }
            (amount, free[class])
        };
        let released = self.shared.iter().copied().filter(|&id| self.is_released(id));
        let behind: Vec<(JobId, u64)> = released.map(|id| (id, self.behind(id, end_ms))).collect();
        for (id, mut behind) in behind {
            for class in self.lists.classes(id) {
                behind -= give(&mut self.left, id, behind, class).0;
            }
        }
        for class in 0..count {
            for id in self.lists.of(class) {
                if give(&mut self.left, id, u64::MAX, class).1 == 0 {
                    break;
                }
            }
        }
        let grant =
            |((job, class), micro_devices)| Grant { job, class: ClassId(class), micro_devices };
        Interval { start_ms, end_ms, grants: given.into_iter().map(grant).collect() }
    }

    /// What a job must get until `end_ms` to have its minimum share.
    fn behind(&self, id: JobId, end_ms: u64) -> u64 {
        let job = &self.instance.jobs[id.index()];
        let own = self.lists.classes(id);
        let offered = own.map(|class| self.curves.between(class, job.release_ms, end_ms)).sum();
        let got = job.total_micro() - self.left[id.index()];
        job.least_due(offered, job.total_micro()).saturating_sub(got)
    }
}
