//! From executions to an instance.

use std::collections::BTreeMap;

use placewright_models::memory_sizing::instance::{Instance, Samples, TaskType, limits};
use placewright_models::memory_sizing::validate::validate;
use placewright_solver::issue::Issue;

use super::settings::Settings;
use super::summary::Summary;
use super::superseded::Superseded;
use crate::codes;

/// One past execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::memory_sizing) struct Execution {
    pub(in crate::memory_sizing) task_type: String,
    pub(in crate::memory_sizing) cores: u32,
    /// Of a censored execution, the allocation that was too small.
    pub(in crate::memory_sizing) peak_bytes: u64,
    pub(in crate::memory_sizing) run_time_ms: u64,
    pub(in crate::memory_sizing) weight: u64,
    pub(in crate::memory_sizing) input_size_bytes: Option<u64>,
    pub(in crate::memory_sizing) request_bytes: Option<u64>,
    /// What it was called, such as its sample.
    pub(in crate::memory_sizing) label: Option<String>,
    /// When it was submitted, where that is known in ms since 1970.
    pub(in crate::memory_sizing) submitted_ms: Option<u64>,
    pub(in crate::memory_sizing) censored: bool,
    /// A later attempt of the same task that tells more.
    pub(in crate::memory_sizing) superseded: Option<Superseded>,
}

impl Execution {
    /// The peak in whole MiB. That of a censored execution is rounded down: it then needs the next
    /// MiB, and not one beyond.
    fn peak_mib(&self) -> u64 {
        match self.censored {
            true => (self.peak_bytes >> 20).max(1),
            false => self.peak_bytes.div_ceil(1 << 20),
        }
    }

    fn request_mib(&self) -> Option<u64> {
        self.request_bytes.map(|bytes| bytes.div_ceil(1 << 20))
    }
}

/// Groups executions by type, in the order of names; within a type they keep their order.
///
/// # Errors
/// When no execution is left, or limits of the settings contradict each other.
pub(super) fn collect(
    executions: Vec<Execution>,
    settings: &Settings,
    summary: &mut Summary,
) -> Result<Instance, Vec<Issue>> {
    summary.settle();
    let mut groups: BTreeMap<String, Vec<Execution>> = BTreeMap::new();
    for execution in executions {
        if let Some(later) = execution.superseded {
            summary.skip(later.reason());
            continue;
        }
        groups.entry(execution.task_type.clone()).or_default().push(execution);
    }
    groups.retain(|_, group| enough(group, settings, summary));
    if groups.is_empty() {
        let cause = format!("none of {} rows is usable: {}", summary.rows, summary.reasons());
        return Err(vec![codes::issue(codes::NO_SAMPLES, "", cause)]);
    }
    let kept = || groups.values().flatten();
    summary.types = groups.len() as u64;
    summary.used = kept().count() as u64;
    summary.censored = kept().filter(|execution| execution.censored).count() as u64;
    let node_limit_mib = node_limit(kept(), settings, summary);
    let types: Vec<_> =
        groups.into_iter().map(|(name, group)| task_type(name, &group, summary)).collect();
    let instance = instance(settings, node_limit_mib, types);
    let issues = validate(&instance);
    if issues.is_empty() { Ok(instance) } else { Err(issues) }
}

fn enough(group: &[Execution], settings: &Settings, summary: &mut Summary) -> bool {
    let enough = group.len() as u64 >= settings.min_samples;
    if !enough {
        let reason = format!("of a type with fewer than {} samples", settings.min_samples);
        group.iter().for_each(|_| summary.skip(reason.as_str()));
    }
    enough
}

fn instance(settings: &Settings, node_limit_mib: u64, types: Vec<TaskType>) -> Instance {
    Instance {
        node_limit_mib,
        granularity_mib: settings.granularity_mib,
        time_to_failure: settings.time_to_failure,
        failure_price_mib_ms: settings.failure_price_mib_ms,
        max_attempts: settings.max_attempts,
        max_distinct_sizes: None,
        max_failures: None,
        nodes: Vec::new(),
        types,
    }
}

/// The limit that was set, or the largest request or need in whole GiB and in the granularity.
fn node_limit<'a>(
    executions: impl Iterator<Item = &'a Execution>,
    settings: &Settings,
    summary: &mut Summary,
) -> u64 {
    let (mut needed_mib, mut requested_mib) = (1, 1);
    for execution in executions {
        needed_mib = needed_mib.max(execution.peak_mib() + u64::from(execution.censored));
        requested_mib = requested_mib.max(execution.request_mib().unwrap_or(1));
    }
    if let Some(limit_mib) = settings.node_limit_mib {
        if limit_mib < needed_mib {
            summary.warnings.push(format!(
                "the node limit, {limit_mib} MiB, is below the need of {needed_mib} MiB: \
                 no plan is feasible"
            ));
        }
        return limit_mib;
    }
    let whole_gib = needed_mib.max(requested_mib).next_multiple_of(1024);
    let rounded = whole_gib.checked_next_multiple_of(settings.granularity_mib);
    rounded.unwrap_or(limits::MEMORY_MIB).min(limits::MEMORY_MIB)
}

fn task_type(name: String, group: &[Execution], summary: &mut Summary) -> TaskType {
    let weighted = group.iter().any(|execution| execution.weight != 1);
    let censored = group.iter().any(|execution| execution.censored);
    let samples = Samples {
        peak_mib: group.iter().map(Execution::peak_mib).collect(),
        run_time_ms: group.iter().map(|execution| execution.run_time_ms).collect(),
        weight: group.iter().filter(|_| weighted).map(|execution| execution.weight).collect(),
        input_size_bytes: known(&name, "input size", group, |e| e.input_size_bytes, summary),
        request_mib: known(&name, "memory request", group, Execution::request_mib, summary),
        censored: group.iter().filter(|_| censored).map(|execution| execution.censored).collect(),
    };
    let cores = group.iter().map(|execution| execution.cores).max().unwrap_or(1);
    TaskType { name, cores, slots: 1, max_attempts: None, samples }
}

/// A column that is only of use when it is known for all samples of the type.
fn known(
    name: &str,
    what: &str,
    group: &[Execution],
    value: impl Fn(&Execution) -> Option<u64>,
    summary: &mut Summary,
) -> Vec<u64> {
    let values: Vec<u64> = group.iter().filter_map(value).collect();
    if values.len() == group.len() {
        return values;
    }
    if !values.is_empty() {
        let (missing, all) = (group.len() - values.len(), group.len());
        let warning = format!("{name}: no {what} in {missing} of {all} rows, so it is left out");
        summary.warnings.push(warning);
    }
    Vec::new()
}
