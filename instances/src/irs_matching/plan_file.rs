//! Plans as they stand in files: jobs and classes by name, devices by number.

use std::collections::HashMap;

use placewright_models::irs_matching::instance::{ClassId, Instance, JobId, Supply};
use placewright_models::irs_matching::plan::{Grant, Interval, Plan};
use placewright_solver::issue::Issue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::codes;

/// A plan by names: `devices` where they arrive one by one, `intervals` where classes have rates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// Which devices serve which job.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<JobEntry>,
    /// What jobs get while, in the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<IntervalEntry>,
}

/// The devices of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobEntry {
    /// Name of the job.
    pub job: String,
    /// Positions in the list of arrivals, from 0.
    pub serves: Vec<u32>,
}

/// What jobs get between two times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IntervalEntry {
    /// The interval's first millisecond.
    pub start_ms: u64,
    /// The first millisecond after it.
    pub end_ms: u64,
    /// Who gets how much of which class.
    pub grants: Vec<GrantEntry>,
}

/// What a job gets of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantEntry {
    /// Name of the job.
    pub job: String,
    /// Name of the class.
    pub class: String,
    /// How much, in micro-devices (10⁻⁶ devices).
    pub micro_devices: u64,
}

impl PlanFile {
    /// The file form of a plan of this instance; entries beyond the instance are left out.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        match plan {
            Plan::Devices(serves) => {
                let mut devices: Vec<JobEntry> = instance
                    .jobs
                    .iter()
                    .map(|job| JobEntry { job: job.name.clone(), serves: vec![] })
                    .collect();
                for (device, job) in (0..).zip(serves) {
                    if let Some(entry) = job.and_then(|job| devices.get_mut(job.index())) {
                        entry.serves.push(device);
                    }
                }
                Self { devices, intervals: vec![] }
            }
            Plan::Fluid(intervals) => {
                let grant = |grant: &Grant| {
                    Some(GrantEntry {
                        job: instance.jobs.get(grant.job.index())?.name.clone(),
                        class: instance.classes.get(grant.class.index())?.name.clone(),
                        micro_devices: grant.micro_devices,
                    })
                };
                let interval = |interval: &Interval| IntervalEntry {
                    start_ms: interval.start_ms,
                    end_ms: interval.end_ms,
                    grants: interval.grants.iter().filter_map(grant).collect(),
                };
                Self { devices: vec![], intervals: intervals.iter().map(interval).collect() }
            }
        }
    }

    /// The plan in terms of an instance.
    ///
    /// # Errors
    /// Names and devices that are unknown or given twice, with pointers relative to this object.
    pub fn into_plan(self, instance: &Instance) -> Result<Plan, Vec<Issue>> {
        let mut issues = Vec::new();
        if !self.devices.is_empty() && !self.intervals.is_empty() {
            let cause = "a plan has devices or intervals, not both";
            issues.push(codes::issue(codes::NOT_PERMITTED, "", cause));
        }
        let jobs = index(instance.jobs.iter().map(|job| job.name.as_str()));
        let plan = match &instance.supply {
            Supply::Devices(arrivals) if self.intervals.is_empty() => {
                let count = arrivals.time_ms.len();
                Plan::Devices(serves(&self.devices, count, &jobs, &mut issues))
            }
            Supply::Rates(_) if !self.devices.is_empty() => {
                // The referee says what is wrong with it.
                Plan::Devices(vec![])
            }
            _ => {
                let classes = index(instance.classes.iter().map(|class| class.name.as_str()));
                Plan::Fluid(intervals(&self.intervals, &jobs, &classes, &mut issues))
            }
        };
        if issues.is_empty() { Ok(plan) } else { Err(issues) }
    }
}

type Index<'a> = HashMap<&'a str, u32>;

fn index<'a>(names: impl Iterator<Item = &'a str>) -> Index<'a> {
    names.zip(0..).collect()
}

fn serves(
    entries: &[JobEntry],
    count: usize,
    jobs: &Index,
    issues: &mut Vec<Issue>,
) -> Vec<Option<JobId>> {
    let mut serves = vec![None; count];
    let mut seen = HashMap::new();
    for (position, entry) in entries.iter().enumerate() {
        let path = format!("/devices/{position}/job");
        let Some(job) = find(jobs, &entry.job, "job", &path, issues) else { continue };
        if let Some(first) = seen.insert(job, position) {
            let cause = format!("{:?} has devices at /devices/{first} too", entry.job);
            issues.push(codes::issue(codes::DUPLICATE_NAME, path, cause));
        }
        for (at, &device) in entry.serves.iter().enumerate() {
            let path = || format!("/devices/{position}/serves/{at}");
            match serves.get_mut(device as usize) {
                None => {
                    let cause = format!("there is no device {device}, there are {count}");
                    issues.push(codes::issue(codes::UNKNOWN_NAME, path(), cause));
                }
                Some(Some(_)) => {
                    let cause = format!("device {device} serves already");
                    issues.push(codes::issue(codes::DUPLICATE_NAME, path(), cause));
                }
                Some(free) => *free = Some(JobId(job)),
            }
        }
    }
    serves
}

fn intervals(
    entries: &[IntervalEntry],
    jobs: &Index,
    classes: &Index,
    issues: &mut Vec<Issue>,
) -> Vec<Interval> {
    let mut intervals = Vec::with_capacity(entries.len());
    for (position, entry) in entries.iter().enumerate() {
        let mut grants = Vec::with_capacity(entry.grants.len());
        for (at, grant) in entry.grants.iter().enumerate() {
            let path = format!("/intervals/{position}/grants/{at}");
            let job = find(jobs, &grant.job, "job", &format!("{path}/job"), issues);
            let class = find(classes, &grant.class, "class", &format!("{path}/class"), issues);
            let (Some(job), Some(class)) = (job, class) else { continue };
            let micro_devices = grant.micro_devices;
            grants.push(Grant { job: JobId(job), class: ClassId(class), micro_devices });
        }
        intervals.push(Interval { start_ms: entry.start_ms, end_ms: entry.end_ms, grants });
    }
    intervals
}

fn find(index: &Index, name: &str, what: &str, path: &str, issues: &mut Vec<Issue>) -> Option<u32> {
    let found = index.get(name).copied();
    if found.is_none() {
        let cause = format!("the instance has no {what} {name:?}");
        issues.push(codes::issue(codes::UNKNOWN_NAME, path, cause));
    }
    found
}
