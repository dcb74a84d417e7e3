//! List scheduling of single devices, one by one.
//!
//! Time O(devices + jobs² · classes), and O(devices · jobs) where jobs have minimum shares.

use super::class_lists::ClassLists;
use super::instance::{Arrivals, Instance, Job, JobId};

/// What a walk through the arrivals needs to know of the jobs.
pub(super) struct Queues<'a> {
    instance: &'a Instance,
    eligibility: Vec<Vec<bool>>,
    shares: bool,
}

impl<'a> Queues<'a> {
    pub(super) fn new(instance: &'a Instance) -> Self {
        let shares = instance.jobs.iter().any(|job| job.min_share_ppm.is_some());
        Self { instance, eligibility: instance.eligibility(), shares }
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
        let mut lists = lists.clone();
        let mut left: Vec<u64> = jobs.iter().map(Job::total_devices).collect();
        let mut open = left.len();
        let mut offered = vec![0_u128; left.len()];
        let devices = arrivals.time_ms.iter().zip(&arrivals.class).enumerate();
        for (device, (&time_ms, &class)) in devices {
            let list = lists.of(class as usize);
            let released = |id: JobId| jobs[id.index()].release_ms <= time_ms;
            let mut first = list.iter().copied().find(|&id| released(id));
            if self.shares {
                list.iter().filter(|&&id| released(id)).for_each(|id| offered[id.index()] += 1);
                let behind = |id: JobId| {
                    let (job, left) = (&jobs[id.index()], left[id.index()]);
                    let total = job.total_devices();
                    total - left < job.least_due(offered[id.index()], total)
                };
                first = list.iter().copied().find(|&id| released(id) && behind(id)).or(first);
            }
            let Some(id) = first else { continue };
            serve(device, id);
            left[id.index()] -= 1;
            if left[id.index()] == 0 {
                let own = &self.eligibility[id.index()];
                (0..own.len()).filter(|&class| own[class]).for_each(|class| lists.drop(class, id));
                open -= 1;
                if open == 0 {
                    break;
                }
            }
        }
        open == 0
    }
}
