//! What a check-in is decided by: for every device class a list of jobs, best first.

use serde::{Deserialize, Serialize};

use super::classes::Classes;
use super::job::{Job, JobId};

/// How far a job may be filled at a place of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quota {
    /// Up to what the round needs to succeed.
    Need,
    /// Up to its whole demand.
    Demand,
}

/// A job at a place of a list, with its quota; packed for speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot(u32);

impl Slot {
    /// A job up to a quota.
    #[must_use]
    pub fn new(job: JobId, quota: Quota) -> Self {
        Self(job.0 << 1 | (quota == Quota::Demand) as u32)
    }

    /// The job.
    #[must_use]
    pub fn job(self) -> JobId {
        JobId(self.0 >> 1)
    }

    /// How far it may be filled.
    #[must_use]
    pub fn quota(self) -> Quota {
        if self.0 & 1 == 1 { Quota::Demand } else { Quota::Need }
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Lists of slots by device class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    slots: Vec<Slot>,
    /// Where the list of each class ends.
    ends: Vec<u32>,
}

impl Plan {
    /// The list of a class; empty for classes the plan was made without.
    #[must_use]
    pub fn list(&self, class: usize) -> &[Slot] {
        let Some(&end) = self.ends.get(class) else { return &[] };
        let start = if class == 0 { 0 } else { self.ends[class - 1] };
        &self.slots[start as usize..end as usize]
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.ends.len()
    }

    /// Starts over.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.ends.clear();
    }

    /// Adds the list of the next class.
    pub fn push_list(&mut self, slots: impl IntoIterator<Item = Slot>) {
        self.slots.extend(slots);
        self.ends.push(self.slots.len() as u32);
    }

    /// One order for all: every class gets the jobs it may serve. O(classes × slots).
    pub fn share_order(&mut self, classes: &Classes, jobs: &[Job], order: &[Slot]) {
        self.clear();
        for class in 0..classes.len() {
            let groups = classes.groups(class);
            let may = |slot: &&Slot| groups >> jobs[slot.job().index()].spec.group & 1 == 1;
            self.slots.extend(order.iter().filter(may));
            self.ends.push(self.slots.len() as u32);
        }
    }
}
