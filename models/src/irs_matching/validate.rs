//! Everything that can be wrong with an instance: one function per code.

use std::collections::{BTreeMap, HashMap};

use placewright_solver::issue::Issue;

use super::instance::{Arrivals, AttributeValue, Comparison, Instance, Job, Rates, Supply, limits};

/// All issues of an instance, in the order of the file.
#[must_use]
pub fn validate(instance: &Instance) -> Vec<Issue> {
    let mut issues = Vec::new();
    classes_and_jobs_exist(instance, &mut issues);
    names_are_unique("IM002", "/classes", instance.classes.iter().map(|c| &c.name), &mut issues);
    match &instance.supply {
        Supply::Devices(arrivals) => arrivals_in_order(instance, arrivals, &mut issues),
        Supply::Rates(rates) => rates_in_order(instance, rates, &mut issues),
    }
    names_are_unique("IM003", "/jobs", instance.jobs.iter().map(|j| &j.name), &mut issues);
    let before = issues.len();
    for (index, job) in instance.jobs.iter().enumerate() {
        let path = format!("/jobs/{index}");
        job_in_range(job, &path, &mut issues);
        conditions_make_sense(instance, job, &path, &mut issues);
        listed_classes_exist(instance, job, &path, &mut issues);
    }
    if issues.len() == before {
        total_demand_in_range(instance, &mut issues);
        jobs_have_classes(instance, &mut issues);
    }
    issues
}

/// `IM001`: nothing to match, or too much of it.
fn classes_and_jobs_exist(instance: &Instance, issues: &mut Vec<Issue>) {
    let counts = [
        ("/classes", instance.classes.len(), limits::CLASSES),
        ("/jobs", instance.jobs.len(), limits::JOBS),
    ];
    for (path, count, most) in counts {
        if count == 0 || count > most {
            let cause = format!("{count} entries, 1 to {most} are possible");
            issues.push(Issue::new("IM001", path, cause, "give at least one class and one job"));
        }
    }
}

/// `IM002`, `IM003`: a name is empty or used twice.
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

/// `IM004`: arrivals that are not in order, not in range, or of no class.
fn arrivals_in_order(instance: &Instance, arrivals: &Arrivals, issues: &mut Vec<Issue>) {
    let mut refuse = |path: String, cause: String, action: &str| {
        issues.push(Issue::new("IM004", format!("/supply/{path}"), cause, action));
    };
    let (times, classes) = (&arrivals.time_ms, &arrivals.class);
    if times.len() != classes.len() {
        let cause = format!("{} classes for {} times", classes.len(), times.len());
        refuse("class".into(), cause, "give every device a time and a class");
    }
    ascending(times, |at, cause| {
        refuse(format!("time_ms/{at}"), cause, "sort devices by arrival");
    });
    for (index, &class) in classes.iter().enumerate() {
        if class as usize >= instance.classes.len() {
            let cause = format!("there is no class {class}, classes count from 0");
            refuse(format!("class/{index}"), cause, "give the class's position in classes");
        }
    }
}

/// `IM005`: segments that are not in order, or rates that are not one per class and segment.
fn rates_in_order(instance: &Instance, rates: &Rates, issues: &mut Vec<Issue>) {
    let mut refuse = |path: String, cause: String, action: &str| {
        issues.push(Issue::new("IM005", format!("/supply/{path}"), cause, action));
    };
    let starts = &rates.segment_start_ms;
    if starts.first() != Some(&0) || starts.windows(2).any(|pair| pair[0] == pair[1]) {
        let cause = "segments begin at 0 and each later than the one before it".to_owned();
        refuse("segment_start_ms".into(), cause, "remove repetitions, begin with 0");
    }
    ascending(starts, |at, cause| {
        refuse(format!("segment_start_ms/{at}"), cause, "sort segments by time");
    });
    if rates.rate_micro_per_s.len() != instance.classes.len() {
        let (found, wanted) = (rates.rate_micro_per_s.len(), instance.classes.len());
        let cause = format!("rates of {found} classes, there are {wanted}");
        refuse("rate_micro_per_s".into(), cause, "give every class one list of rates");
    }
    for (class, own) in rates.rate_micro_per_s.iter().enumerate() {
        if own.len() != starts.len() {
            let cause = format!("{} rates for {} segments", own.len(), starts.len());
            let path = format!("rate_micro_per_s/{class}");
            refuse(path, cause, "give one rate per segment");
        }
        for (segment, &rate) in own.iter().enumerate() {
            if rate > limits::RATE_MICRO_PER_S {
                let cause = format!("{rate} micro-devices per second, at most 2^40 are possible");
                let path = format!("rate_micro_per_s/{class}/{segment}");
                refuse(path, cause, "check the value and its unit");
            }
        }
    }
}

