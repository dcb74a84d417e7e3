//! The referee: cost and feasibility of a plan, in exact integers.
//!
//! It imports the instance and the plan and nothing else, and it is written to be read.

use std::collections::HashSet;

use placewright_solver::objective::Objective;
use placewright_solver::problem::{Verdict, Violation};

use super::instance::{Arrivals, Instance, Job, Supply, SupplyCurves};
use super::plan::{Interval, Plan};

/// Judges a plan: the sum of weighted completion times in weighted ms, or every broken rule.
///
/// Time O(devices · jobs) or O(intervals · (grants + jobs with a minimum share · classes)).
#[must_use]
pub fn judge(instance: &Instance, plan: &Plan) -> Verdict {
    let mut violations = Vec::new();
    match (&instance.supply, plan) {
        (Supply::Devices(arrivals), Plan::Devices(serves)) => {
            if serves.len() != arrivals.time_ms.len() {
                let (found, wanted) = (serves.len(), arrivals.time_ms.len());
                let cause = format!("{found} decisions for {wanted} devices");
                return Verdict::Refused(vec![Violation::new("IM102", cause)]);
            }
            check_devices(instance, arrivals, plan, &mut violations);
        }
        (Supply::Rates(_), Plan::Fluid(intervals)) => {
            check_order(intervals, &mut violations);
            // Amounts mean nothing where time runs backwards.
            if violations.is_empty() {
                check_fluid(instance, intervals, &mut violations);
            }
        }
        _ => {
            let cause = "single devices need a job for each, rates need intervals";
            violations.push(Violation::new("IM101", cause));
        }
    }
    if !violations.is_empty() {
        return Verdict::Refused(violations);
    }
    let last_ms = last_device_ms(instance, plan);
    for (job, &last_ms) in instance.jobs.iter().zip(&last_ms) {
        let (name, completion_ms) = (&job.name, job.completion_ms(last_ms));
        if let Some(deadline_ms) = job.deadline_ms
            && completion_ms > deadline_ms
        {
            let cause = format!("{name}: complete at {completion_ms} ms, due {deadline_ms} ms");
            violations.push(Violation::new("IM110", cause));
        }
    }
    if violations.is_empty() {
        Verdict::Feasible(Objective::single(cost(instance, &last_ms)))
    } else {
        Verdict::Refused(violations)
    }
}

/// `Σ w_j C_j` in weighted ms, given when each job's last device is there.
fn cost(instance: &Instance, last_ms: &[u64]) -> i128 {
    let weighted = |(job, &last_ms): (&Job, &u64)| {
        i128::from(job.weight) * i128::from(job.completion_ms(last_ms))
    };
    instance.jobs.iter().zip(last_ms).map(weighted).sum()
}

/// When each job's last device is there, in ms; its release where it gets none.
#[must_use]
pub fn last_device_ms(instance: &Instance, plan: &Plan) -> Vec<u64> {
    let mut last: Vec<u64> = instance.jobs.iter().map(|job| job.release_ms).collect();
    let mut see = |job: usize, time_ms: u64| {
        if let Some(last) = last.get_mut(job) {
            *last = (*last).max(time_ms);
        }
    };
    match (plan, &instance.supply) {
        (Plan::Devices(serves), Supply::Devices(arrivals)) => {
            for (job, &time_ms) in serves.iter().zip(&arrivals.time_ms) {
                job.iter().for_each(|job| see(job.index(), time_ms));
            }
        }
        (Plan::Fluid(intervals), _) => {
            for interval in intervals {
                interval.grants.iter().for_each(|each| see(each.job.index(), interval.end_ms));
            }
        }
        _ => {}
    }
    last
}

fn check_devices(
    instance: &Instance,
    arrivals: &Arrivals,
    plan: &Plan,
    violations: &mut Vec<Violation>,
) {
    let Plan::Devices(serves) = plan else { return };
    let mut refuse = |code, cause: String| violations.push(Violation::new(code, cause));
    let eligibility = instance.eligibility();
    let mut got = vec![0_u64; instance.jobs.len()];
    let mut offered = vec![0_u64; instance.jobs.len()];
    let mut starved = vec![false; instance.jobs.len()];
    for (device, &served) in serves.iter().enumerate() {
        let (time_ms, class) = (arrivals.time_ms[device], arrivals.class[device] as usize);
        let class_name = &instance.classes[class].name;
        if let Some(served) = served {
            let Some(job) = instance.jobs.get(served.index()) else {
                refuse("IM103", format!("device {device} serves job {}", served.0));
                continue;
            };
            let name = &job.name;
            if !eligibility[served.index()][class] {
                refuse(
                    "IM104",
                    format!("device {device} of class {class_name} may not serve {name}"),
                );
            }
            if time_ms < job.release_ms {
                let release_ms = job.release_ms;
                refuse(
                    "IM108",
                    format!("{name} gets device {device} at {time_ms} ms, before {release_ms} ms"),
                );
            }
            got[served.index()] += 1;
        }
        for (j, job) in instance.jobs.iter().enumerate() {
            if job.min_share_ppm.is_none() {
                continue;
            }
            offered[j] += u64::from(eligibility[j][class] && time_ms >= job.release_ms);
            let due = job.least_due(offered[j].into(), job.total_devices());
            if got[j] < due && !std::mem::replace(&mut starved[j], true) {
                let (name, got) = (&job.name, got[j]);
                let least = format!("{name} has {got} devices after device {device}");
                refuse("IM109", format!("{least}, its minimum share is {due}"));
            }
        }
    }
    for (job, got) in instance.jobs.iter().zip(got) {
        let wanted = job.total_devices();
        if got != wanted {
            refuse("IM105", format!("{}: {got} devices, {wanted} wanted", job.name));
        }
    }
}

