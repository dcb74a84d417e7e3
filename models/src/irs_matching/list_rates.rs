//! List scheduling where rates supply: from event to event, in whole ms and micro-devices.
//!
//! Within an interval jobs first get what they are behind of their minimum share; then every class
//! serves its list. Time O(events · classes · (jobs + log² time)), with at most two events per job.

use std::collections::BTreeMap;

use super::class_lists::ClassLists;
use super::instance::{ClassId, Instance, Job, JobId, SupplyCurves};
use super::plan::{Grant, Interval, Plan};

/// List scheduling of rates under way.
pub(super) struct ListedRates<'a> {
    instance: &'a Instance,
    lists: &'a ClassLists,
    /// Eligible classes per job.
    classes: Vec<Vec<usize>>,
    curves: SupplyCurves<'a>,
    left: Vec<u64>,
    now_ms: u64,
}

impl<'a> ListedRates<'a> {
    pub(super) fn new(instance: &'a Instance, lists: &'a ClassLists) -> Self {
        let jobs = 0..instance.jobs.len() as u32;
        Self {
            instance,
            lists,
            classes: jobs.map(|job| instance.eligible_masks(JobId(job))).collect(),
            curves: instance.supply_curves(),
            left: instance.jobs.iter().map(Job::total_micro).collect(),
            now_ms: 0,
        }
    }

    pub(super) fn run(mut self) -> Option<Plan> {
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
        let all = (0..self.left.len() as u32).map(JobId);
        all.filter(|&id| self.is_open(id)).collect()
    }

    /// The first open job in the list of a class.
    fn head(&self, class: usize) -> Option<JobId> {
        self.lists.of(class).iter().copied().find(|&id| self.is_open(id))
    }

    /// The next release, or the earliest time by which some open job could have all it wants from
    /// the classes it comes first for; where shares are dealt out, by which one has it all.
    fn next_event(&mut self) -> Option<u64> {
        let later = |job: &&Job| job.release_ms > self.now_ms;
        let release = self.instance.jobs.iter().filter(later).map(|job| job.release_ms).min();
        let mut first_of: BTreeMap<JobId, Vec<usize>> = BTreeMap::new();
        for class in 0..self.instance.classes.len() {
            self.head(class).into_iter().for_each(|id| first_of.entry(id).or_default().push(class));
        }
        let reached = |(id, classes): (&JobId, &Vec<usize>)| {
            self.curves.reach_ms(classes, self.now_ms, self.left[id.index()].into())
        };
        let done = first_of.iter().filter_map(reached).min();
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
            let done =
                self.left.iter().zip(&before).any(|(left, before)| *left == 0 && *before > 0);
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
            let own = self.classes[id.index()].clone();
            self.give(id, behind, &own, &mut free, &mut given[id.index()]);
        }
        let lists = self.lists;
        for class in 0..count {
            for &id in lists.of(class) {
                if free[class] > 0 && self.is_open(id) {
                    self.give(id, u64::MAX, &[class], &mut free, &mut given[id.index()]);
                }
            }
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
        if job.min_share_ppm.is_none() {
            return 0;
        }
        let own = self.classes[id.index()].iter();
        let offered = own.map(|&class| self.curves.between(class, job.release_ms, end_ms)).sum();
        let got = job.total_micro() - self.left[id.index()];
        job.least_due(offered, job.total_micro()).saturating_sub(got)
    }

    fn give(
        &mut self,
        id: JobId,
        most: u64,
        classes: &[usize],
        free: &mut [u128],
        given: &mut [u64],
    ) {
        let mut most = most.min(self.left[id.index()]);
        for &class in classes {
            let amount = free[class].min(u128::from(most)) as u64;
            free[class] -= u128::from(amount);
            given[class] += amount;
            self.left[id.index()] -= amount;
            most -= amount;
        }
    }
}
