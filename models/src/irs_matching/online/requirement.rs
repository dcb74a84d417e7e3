//! Which devices a job may use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::classes::{Groups, MOST_GROUPS};

/// What a device must be to serve a job. Jobs of equal requirements form a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// All these bits of the mask that the platform gives a device.
    Bits(u64),
    /// Attributes of at least these values; a device without one of them does not qualify.
    AtLeast(BTreeMap<String, f64>),
}

/// How a device introduces itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Device<'a> {
    /// By a mask of the platform; thresholds are not met.
    Mask(u64),
    /// By its attributes; only [`Requirement::Bits`] of no bits are met.
    Attributes(&'a BTreeMap<String, f64>),
}

impl Requirement {
    /// Whether a device meets it.
    #[must_use]
    pub fn met_by(&self, device: Device<'_>) -> bool {
        match (self, device) {
            (Self::Bits(bits), Device::Mask(mask)) => mask & bits == *bits,
            (Self::Bits(bits), Device::Attributes(_)) => *bits == 0,
            (Self::AtLeast(_), Device::Mask(_)) => false,
            (Self::AtLeast(least), Device::Attributes(has)) => {
                least.iter().all(|(name, value)| has.get(name).is_some_and(|has| has >= value))
            }
        }
    }

    /// Whether every threshold is a number.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Bits(_) => true,
            Self::AtLeast(least) => least.values().all(|value| value.is_finite()),
        }
    }
}

/// The requirements met so far; the number of one is that of its group of jobs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Requirements(Vec<Requirement>);

impl Requirements {
    /// The group of a requirement and whether it is new; none where there is no room for one more.
    /// O(groups).
    pub fn intern(&mut self, requirement: &Requirement) -> Option<(u8, bool)> {
        let known = self.0.iter().position(|known| known == requirement);
        let group = known.unwrap_or(self.0.len());
        if group == MOST_GROUPS {
            return None;
        }
        if known.is_none() {
            self.0.push(requirement.clone());
        }
        Some((group as u8, known.is_none()))
    }

    /// The groups whose requirement a device meets. O(groups).
    #[must_use]
    pub fn groups(&self, device: Device<'_>) -> Groups {
        let met = |(group, requirement): (usize, &Requirement)| {
            Groups::from(requirement.met_by(device)) << group
        };
        self.0.iter().enumerate().map(met).fold(0, |all, bit| all | bit)
    }
}
