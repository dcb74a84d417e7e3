//! A plan to be handed out: front-ends decide with it and report later.

use serde::{Deserialize, Serialize};

use super::classes::Groups;
use super::job::JobId;
use super::matcher::Matcher;
use super::requirement::{Device, Requirements};

/// An immutable plan. A front-end gives each entry's quota out and asks for a new plan when it has
/// used one up or the plan is old; several front-ends share the quotas among themselves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanSnapshot {
    /// When it was made.
    pub made_ms: u64,
    /// The requirements by number of the group.
    pub requirements: Requirements,
    /// A list for every class of devices met so far.
    pub lists: Vec<ClassList>,
}

/// The jobs of a class of devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassList {
    /// The groups that the devices serve, in ascending order.
    pub groups: Vec<u8>,
    /// Jobs, best first.
    pub entries: Vec<Entry>,
}

/// A job in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The job.
    pub job: JobId,
    /// Devices that may be given at this place. The quota of a later place of the same job includes
    /// that of the earlier one.
    pub quota: u32,
}

impl PlanSnapshot {
    pub(super) fn new(made_ms: u64, requirements: &Requirements, matcher: &Matcher) -> Self {
        let list = |class: usize| {
            let slots = matcher.plan().list(class).iter();
            let entries = slots
                .map(|&slot| Entry { job: slot.job(), quota: matcher.room(slot).max(0) as u32 });
            let entries = entries.filter(|entry| entry.quota > 0).collect();
            ClassList { groups: numbers(matcher.classes().groups(class)), entries }
        };
        let lists = (0..matcher.classes().len()).map(list).collect();
        Self { made_ms, requirements: requirements.clone(), lists }
    }

    /// The jobs of a device, best first; none for a class that had not been met.
    #[must_use]
    pub fn list(&self, device: Device<'_>) -> &[Entry] {
        let groups = numbers(self.requirements.groups(device));
        let list = self.lists.iter().find(|list| list.groups == groups);
        list.map_or(&[], |list| &list.entries)
    }
}

fn numbers(groups: Groups) -> Vec<u8> {
    (0..Groups::BITS as u8).filter(|group| groups >> group & 1 == 1).collect()
}