/// Tells of the first time that is too late or earlier than the one before it.
fn ascending(times: &[u64], mut refuse: impl FnMut(usize, String)) {
    if let Some(at) = times.windows(2).position(|pair| pair[0] > pair[1]) {
        refuse(at + 1, format!("{} ms after {} ms", times[at + 1], times[at]));
    }
    if let Some(at) = times.iter().position(|&time| time > limits::TIME_MS) {
        refuse(at, format!("{} ms is above 2^40", times[at]));
    }
}

/// `IM006`: a job's number is outside its range.
fn job_in_range(job: &Job, path: &str, issues: &mut Vec<Issue>) {
    let checks = [
        ("demand_devices", job.demand_devices, 1, limits::TOTAL_DEMAND as u64),
        ("rounds", job.rounds.into(), 1, limits::ROUNDS.into()),
        ("weight", job.weight, 1, limits::WEIGHT),
        ("release_ms", job.release_ms, 0, limits::TIME_MS),
        ("round_latency_ms", job.round_latency_ms, 0, limits::TIME_MS),
        ("deadline_ms", job.deadline_ms.unwrap_or(0), 0, 2 * limits::TIME_MS),
        ("min_share_ppm", job.min_share_ppm.unwrap_or(0).into(), 0, limits::SHARE_PPM.into()),
    ];
    for (key, value, low, high) in checks {
        if value < low || value > high {
            let cause = format!("{value} is outside {low}..={high}");
            let action = "check the value and its unit";
            issues.push(Issue::new("IM006", format!("{path}/{key}"), cause, action));
        }
    }
}

/// `IM007`: a condition that no class can be asked about.
fn conditions_make_sense(instance: &Instance, job: &Job, path: &str, issues: &mut Vec<Issue>) {
    let known: BTreeMap<&String, &AttributeValue> =
        instance.classes.iter().flat_map(|class| &class.attributes).collect();
    for (index, condition) in job.requires.iter().enumerate() {
        let attribute = &condition.attribute;
        let ordered = condition.comparison != Comparison::Equals;
        let label = matches!(condition.value, AttributeValue::Label(_));
        let cause = match known.get(attribute) {
            None if known.is_empty() => {
                format!("no class has the attribute {attribute:?}, nor any other")
            }
            None => {
                let known: Vec<_> = known.keys().map(|name| name.as_str()).collect();
                format!("no class has the attribute {attribute:?}; there are: {}", known.join(", "))
            }
            Some(_) if ordered && label => "labels have no order".to_owned(),
            Some(AttributeValue::Number(_)) if label => format!("{attribute} is a number"),
            Some(AttributeValue::Label(_)) if !label => format!("{attribute} is a label"),
            Some(_) => continue,
        };
        let action = "name an attribute of the classes, and compare numbers with numbers";
        issues.push(Issue::new("IM007", format!("{path}/requires/{index}"), cause, action));
    }
}

/// `IM008`: a job lists a class that there is not, or one twice.
fn listed_classes_exist(instance: &Instance, job: &Job, path: &str, issues: &mut Vec<Issue>) {
    let mut seen = HashMap::new();
    for (index, name) in job.classes.iter().flatten().enumerate() {
        let known = instance.classes.iter().any(|class| &class.name == name);
        let cause = match seen.insert(name, index) {
            Some(first) => format!("{name:?} is listed at {first} too"),
            None if !known => format!("there is no class {name:?}"),
            None => continue,
        };
        let path = format!("{path}/classes/{index}");
        issues.push(Issue::new("IM008", path, cause, "list names of classes, each once"));
    }
}

/// `IM009`: all jobs together ask for more than exact sums can hold.
fn total_demand_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let total: u128 = instance.jobs.iter().map(|job| u128::from(job.total_devices())).sum();
    if total > limits::TOTAL_DEMAND {
        let cause = format!("all rounds of all jobs ask for {total} devices, 2^32 are possible");
        let action = "check demands and rounds, or count devices in thousands";
        issues.push(Issue::new("IM009", "/jobs", cause, action));
    }
}

/// `IM010`: a job that no class may serve.
fn jobs_have_classes(instance: &Instance, issues: &mut Vec<Issue>) {
    for (index, eligible) in instance.eligibility().iter().enumerate() {
        if !eligible.contains(&true) {
            let cause = format!("no class may serve {:?}", instance.jobs[index].name);
            let action = "loosen its conditions, or add a class that meets them";
            issues.push(Issue::new("IM010", format!("/jobs/{index}"), cause, action));
        }
    }
}
