//! Deadlines, and supplies that end: a first plan that keeps them, or a proof that there is none.
//!
//! The windows that deadlines leave to jobs are a transportation problem, see `timetable`. Its plan
//! uses every job's window to the full, so it is feasible and no more; guarantee: none on the cost,
//! exact on feasibility as long as no job has a minimum share.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::certificate::JOB_SET;
use super::check;
use super::instance::{Instance, JobId, Window};
use super::problem::IrsMatching;
use super::timetable::{Timetable, timetable};

/// The method `due-dates`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DueDates;

impl Method<IrsMatching> for DueDates {
    fn name(&self) -> &'static str {
        "due-dates"
    }

    fn symbol(&self) -> char {
        'F'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        let instance = context.instance;
        context.budget.spend((instance.jobs.len() * instance.jobs.len()) as u64 / 10 + 1);
        match within_deadlines(instance) {
            Timetable::Violated(jobs) => {
                let reason = reason(instance, &jobs);
                context.raise(certificate(&jobs), &reason)
            }
            // A plan in which some job starves is none; minimum shares are for others.
            Timetable::Plan(plan) if check::judge(instance, &plan).objective().is_some() => {
                context.offer(plan, "every deadline is kept");
                Ok(())
            }
            Timetable::Plan(_) => Ok(()),
            Timetable::TooLarge => {
                context.note("too many jobs and classes to ask whether deadlines can be kept");
                Ok(())
            }
        }
    }
}

/// The timetable of the windows that deadlines leave.
#[must_use]
pub fn within_deadlines(instance: &Instance) -> Timetable {
    let windows: Vec<Window> = instance.jobs.iter().map(|job| instance.window(job)).collect();
    timetable(instance, &windows)
}

fn certificate(jobs: &[JobId]) -> Certificate {
    let witness = jobs.iter().map(|job| u64::from(job.0)).collect();
    let proof = Proof::Combinatorial { rule: JOB_SET.to_owned(), witness };
    Certificate { claim: Claim::Infeasible, proof }
}

/// Why these jobs cannot all be served, in words.
#[must_use]
pub fn reason(instance: &Instance, jobs: &[JobId]) -> String {
    let named: Vec<_> =
        jobs.iter().take(8).map(|job| instance.jobs[job.index()].name.as_str()).collect();
    let more = if jobs.len() > 8 { format!(" and {} more", jobs.len() - 8) } else { String::new() };
    let wanted: u64 = jobs.iter().map(|job| instance.jobs[job.index()].total_devices()).sum();
    let late = jobs.iter().map(|job| &instance.jobs[job.index()]).find(|job| {
        job.deadline_ms.is_some_and(|deadline_ms| job.earliest_completion_ms() > deadline_ms)
    });
    match late {
        Some(job) => format!(
            "{}: the latencies of its rounds alone take until {} ms, due {} ms",
            job.name,
            job.earliest_completion_ms(),
            job.deadline_ms.unwrap_or(0)
        ),
        None => format!(
            "{}{more} together ask for {wanted} devices, more than are ever theirs in time",
            named.join(", ")
        ),
    }
}