fn check_order(intervals: &[Interval], violations: &mut Vec<Violation>) {
    let mut free_from_ms = 0;
    for (index, interval) in intervals.iter().enumerate() {
        let Interval { start_ms, end_ms, .. } = *interval;
        if start_ms >= end_ms || start_ms < free_from_ms || end_ms > LATEST_MS {
            let cause = format!("interval {index} from {start_ms} to {end_ms} ms");
            violations.push(Violation::new("IM106", cause));
        }
        free_from_ms = free_from_ms.max(end_ms);
    }
}

/// No plan needs to go on for longer; see the limits of instances.
const LATEST_MS: u64 = 1 << 63;

fn check_fluid(instance: &Instance, intervals: &[Interval], violations: &mut Vec<Violation>) {
    let eligibility = instance.eligibility();
    let curves = instance.supply_curves();
    let mut got = vec![0_u128; instance.jobs.len()];
    let shared = |&j: &usize| instance.jobs[j].min_share_ppm.is_some();
    let served = (0..instance.jobs.len()).filter(shared).collect();
    let mut shares = Shares { instance, eligibility: &eligibility, curves: &curves, served };
    for (index, interval) in intervals.iter().enumerate() {
        shares.check(interval.start_ms, &got, violations);
        check_grants(instance, &eligibility, index, interval, violations);
        let mut used = vec![0_u128; instance.classes.len()];
        for grant in &interval.grants {
            if let Some(got) = got.get_mut(grant.job.index()) {
                *got += u128::from(grant.micro_devices);
            }
            if let Some(used) = used.get_mut(grant.class.index()) {
                *used += u128::from(grant.micro_devices);
            }
        }
        for (class, used) in used.into_iter().enumerate() {
            let supplied = curves.between(class, interval.start_ms, interval.end_ms);
            if used > supplied {
                let name = &instance.classes[class].name;
                let cause = format!(
                    "interval {index}: {used} micro-devices of {name}, {supplied} are supplied"
                );
                violations.push(Violation::new("IM107", cause));
            }
        }
        shares.check(interval.end_ms, &got, violations);
    }
    for (job, got) in instance.jobs.iter().zip(got) {
        let wanted = job.total_micro();
        if got != u128::from(wanted) {
            let cause = format!("{}: {got} micro-devices, {wanted} wanted", job.name);
            violations.push(Violation::new("IM105", cause));
        }
    }
}

fn check_grants(
    instance: &Instance,
    eligibility: &[Vec<bool>],
    index: usize,
    interval: &Interval,
    violations: &mut Vec<Violation>,
) {
    let mut refuse = |code, cause: String| violations.push(Violation::new(code, cause));
    let mut seen = HashSet::new();
    for grant in &interval.grants {
        let (j, class) = (grant.job.index(), grant.class.index());
        let known = j < instance.jobs.len() && class < instance.classes.len();
        if !known || grant.micro_devices == 0 || !seen.insert((j, class)) {
            let amount = grant.micro_devices;
            let cause =
                format!("interval {index}: {amount} micro-devices of class {class} to job {j}");
            refuse("IM103", cause);
            continue;
        }
        let (job, class_name) = (&instance.jobs[j], &instance.classes[class].name);
        let name = &job.name;
        if !eligibility[j][class] {
            refuse("IM104", format!("interval {index}: class {class_name} may not serve {name}"));
        }
        if interval.start_ms < job.release_ms {
            let (start_ms, release_ms) = (interval.start_ms, job.release_ms);
            let cause =
                format!("{name} gets devices from {start_ms} ms on, before {release_ms} ms");
            refuse("IM108", cause);
        }
    }
}

/// Minimum shares at a time, each job's first violation only.
struct Shares<'a> {
    instance: &'a Instance,
    eligibility: &'a [Vec<bool>],
    curves: &'a SupplyCurves<'a>,
    /// Jobs with a minimum share that have had it so far.
    served: Vec<usize>,
}

impl Shares<'_> {
    fn check(&mut self, time_ms: u64, got: &[u128], violations: &mut Vec<Violation>) {
        let (instance, eligibility, curves) = (self.instance, self.eligibility, self.curves);
        self.served.retain(|&j| {
            let job = &instance.jobs[j];
            if time_ms <= job.release_ms {
                return true;
            }
            let own = (0..instance.classes.len()).filter(|&class| eligibility[j][class]);
            let offered = own.map(|class| curves.between(class, job.release_ms, time_ms)).sum();
            let due = job.least_due(offered, job.total_micro());
            if got[j] < u128::from(due) {
                let (name, got) = (&job.name, got[j]);
                let cause = format!(
                    "{name} has {got} micro-devices by {time_ms} ms, its minimum share is {due}"
                );
                violations.push(Violation::new("IM109", cause));
                return false;
            }
            true
        });
    }
}
