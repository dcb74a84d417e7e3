//! Classes of devices: all that may serve the same groups of jobs.

use serde::{Deserialize, Serialize};

/// Groups of jobs by number, one bit each.
pub type Groups = u128;

/// Largest number of groups.
pub const MOST_GROUPS: usize = 128;

/// The device classes met so far, numbered in the order in which they were met.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Classes {
    groups: Vec<Groups>,
}

impl Classes {
    /// The classes of these groups, in this order.
    #[must_use]
    pub fn new(groups: Vec<Groups>) -> Self {
        Self { groups }
    }

    /// Number of classes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The groups that a class may serve.
    #[must_use]
    pub fn groups(&self, class: usize) -> Groups {
        self.groups[class]
    }

    /// Whether devices of a class may serve a group. O(1).
    #[must_use]
    pub fn serves(&self, class: usize, group: u8) -> bool {
        self.groups[class] >> group & 1 == 1
    }

    /// The class of these groups, a new one if need be. O(classes).
    pub fn intern(&mut self, groups: Groups) -> usize {
        self.groups.iter().position(|&known| known == groups).unwrap_or_else(|| {
            self.groups.push(groups);
            self.groups.len() - 1
        })
    }
}
