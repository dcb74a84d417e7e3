//! `sacct --json`, as Slurm's data parsers write it since version 0.0.39 (Slurm 23.02).
//!
//! Later versions wrap numbers in objects, make states lists and step numbers texts; both forms
//! are read wherever they may occur. What is not needed is not looked at.

use placewright_models::memory_sizing::instance::limits;
use placewright_solver::issue::Issue;
use serde::Deserialize;

use super::job::{Ending, Job, Step};
use crate::codes;
use crate::files::foreign;

/// All jobs of a document.
///
/// # Errors
/// The first thing that is not of the layout, or all numbers that are out of range.
pub(super) fn jobs(text: &str) -> Result<Vec<Job>, Vec<Issue>> {
    let accounting: Accounting = foreign::read(text)?;
    let mut issues = Vec::new();
    let records = accounting.jobs.into_iter().enumerate();
    let jobs = records
        .map(|(index, record)| record.job(&mut Checks { job: index, issues: &mut issues }))
        .collect();
    if issues.is_empty() {
        return Ok(jobs);
    }
    foreign::locate(text, &mut issues);
    Err(issues)
}

#[derive(Deserialize)]
struct Accounting {
    jobs: Vec<JobRecord>,
}

#[derive(Deserialize)]
struct JobRecord {
    name: Option<String>,
    state: Option<JobState>,
    allocation_nodes: Option<Number>,
    #[serde(default)]
    required: Required,
    time: Option<Time>,
    #[serde(default)]
    tres: JobResources,
    #[serde(default)]
    steps: Vec<StepRecord>,
}

#[derive(Deserialize)]
struct JobState {
    current: Option<State>,
}

/// A state, with flags of it in later versions.
#[derive(Deserialize)]
#[serde(untagged)]
enum State {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize, Default)]
struct Required {
    #[serde(rename = "CPUs")]
    cores: Option<Number>,
    /// In MiB.
    memory_per_cpu: Option<Number>,
    /// In MiB.
    memory_per_node: Option<Number>,
}

#[derive(Deserialize)]
struct Time {
    /// In seconds.
    elapsed: Option<Number>,
}

#[derive(Deserialize, Default)]
struct JobResources {
    #[serde(default)]
    allocated: Vec<Resource>,
}

#[derive(Deserialize)]
struct StepRecord {
    step: Option<StepName>,
    state: Option<State>,
    tasks: Option<Tasks>,
    #[serde(default)]
    tres: StepResources,
}

#[derive(Deserialize)]
struct StepName {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Tasks {
    count: Option<Number>,
}

#[derive(Deserialize, Default)]
struct StepResources {
    /// What was used, in spite of the name.
    #[serde(default)]
    requested: StepUsage,
}

#[derive(Deserialize, Default)]
struct StepUsage {
    /// The largest of a task; memory in bytes.
    #[serde(default)]
    max: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "type")]
    kind: String,
    count: Option<Number>,
}

/// A number, alone or with what it means when there is none.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(serde_json::Number),
    Wrapped {
        #[serde(default)]
        set: bool,
        #[serde(default)]
        infinite: bool,
        #[serde(default)]
        number: Option<serde_json::Number>,
    },
}

impl Number {
    /// The number, where there is one; Slurm's negative numbers mean that there is none.
    fn known(number: Option<&Self>) -> Option<u64> {
        match number? {
            Number::Plain(value) => value.as_u64(),
            Number::Wrapped { set: true, infinite: false, number } => number.as_ref()?.as_u64(),
            Number::Wrapped { .. } => None,
        }
    }
}

impl State {
    fn ending(state: Option<&Self>) -> Ending {
        match state {
            Some(State::One(state)) => Ending::of(state),
            Some(State::Many(states)) => Ending::of(states.first().map_or("", String::as_str)),
            None => Ending::default(),
        }
    }
}

/// The count of a kind of resource; 0 where it does not occur.
fn count(resources: &[Resource], kind: &str) -> u64 {
    let counts = resources.iter().filter(|resource| resource.kind == kind);
    counts.filter_map(|resource| Number::known(resource.count.as_ref())).max().unwrap_or(0)
}

impl JobRecord {
    fn job(self, checks: &mut Checks) -> Job {
        let nodes = checks.count(Number::known(self.allocation_nodes.as_ref()), "allocation_nodes");
        let allocated = Some(count(&self.tres.allocated, "cpu")).filter(|&cores| cores > 0);
        let cores = allocated.or(Number::known(self.required.cores.as_ref()));
        let cores = checks.count(cores, "required/CPUs").div_ceil(nodes);
        let mut job = Job {
            name: self.name.unwrap_or_default(),
            ending: State::ending(self.state.and_then(|state| state.current).as_ref()),
            peak_bytes: 0,
            request_bytes: self.required.on_each_node_bytes(cores, checks),
            run_time_ms: self.time.and_then(|time| time.run_time_ms(checks)),
            cores,
            nodes,
            tasks: 0,
        };
        for (index, record) in self.steps.iter().enumerate().filter(|(_, step)| !step.is_extern()) {
            job.add(&record.step(index, checks));
        }
        job
    }
}

impl Required {
    /// What was requested on a node with this many cores, 0 if that is not known.
    fn on_each_node_bytes(&self, cores: u32, checks: &mut Checks) -> u64 {
        let (mib, key) = match Number::known(self.memory_per_node.as_ref()) {
            Some(mib) => (mib, "required/memory_per_node"),
            None => {
                let each = Number::known(self.memory_per_cpu.as_ref()).unwrap_or(0);
                (each.saturating_mul(cores.into()), "required/memory_per_cpu")
            }
        };
        checks.at_most(limits::MEMORY_MIB, mib, key) << 20
    }
}

impl Time {
    fn run_time_ms(&self, checks: &mut Checks) -> Option<u64> {
        let elapsed_s = Number::known(self.elapsed.as_ref())?;
        let run_time_ms = elapsed_s.saturating_mul(1000);
        Some(checks.at_most(limits::RUN_TIME_MS, run_time_ms, "time/elapsed"))
    }
}

impl StepRecord {
    fn is_extern(&self) -> bool {
        self.step.as_ref().and_then(|step| step.name.as_deref()) == Some("extern")
    }

    fn step(&self, index: usize, checks: &mut Checks) -> Step {
        let bytes = count(&self.tres.requested.max, "mem");
        let key = format!("steps/{index}/tres/requested/max");
        let bytes = checks.at_most(limits::MEMORY_MIB << 20, bytes, &key);
        let tasks = self.tasks.as_ref().and_then(|tasks| Number::known(tasks.count.as_ref()));
        Step {
            ending: State::ending(self.state.as_ref()),
            peak_bytes: bytes,
            tasks: tasks.unwrap_or(0),
        }
    }
}

/// Collects the numbers of a job that are out of range.
struct Checks<'a> {
    job: usize,
    issues: &'a mut Vec<Issue>,
}

impl Checks<'_> {
    /// The value, or 0 and an issue.
    fn at_most(&mut self, maximum: u64, value: u64, key: &str) -> u64 {
        if value <= maximum {
            return value;
        }
        let cause = format!("{value} is above {maximum}");
        let path = format!("/jobs/{}/{key}", self.job);
        self.issues.push(codes::issue(codes::FIELD_OUT_OF_RANGE, path, cause));
        0
    }

    /// A number of nodes or cores, 1 where it is not known.
    fn count(&mut self, value: Option<u64>, key: &str) -> u32 {
        let value = self.at_most(limits::COUNT.into(), value.unwrap_or(1), key);
        // The maximum is of the type.
        value.max(1) as u32
    }
}
