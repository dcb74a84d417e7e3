//! When every job is complete, as text and as data.

use placewright_models::irs_matching::check::last_device_ms;
use placewright_models::irs_matching::cost_text::duration_text;
use placewright_models::irs_matching::instance::{Instance, Job};
use placewright_models::irs_matching::plan::Plan;
use serde_json::json;

use crate::family::Report;
use crate::text_table::{render, shortened};

const NAME_WIDTH: usize = 40;

/// A job and when it is complete, in ms.
fn completions<'a>(instance: &'a Instance, plan: &Plan) -> Vec<(&'a Job, u64)> {
    let last_ms = last_device_ms(instance, plan);
    let jobs = instance.jobs.iter().zip(last_ms);
    jobs.map(|(job, last_ms)| (job, job.completion_ms(last_ms))).collect()
}

/// Time from release to completion, in ms.
fn taken_ms(&(job, completion_ms): &(&Job, u64)) -> u64 {
    completion_ms - job.release_ms
}

/// The report of a plan that the referee accepts: jobs in the order of completion.
#[must_use]
pub fn report(instance: &Instance, plan: &Plan) -> Report {
    let mut jobs = completions(instance, plan);
    jobs.sort_by_key(|&(_, completion_ms)| completion_ms);
    let header = ["job", "devices", "rounds", "weight", "release ms", "complete ms", "taken"];
    let row = |each: &(&Job, u64)| {
        let &(job, completion_ms) = each;
        vec![
            shortened(&job.name, NAME_WIDTH),
            job.total_devices().to_string(),
            job.rounds.to_string(),
            job.weight.to_string(),
            job.release_ms.to_string(),
            completion_ms.to_string(),
            duration_text(taken_ms(each).into()),
        ]
    };
    let mut text = render(&header, &jobs.iter().map(row).collect::<Vec<_>>(), 0);
    text.push_str(&headline(instance, plan));
    text.push('\n');
    let job = |each: &(&Job, u64)| {
        json!({
            "job": each.0.name,
            "devices": each.0.total_devices(),
            "completion_ms": each.1,
            "taken_ms": taken_ms(each),
        })
    };
    let json = json!({ "jobs": jobs.iter().map(job).collect::<Vec<_>>() });
    Report { text, json }
}

/// What a plan that the referee accepts achieves, in one line.
#[must_use]
pub fn headline(instance: &Instance, plan: &Plan) -> String {
    let jobs = completions(instance, plan);
    let count = jobs.len().max(1) as i128;
    let mean_ms = jobs.iter().map(|each| i128::from(taken_ms(each))).sum::<i128>() / count;
    let last_ms = jobs.iter().map(|&(_, completion_ms)| completion_ms).max().unwrap_or(0);
    let (mean, last) = (duration_text(mean_ms), duration_text(last_ms.into()));
    format!("jobs take {mean} on average from release to completion; all are complete after {last}")
}
