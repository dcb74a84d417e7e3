//! One list of jobs per class, and how lists change.
//!
//! With completion times fixed there is a best plan in which every class serves its jobs one after
//! the other, in the order in which they complete; what differs from class to class is who is left
//! out. A list per class can say that: a class that serves a later job first leaves the earlier one
//! to others. (It cannot split a class between two jobs at will.)

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::check::last_device_ms;
use super::instance::{Instance, JobId, Supply};
use super::plan::Plan;

/// Per class the jobs that it may serve, the most urgent first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassLists(Vec<Vec<JobId>>);

impl ClassLists {
    /// The same order for all classes.
    #[must_use]
    pub fn of_order(instance: &Instance, order: &[JobId]) -> Self {
        let eligibility = instance.eligibility();
        let of_class = |class: usize| {
            order.iter().copied().filter(|id| eligibility[id.index()][class]).collect()
        };
        Self((0..instance.classes.len()).map(of_class).collect())
    }

    /// Lists that serve about as a plan does: in every class first the jobs that it serves, in the
    /// order of its last device for them, then the others in the order of completion.
    #[must_use]
    pub fn of_plan(instance: &Instance, plan: &Plan) -> Self {
        let completed_ms = last_device_ms(instance, plan);
        let never = u64::MAX;
        let mut last_ms = vec![vec![never; instance.jobs.len()]; instance.classes.len()];
        match (plan, &instance.supply) {
            (Plan::Devices(serves), Supply::Devices(arrivals)) => {
                let devices = arrivals.time_ms.iter().zip(&arrivals.class).zip(serves);
                for ((&time_ms, &class), served) in devices {
                    served.iter().for_each(|id| last_ms[class as usize][id.index()] = time_ms);
                }
            }
            (Plan::Fluid(intervals), _) => {
                for interval in intervals {
                    for grant in &interval.grants {
                        last_ms[grant.class.index()][grant.job.index()] = interval.end_ms;
                    }
                }
            }
            _ => {}
        }
        let ids: Vec<JobId> = (0..instance.jobs.len() as u32).map(JobId).collect();
        let mut lists = Self::of_order(instance, &ids);
        for (list, last_ms) in lists.0.iter_mut().zip(&last_ms) {
            list.sort_by_key(|id| (last_ms[id.index()], completed_ms[id.index()]));
        }
        lists
    }

    /// The list of a class.
    #[must_use]
    pub fn of(&self, class: usize) -> &[JobId] {
        &self.0[class]
    }

    /// A random change: a job moves a few places in the list of one class, or next to another job
    /// in the lists of all classes that have both.
    pub(super) fn change(&mut self, random: &mut Xoshiro256PlusPlus) {
        let class = random.random_range(0..self.0.len());
        let length = self.0[class].len();
        if length < 2 {
            return;
        }
        let from = random.random_range(0..length);
        let farthest = if random.random_range(0..4) == 0 { length } else { 4 };
        let distance = random.random_range(1..=farthest);
        let to = if random.random() {
            (from + distance).min(length - 1)
        } else {
            from.saturating_sub(distance)
        };
        let (id, other) = (self.0[class][from], self.0[class][to]);
        if random.random_range(0..3) == 0 {
            move_to(&mut self.0[class], id, other);
        } else {
            self.0.iter_mut().for_each(|list| move_to(list, id, other));
        }
    }
}

/// Moves a job to the place of another, if the list has both.
fn move_to(list: &mut Vec<JobId>, id: JobId, other: JobId) {
    let place = |id: JobId| list.iter().position(|&each| each == id);
    if let (Some(from), Some(to)) = (place(id), place(other)) {
        let id = list.remove(from);
        list.insert(to, id);
    }
}
