//! List scheduling of single devices, one by one.
//!
//! Time O(devices + jobs · classes · log jobs), and O(devices · jobs) where jobs have minimum
//! shares.

use super::class_lists::ClassLists;
use super::instance::{Arrivals, Instance, Job, JobId};
use super::open_lists::OpenLists;

/// What a walk through the arrivals needs to know of the jobs.
pub(super) struct Queues<'a> {
    instance: &'a Instance,
    shares: bool,
}

impl<'a> Queues<'a> {
    pub(super) fn new(instance: &'a Instance) -> Self {
        let shares = instance.jobs.iter().any(|job| job.min_share_ppm.is_some());
        Self { instance, shares }
    }

    /// Calls `serve` with every device that serves somebody, in the order of arrival; whether all
    /// jobs get all they want. Lists hold eligible jobs only.
    pub(super) fn walk(
        &self,
        arrivals: &Arrivals,
        lists: &ClassLists,
        mut serve: impl FnMut(usize, JobId),
    ) -> bool {
        let jobs = &self.instance.jobs;
        let mut lists = OpenLists::new(self.instance, lists);
        let mut left: Vec<u64> = jobs.iter().map(Job::total_devices).collect();
        let mut unserved = left.len();
        let mut offered = vec![0_u128; left.len()];
        let devices = arrivals.time_ms.iter().zip(&arrivals.class).enumerate();
        for (device, (&time_ms, &class)) in devices {
            lists.release(time_ms);
            let class = class as usize;
            let mut first = lists.of(class).next();
            if self.shares {
                lists.of(class).for_each(|id| offered[id.index()] += 1);
                let behind = |id: &JobId| {
                    let (job, left) = (&jobs[id.index()], left[id.index()]);
                    let total = job.total_devices();
                    total - left < job.least_due(offered[id.index()], total)
                };
                first = lists.of(class).find(behind).or(first);
            }
            let Some(id) = first else { continue };
            serve(device, id);
            left[id.index()] -= 1;
            if left[id.index()] == 0 {
                lists.finish(id);
                unserved -= 1;
                if unserved == 0 {
                    break;
                }
            }
        }
        unserved == 0
    }
}
