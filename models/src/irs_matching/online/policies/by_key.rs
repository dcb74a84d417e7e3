//! One order for all device classes, by a key of the job.

use crate::irs_matching::online::job::{Job, JobId};
use crate::irs_matching::online::plan::{Plan, Quota, Slot};
use crate::irs_matching::online::policy::Scene;

/// Ranks the waiting jobs by a key, smallest first, ties by arrival, each up to its whole demand.
/// O(m log m + classes × m) for m live jobs.
pub fn rank_by(scene: &Scene<'_>, plan: &mut Plan, key: impl Fn(JobId, &Job) -> f64) {
    rank_by_two(scene, plan, |id, job| (key(id, job), 0.0));
}

/// The same with a second key for ties.
pub fn rank_by_two(scene: &Scene<'_>, plan: &mut Plan, key: impl Fn(JobId, &Job) -> (f64, f64)) {
    let mut ranked: Vec<((f64, f64), JobId)> =
        scene.waiting().map(|(id, job)| (key(id, job), id)).collect();
    ranked.sort_by(|((a, x), i), ((b, y), j)| a.total_cmp(b).then(x.total_cmp(y)).then(i.cmp(j)));
    let order: Vec<Slot> = ranked.into_iter().map(|(_, id)| Slot::new(id, Quota::Demand)).collect();
    plan.share_order(scene.classes, scene.jobs, &order);
}
