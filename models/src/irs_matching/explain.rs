//! Why jobs finish when they do: what each got of which class, and who got what it could have used.
//! Reads an accepted plan; changes nothing and proves nothing new.

use std::cmp::Reverse;
use std::fmt::Write;

use serde::Serialize;

use super::check::last_device_ms;
use super::cost_text::duration_text;
use super::due_dates::{reason, within_deadlines};
use super::instance::{Instance, Job, JobId, MICRO, Supply};
use super::plan::Plan;
use super::timetable::Timetable;

/// What there is to say about an instance and, where there is one, its plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Jobs that ask for more than they can reach, in words.
    pub infeasible: Option<String>,
    /// Those jobs by name.
    pub violated_jobs: Vec<String>,
    /// The jobs, with a plan in the order of completion, otherwise in the instance's.
    pub jobs: Vec<JobExplanation>,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobExplanation {
    /// The job's name.
    pub name: String,
    /// When it is complete, in ms.
    pub completion_ms: Option<u64>,
    /// When it would be complete if no other job were there, in ms; `None` where never.
    pub alone_ms: Option<u64>,
    /// Devices it got, by class.
    pub devices: Vec<Part>,
    /// Devices that others got while it waited, of classes that could have served it.
    pub waited_for: Vec<Part>,
    /// The reason in words.
    pub why: String,
}

/// So many devices of a class, or of a job.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// Name of the class or job.
    pub name: String,
    /// How many devices.
    pub devices: f64,
}

/// How many jobs are named that another waited for.
const MOST_NAMED: usize = 3;

/// Explains an instance and a plan that the referee accepts.
///
/// Time O(jobs · assignments) and one maximum flow.
#[must_use]
pub fn explain(instance: &Instance, plan: Option<&Plan>) -> Explanation {
    let violated = match within_deadlines(instance) {
        Timetable::Violated(jobs) => jobs,
        Timetable::Plan(_) | Timetable::TooLarge => Vec::new(),
    };
    let name = |job: &JobId| instance.jobs[job.index()].name.clone();
    let given = plan.map(|plan| (last_device_ms(instance, plan), assignments(instance, plan)));
    let mut order: Vec<usize> = (0..instance.jobs.len()).collect();
    if let Some((last_ms, _)) = &given {
        order.sort_by_key(|&job| instance.jobs[job].completion_ms(last_ms[job]));
    }
    let explained = |&job: &usize| {
        let given = given.as_ref().map(|(last_ms, all)| (last_ms[job], all.as_slice()));
        explain_job(instance, job, given)
    };
    Explanation {
        infeasible: (!violated.is_empty()).then(|| reason(instance, &violated)),
        violated_jobs: violated.iter().map(name).collect(),
        jobs: order.iter().map(explained).collect(),
    }
}

/// Somebody gets devices.
struct Assignment {
    job: usize,
    class: usize,
    /// Arrival, or end of the interval.
    time_ms: u64,
    micro_devices: u64,
}

fn assignments(instance: &Instance, plan: &Plan) -> Vec<Assignment> {
    match (plan, &instance.supply) {
        (Plan::Devices(serves), Supply::Devices(arrivals)) => {
            let devices = serves.iter().zip(arrivals.time_ms.iter().zip(&arrivals.class));
            let served = devices.filter_map(|(job, (&time_ms, &class))| {
                let (job, class) = ((*job)?.index(), class as usize);
                Some(Assignment { job, class, time_ms, micro_devices: MICRO })
            });
            served.collect()
        }
        (Plan::Fluid(intervals), _) => {
            let grants = |interval: &super::plan::Interval| {
                let time_ms = interval.end_ms;
                let of = move |grant: &super::plan::Grant| Assignment {
                    job: grant.job.index(),
                    class: grant.class.index(),
                    time_ms,
                    micro_devices: grant.micro_devices,
                };
                interval.grants.iter().map(of).collect::<Vec<_>>()
            };
            intervals.iter().flat_map(grants).collect()
        }
        _ => Vec::new(),
    }
}

