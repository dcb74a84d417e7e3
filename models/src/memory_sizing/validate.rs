//! Everything that can be wrong with an instance: one function per code.

use std::collections::HashMap;

use placewright_solver::issue::Issue;

use super::instance::{Instance, Samples, TaskType, limits};

/// All issues of an instance, in the order of the file.
#[must_use]
pub fn validate(instance: &Instance) -> Vec<Issue> {
    let mut issues = Vec::new();
    limits_in_range(instance, &mut issues);
    time_to_failure_is_a_share(instance, &mut issues);
    granularity_within_limit(instance, &mut issues);
    menu_is_not_empty(instance, &mut issues);
    nodes_in_range(instance, &mut issues);
    names_are_unique("MS006", "/nodes", instance.nodes.iter().map(|n| &n.name), &mut issues);
    types_exist(instance, &mut issues);
    names_are_unique("MS008", "/types", instance.types.iter().map(|t| &t.name), &mut issues);
    for (index, task_type) in instance.types.iter().enumerate() {
        let path = format!("/types/{index}");
        type_in_range(task_type, &path, &mut issues);
        columns_have_one_length(&task_type.samples, &path, &mut issues);
        samples_in_range(&task_type.samples, &path, &mut issues);
    }
    total_weight_in_range(instance, &mut issues);
    issues
}

/// `MS001`: an instance-wide number is outside its range.
fn limits_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let mut check = |key: &str, value: u64, low: u64, high: u64| {
        range("MS001", format!("/{key}"), value, low, high, issues);
    };
    check("node_limit_mib", instance.node_limit_mib, 1, limits::MEMORY_MIB);
    check("granularity_mib", instance.granularity_mib, 1, limits::MEMORY_MIB);
    check("failure_price_mib_ms", instance.failure_price_mib_ms, 0, limits::FAILURE_PRICE);
    check("max_attempts", instance.max_attempts.into(), 1, limits::ATTEMPTS.into());
}

/// `MS002`: the time to failure is not a share of the run time.
fn time_to_failure_is_a_share(instance: &Instance, issues: &mut Vec<Issue>) {
    let ratio = instance.time_to_failure;
    if ratio.denominator == 0
        || ratio.numerator > ratio.denominator
        || ratio.denominator > limits::RATIO
    {
        issues.push(Issue::new(
            "MS002",
            "/time_to_failure",
            format!("{}/{} is not a share of the run time", ratio.numerator, ratio.denominator),
            format!("give a fraction between 0/1 and 1/1, denominator at most {}", limits::RATIO),
        ));
    }
}

/// `MS003`: no multiple of the granularity lies within the node limit.
fn granularity_within_limit(instance: &Instance, issues: &mut Vec<Issue>) {
    if instance.granularity_mib > instance.node_limit_mib && instance.node_limit_mib > 0 {
        issues.push(Issue::new(
            "MS003",
            "/granularity_mib",
            format!(
                "the granularity of {} MiB exceeds the node limit of {} MiB, so no allocation is allowed",
                instance.granularity_mib, instance.node_limit_mib
            ),
            "lower granularity_mib or raise node_limit_mib",
        ));
    }
}

/// `MS004`: a menu of no sizes.
fn menu_is_not_empty(instance: &Instance, issues: &mut Vec<Issue>) {
    if instance.max_distinct_sizes == Some(0) {
        issues.push(Issue::new(
            "MS004",
            "/max_distinct_sizes",
            "a menu of 0 sizes allows no allocation",
            "allow at least 1 size, or leave the key out for no menu",
        ));
    }
}

/// `MS005`: a node's cores or memory are outside their range.
fn nodes_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    for (index, node) in instance.nodes.iter().enumerate() {
        let path = |key: &str| format!("/nodes/{index}/{key}");
        range("MS005", path("cores"), node.cores.into(), 1, limits::COUNT.into(), issues);
        range("MS005", path("memory_mib"), node.memory_mib, 1, limits::MEMORY_MIB, issues);
    }
}

/// `MS007`: there is nothing to size.
fn types_exist(instance: &Instance, issues: &mut Vec<Issue>) {
    if instance.types.is_empty() {
        issues.push(Issue::new(
            "MS007",
            "/types",
            "there are no task types",
            "add at least one task type with samples",
        ));
    }
}

