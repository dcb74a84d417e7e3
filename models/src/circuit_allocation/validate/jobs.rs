//! Jobs: their names and numbers.

use std::collections::HashMap;

use placewright_solver::issue::Issue;

use super::super::instance::{Instance, Job, Question, limits};

/// The jobs of the question with their paths.
fn asked(instance: &Instance) -> Vec<(String, &Job)> {
    match &instance.question {
        Question::Place(place) => vec![("/question/place/job".to_owned(), &place.job)],
        Question::Batch(batch) => {
            let path = |index: usize| format!("/question/batch/jobs/{index}");
            batch.jobs.iter().enumerate().map(|(index, job)| (path(index), job)).collect()
        }
        Question::Rewire(_) => Vec::new(),
    }
}

/// `CA004`: a job's name is empty or used twice.
pub(super) fn names_are_unique(instance: &Instance, issues: &mut Vec<Issue>) {
    let live = instance.live.iter().enumerate();
    let live = live.map(|(index, job)| (format!("/live/{index}"), &job.name));
    let asked = asked(instance).into_iter().map(|(path, job)| (path, &job.name));
    let mut first_use: HashMap<&String, String> = HashMap::new();
    for (path, name) in live.chain(asked) {
        if name.trim().is_empty() {
            let path = format!("{path}/name");
            issues.push(Issue::new("CA004", path, "the name is empty", "give it a name"));
        } else if let Some(first) = first_use.get(name) {
            let cause = format!("the name {name:?} is already used at {first}");
            let action = "give every job a name of its own";
            issues.push(Issue::new("CA004", format!("{path}/name"), cause, action));
        } else {
            first_use.insert(name, path);
        }
    }
}

/// `CA005`: a job's number is out of range.
pub(super) fn jobs_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    for (path, job) in asked(instance) {
        let checks =
            [("gpus", u64::from(job.gpus), limits::GPUS), ("weight", job.weight, limits::WEIGHT)];
        for (key, value, high) in checks {
            if value == 0 || value > high {
                let cause = format!("{value} is outside 1..={high}");
                let action = "check the value and its unit";
                issues.push(Issue::new("CA005", format!("{path}/{key}"), cause, action));
            }
        }
    }
}

/// `CA006`: a job wants more than a server, but not whole servers.
pub(super) fn whole_servers(instance: &Instance, issues: &mut Vec<Issue>) {
    let size = instance.cluster.gpus_per_server;
    for (path, job) in asked(instance) {
        if job.gpus > size && job.gpus % size != 0 {
            let cause = format!("{} GPUs are not whole servers of {size}", job.gpus);
            let up = job.gpus.div_ceil(size) * size;
            let action = format!("ask for {up} GPUs");
            issues.push(Issue::new("CA006", format!("{path}/gpus"), cause, action));
        }
    }
}
