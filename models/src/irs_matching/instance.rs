//! The data of a matching problem: device classes, their supply, and jobs.

mod requirement;
mod supply;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use requirement::{AttributeValue, Comparison, Condition};
pub use supply::{Arrivals, Rates, Supply, SupplyCurves};

/// Device classes with their supply, and the jobs that ask for devices.
///
/// Units: times in ms from a common zero, demands in devices, rates in micro-devices (10⁻⁶ devices)
/// per second, shares in parts per million.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// The kinds of devices. Devices of a class may serve the same jobs.
    #[schemars(length(min = 1))]
    pub classes: Vec<DeviceClass>,
    /// When devices of which class are there.
    pub supply: Supply,
    /// The jobs.
    #[schemars(length(min = 1))]
    pub jobs: Vec<Job>,
}

/// A kind of device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceClass {
    /// Unique name.
    pub name: String,
    /// What jobs may ask about, by name: an integer (unit in the name) or a label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, AttributeValue>,
}

/// A collaborative-learning job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Unique name.
    pub name: String,
    /// Devices that each round asks for.
    #[schemars(range(min = 1, max = 4_294_967_296_u64))]
    pub demand_devices: u64,
    /// How many rounds, one after the other.
    #[serde(default = "one_round", skip_serializing_if = "is_one_round")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub rounds: u32,
    /// What a millisecond of its completion time costs.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1, max = 1_048_576))]
    pub weight: u64,
    /// It may get devices from this time on, in ms.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub release_ms: u64,
    /// From a round's last device until its responses are in, in ms.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(max = 1_099_511_627_776_u64))]
    pub round_latency_ms: u64,
    /// It must be complete by this time, in ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2_199_023_255_552_u64))]
    pub deadline_ms: Option<u64>,
    /// Least share, in parts per million, of what its classes supply while it wants devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1_000_000))]
    pub min_share_ppm: Option<u32>,
    /// What a device must have: all conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Condition>,
    /// Names of the classes that may serve it, as far as they meet the conditions; without the
    /// key, all classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
}

fn one_round() -> u32 {
    1
}

fn one() -> u64 {
    1
}

// Serde passes what it asks about by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one_round(rounds: &u32) -> bool {
    *rounds == 1
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_one(weight: &u64) -> bool {
    *weight == 1
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(time_ms: &u64) -> bool {
    *time_ms == 0
}

/// Index of a job in [`Instance::jobs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u32);

/// Index of a class in [`Instance::classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

impl JobId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ClassId {
    /// The index as a `usize`.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// From `start_ms` until just before `end_ms`, or for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The window's first millisecond.
    pub start_ms: u64,
    /// The first millisecond after it.
    pub end_ms: Option<u64>,
}

/// Micro-devices in a device.
pub const MICRO: u64 = 1_000_000;

/// Limits within which every number of the referee is exact: 2^32 devices in all are 2^52
/// micro-devices; even at 10⁻⁶ devices a second they are there after 2^62 ms, which weighted by
/// 2^36 in all stays below 2^99.
pub mod limits {
    /// Latest time in the data, in ms (35 years); deadlines may be twice as late.
    pub const TIME_MS: u64 = 1 << 40;
    /// Highest rate of a class, in micro-devices per second.
    pub const RATE_MICRO_PER_S: u64 = 1 << 40;
    /// Devices that all rounds of all jobs ask for together.
    pub const TOTAL_DEMAND: u128 = 1 << 32;
    /// Largest weight of a job.
    pub const WEIGHT: u64 = 1 << 20;
    /// Most rounds of a job.
    pub const ROUNDS: u32 = 1 << 20;
    /// Most jobs.
    pub const JOBS: usize = 1 << 16;
    /// Most classes.
    pub const CLASSES: usize = 1 << 12;
    /// Shares are parts of this.
    pub const SHARE_PPM: u32 = 1_000_000;
}

impl Instance {
    /// Which classes may serve which jobs, one row per job.
    #[must_use]
    pub fn eligibility(&self) -> Vec<Vec<bool>> {
        self.jobs.iter().map(|job| self.eligible(job)).collect()
    }

    /// The classes that may serve a job, ascending.
    #[must_use]
    pub fn eligible_masks(&self, job: JobId) -> Vec<usize> {
        let eligible = self.eligible(&self.jobs[job.index()]);
        (0..eligible.len()).filter(|&class| eligible[class]).collect()
    }

    fn eligible(&self, job: &Job) -> Vec<bool> {
        let listed = |class: &DeviceClass| {
            job.classes.as_ref().is_none_or(|names| names.contains(&class.name))
        };
        let meets =
            |class: &DeviceClass| job.requires.iter().all(|each| each.is_met_by(&class.attributes));
        self.classes.iter().map(|class| listed(class) && meets(class)).collect()
    }

    /// When devices help a job to meet its deadline: from its release on, and where it has a
    /// deadline, before `end_ms`. Empty where the latencies alone take too long.
    #[must_use]
    pub fn window(&self, job: &Job) -> Window {
        let start_ms = job.release_ms;
        let end_ms = job.deadline_ms.map(|deadline_ms| {
            if job.earliest_completion_ms() > deadline_ms {
                return start_ms;
            }
            self.end_after(deadline_ms - job.round_latency_ms).max(start_ms)
        });
        Window { start_ms, end_ms }
    }

    /// The end of a window whose last device is there at `last_ms`: rates supply until then, a
    /// single device still counts if it arrives at that very time.
    #[must_use]
    pub fn end_after(&self, last_ms: u64) -> u64 {
        match self.supply {
            Supply::Devices(_) => last_ms + 1,
            Supply::Rates(_) => last_ms,
        }
    }

    /// Rates of every class per segment, in micro-devices per second; empty for single devices.
    #[must_use]
    pub fn supplies(&self) -> Vec<&[u64]> {
        match &self.supply {
            Supply::Devices(_) => Vec::new(),
            Supply::Rates(rates) => rates.rate_micro_per_s.iter().map(Vec::as_slice).collect(),
        }
    }
}

impl Job {
    /// Devices that all rounds ask for together.
    #[must_use]
    pub fn total_devices(&self) -> u64 {
        u64::from(self.rounds) * self.demand_devices
    }

    /// The same in micro-devices.
    #[must_use]
    pub fn total_micro(&self) -> u64 {
        self.total_devices() * MICRO
    }

    /// No round can be over before all of them have awaited their responses.
    #[must_use]
    pub fn earliest_completion_ms(&self) -> u64 {
        self.release_ms + u64::from(self.rounds) * self.round_latency_ms
    }

    /// When the job is complete if its last device is there at `last_ms`.
    #[must_use]
    pub fn completion_ms(&self, last_ms: u64) -> u64 {
        (last_ms + self.round_latency_ms).max(self.earliest_completion_ms())
    }

    /// What the job must have of what its classes have supplied since its release, both in the
    /// same unit, as is its total demand.
    #[must_use]
    pub fn least_due(&self, supplied: u128, total: u64) -> u64 {
        let share = u128::from(self.min_share_ppm.unwrap_or(0));
        let due = supplied * share / u128::from(limits::SHARE_PPM);
        due.min(u128::from(total)) as u64
    }
}