/// `MS006`, `MS008`: a name is empty or used twice.
fn names_are_unique<'a>(
    code: &'static str,
    root: &str,
    names: impl Iterator<Item = &'a String>,
    issues: &mut Vec<Issue>,
) {
    let mut first_use = HashMap::new();
    for (index, name) in names.enumerate() {
        let path = format!("{root}/{index}/name");
        if name.trim().is_empty() {
            issues.push(Issue::new(code, path, "the name is empty", "give it a name"));
        } else if let Some(first) = first_use.insert(name, index) {
            let cause = format!("the name {name:?} is already used at {root}/{first}");
            issues.push(Issue::new(code, path, cause, "give every entry a name of its own"));
        }
    }
}

/// `MS009`: a type's cores, slots or attempts are outside their range.
fn type_in_range(task_type: &TaskType, path: &str, issues: &mut Vec<Issue>) {
    let mut check = |key: &str, value: u32, high: u32| {
        range("MS009", format!("{path}/{key}"), value.into(), 1, high.into(), issues);
    };
    check("cores", task_type.cores, limits::COUNT);
    check("slots", task_type.slots, limits::COUNT);
    check("max_attempts", task_type.max_attempts.unwrap_or(1), limits::ATTEMPTS);
}

/// `MS010`: no samples, or columns of different lengths.
fn columns_have_one_length(samples: &Samples, path: &str, issues: &mut Vec<Issue>) {
    if samples.is_empty() {
        issues.push(Issue::new(
            "MS010",
            format!("{path}/samples/peak_mib"),
            "the type has no samples",
            "leave the type out, or give at least one sample",
        ));
    }
    let columns = [
        ("run_time_ms", samples.run_time_ms.len(), false),
        ("weight", samples.weight.len(), true),
        ("input_size_bytes", samples.input_size_bytes.len(), true),
        ("request_mib", samples.request_mib.len(), true),
        ("censored", samples.censored.len(), true),
    ];
    for (key, length, optional) in columns {
        if length != samples.len() && !(optional && length == 0) {
            issues.push(Issue::new(
                "MS010",
                format!("{path}/samples/{key}"),
                format!("{length} values, but peak_mib has {}", samples.len()),
                "give every column one value per sample",
            ));
        }
    }
}

/// `MS011`: a sample is outside its range.
fn samples_in_range(samples: &Samples, path: &str, issues: &mut Vec<Issue>) {
    let columns = [
        ("peak_mib", &samples.peak_mib, 1, limits::MEMORY_MIB),
        ("run_time_ms", &samples.run_time_ms, 0, limits::RUN_TIME_MS),
        ("weight", &samples.weight, 1, limits::WEIGHT),
        ("request_mib", &samples.request_mib, 1, limits::MEMORY_MIB),
    ];
    for (key, values, low, high) in columns {
        for (index, &value) in values.iter().enumerate() {
            if value < low || value > high {
                let path = format!("{path}/samples/{key}/{index}");
                range("MS011", path, value, low, high, issues);
            }
        }
    }
}

/// `MS012`: all samples together are too much for exact sums.
fn total_weight_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let total = |value: fn(&Samples, usize) -> u128| -> u128 {
        let of_type =
            |t: &TaskType| (0..t.samples.len()).map(|i| value(&t.samples, i)).sum::<u128>();
        instance.types.iter().map(of_type).sum()
    };
    let weight = total(|s, i| s.weight(i).into());
    let run_time = total(|s, i| {
        u128::from(s.weight(i)) * u128::from(s.run_time_ms.get(i).copied().unwrap_or(0))
    });
    let mut check = |what: &str, total: u128, limit: u128| {
        if total > limit {
            let cause = format!("the {what} of all samples is {total}, more than {limit}");
            let action = "divide all weights by a common factor";
            issues.push(Issue::new("MS012", "/types", cause, action));
        }
    };
    check("weight", weight, limits::TOTAL_WEIGHT);
    check("weighted run time in ms", run_time, limits::TOTAL_RUN_TIME_MS);
}

fn range(
    code: &'static str,
    path: String,
    value: u64,
    low: u64,
    high: u64,
    issues: &mut Vec<Issue>,
) {
    if value < low || value > high {
        issues.push(Issue::new(
            code,
            path,
            format!("{value} is outside {low}..={high}"),
            "check the value and its unit",
        ));
    }
}
