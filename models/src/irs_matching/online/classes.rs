//! Classes of devices: all of one hardware tier that may serve the same groups of jobs.

use serde::{Deserialize, Serialize};

/// Groups of jobs by number, one bit each.
pub type Groups = u128;

/// Largest number of groups.
pub const MOST_GROUPS: usize = Groups::BITS as usize;

/// The device classes met so far, numbered in the order in which they were met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes {
    groups: Vec<Groups>,
    tiers: Vec<u8>,
    /// By group: the classes that serve it.
    serving: Vec<Vec<u32>>,
}

impl Classes {
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

    /// The hardware tier of a class; 0 where tiers are not told apart.
    #[must_use]
    pub fn tier(&self, class: usize) -> u8 {
        self.tiers[class]
    }

    /// Whether devices of a class may serve a group. O(1).
    #[must_use]
    pub fn serves(&self, class: usize, group: u8) -> bool {
        self.groups[class] >> group & 1 == 1
    }

    /// The classes that may serve a group. O(1).
    pub fn serving(&self, group: u8) -> impl Iterator<Item = usize> + Clone + '_ {
        let classes = self.serving.get(usize::from(group)).map_or(&[][..], Vec::as_slice);
        classes.iter().map(|&class| class as usize)
    }

    /// The class of these groups and this tier, a new one if need be. O(classes).
    pub fn intern(&mut self, groups: Groups, tier: u8) -> usize {
        let known = |class: &usize| self.groups[*class] == groups && self.tiers[*class] == tier;
        if let Some(class) = (0..self.len()).find(known) {
            return class;
        }
        let class = self.len();
        self.groups.push(groups);
        self.tiers.push(tier);
        self.serving.resize(MOST_GROUPS, Vec::new());
        for (group, serving) in self.serving.iter_mut().enumerate() {
            if groups >> group & 1 == 1 {
                serving.push(class as u32);
            }
        }
        class
    }
}