fn explain_job(
    instance: &Instance,
    index: usize,
    given: Option<(u64, &[Assignment])>,
) -> JobExplanation {
    let job = &instance.jobs[index];
    let own = instance.eligible_masks(JobId(index as u32));
    let alone_ms = alone_ms(instance, job, &own).map(|last_ms| job.completion_ms(last_ms));
    let mut explanation = JobExplanation {
        name: job.name.clone(),
        completion_ms: None,
        alone_ms,
        devices: Vec::new(),
        waited_for: Vec::new(),
        why: String::new(),
    };
    if let Some((last_ms, all)) = given {
        let (mut of_class, mut of_job) =
            (vec![0; instance.classes.len()], vec![0; instance.jobs.len()]);
        for each in all {
            if each.job == index {
                of_class[each.class] += each.micro_devices;
            } else if each.time_ms > job.release_ms
                && each.time_ms <= last_ms
                && own.contains(&each.class)
            {
                of_job[each.job] += each.micro_devices;
            }
        }
        explanation.completion_ms = Some(job.completion_ms(last_ms));
        explanation.devices = parts(&of_class, |class| &instance.classes[class].name);
        // What others got of a shared millisecond is no reason for anything.
        of_job.iter_mut().filter(|amount| **amount < MICRO / 100).for_each(|amount| *amount = 0);
        explanation.waited_for = parts(&of_job, |other| &instance.jobs[other].name);
    }
    explanation.why = why(job, &explanation);
    explanation
}

/// When the job's last device would be there if it got all that may serve it.
fn alone_ms(instance: &Instance, job: &Job, own: &[usize]) -> Option<u64> {
    match &instance.supply {
        Supply::Rates(_) => {
            let curves = instance.supply_curves();
            curves.reach_ms(own, job.release_ms, job.total_micro().into())
        }
        Supply::Devices(arrivals) => {
            let devices = arrivals.time_ms.iter().zip(&arrivals.class);
            let mut useful = devices.filter(|&(&time_ms, &class)| {
                time_ms >= job.release_ms && own.contains(&(class as usize))
            });
            let last = usize::try_from(job.total_devices()).ok()?.checked_sub(1)?;
            useful.nth(last).map(|(&time_ms, _)| time_ms)
        }
    }
}

/// The largest first, nothing left out.
fn parts<'a>(amounts: &[u64], name: impl Fn(usize) -> &'a String) -> Vec<Part> {
    let mut parts: Vec<(usize, u64)> =
        amounts.iter().copied().enumerate().filter(|each| each.1 > 0).collect();
    parts.sort_by_key(|&(_, amount)| Reverse(amount));
    let part =
        |(index, amount)| Part { name: name(index).clone(), devices: amount as f64 / MICRO as f64 };
    parts.into_iter().map(part).collect()
}

fn why(job: &Job, explanation: &JobExplanation) -> String {
    let Some(alone_ms) = explanation.alone_ms else {
        return "its classes never supply as many devices as it asks for".to_owned();
    };
    let after_release = |time_ms: u64| duration_text(i128::from(time_ms - job.release_ms));
    let Some(completion_ms) = explanation.completion_ms else {
        let due = job.deadline_ms.map(|deadline_ms| {
            let fits = if alone_ms <= deadline_ms { "within" } else { "beyond" };
            format!(", {fits} its deadline of {deadline_ms} ms")
        });
        let due = due.unwrap_or_default();
        return format!("alone it would take {} from its release{due}", after_release(alone_ms));
    };
    let taken = after_release(completion_ms);
    if completion_ms <= alone_ms {
        return format!("takes {taken}, as if it were alone");
    }
    if job.completion_ms(job.release_ms) == completion_ms {
        return format!("takes {taken}: its rounds wait for responses, not for devices");
    }
    let delay = duration_text(i128::from(completion_ms - alone_ms));
    let named: Vec<String> =
        explanation.waited_for.iter().take(MOST_NAMED).map(Part::text).collect();
    if named.is_empty() {
        return format!(
            "takes {taken}, {delay} more than alone, though nobody else got its devices"
        );
    }
    let more = explanation.waited_for.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("takes {taken}, {delay} more than alone: it waited for {}{more}", named.join(", "))
}

impl Part {
    fn text(&self) -> String {
        let devices = format!("{:.3}", self.devices);
        let devices = devices.trim_end_matches('0').trim_end_matches('.');
        format!("{} ({devices})", self.name)
    }
}

impl Explanation {
    /// The explanation for people; ends with a newline.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _infallible = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        match &self.infeasible {
            Some(reason) => writeln!(out, "infeasible: {reason}")?,
            None => writeln!(out, "no set of jobs asks for more than it can reach in time")?,
        }
        writeln!(out, "\njobs (devices in brackets)")?;
        let width = self.jobs.iter().map(|each| each.name.chars().count()).max().unwrap_or(0);
        for each in &self.jobs {
            writeln!(out, "  {:<width$}  {}", each.name, each.why)?;
            if !each.devices.is_empty() {
                let got: Vec<String> = each.devices.iter().map(Part::text).collect();
                writeln!(out, "  {:<width$}  it got {}", "", got.join(", "))?;
            }
        }
        Ok(())
    }
}
