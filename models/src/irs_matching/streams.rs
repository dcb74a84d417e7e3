//! Between instances and the prepared forms of the offline methods.

use super::instance::{ClassId, Instance, Job, JobId, Rates, Supply};
use super::offline::bounds::mean_busy::Response;
use super::offline::device::arrivals as device;
use super::offline::fluid::{Fluid, FluidJob, FluidSchedule};
use super::offline::supply::{Supply as Pieces, SupplyPiece};
use super::plan::{Grant, Interval, Plan};

/// Whether jobs have neither deadlines nor minimum shares, which the prepared forms don't know.
#[must_use]
pub fn is_free(instance: &Instance) -> bool {
    instance.jobs.iter().all(|job| job.deadline_ms.is_none() && job.min_share_ppm.is_none())
}

/// What latencies add to every plan: no job is complete before its last device and one latency.
#[must_use]
pub fn latencies(instance: &Instance) -> i128 {
    let own = |job: &Job| i128::from(job.weight) * i128::from(job.round_latency_ms);
    instance.jobs.iter().map(own).sum()
}

fn jobs(instance: &Instance) -> Vec<FluidJob> {
    let job = |(id, job): (u32, &Job)| FluidJob {
        demand_micro: job.total_micro(),
        weight: job.weight,
        release_ms: job.release_ms,
        masks: instance.eligible_masks(JobId(id)),
    };
    (0..).zip(&instance.jobs).map(job).collect()
}

/// Rates that never change, as a fluid without latencies; `None` for any other supply.
#[must_use]
pub fn fluid(instance: &Instance) -> Option<Fluid> {
    let Supply::Rates(rates) = &instance.supply else { return None };
    if rates.segment_start_ms.len() != 1 {
        return None;
    }
    let first = |own: &Vec<u64>| own.first().copied().unwrap_or(0);
    let rates_micro_per_s = rates.rate_micro_per_s.iter().map(first).collect();
    Some(Fluid { rates_micro_per_s, jobs: jobs(instance) })
}

/// Rates as they change, with one latency per job, for bounds; `None` for single devices.
///
/// The referee counts whole micro-devices from time 0, so that after a release a class may supply
/// one more than its rate says: the one that was under way. Demands are less by as many.
#[must_use]
pub fn pieces(instance: &Instance) -> Option<(Pieces, Vec<FluidJob>, Vec<Response>)> {
    let Supply::Rates(rates) = &instance.supply else { return None };
    let piece = |(segment, &start_ms): (usize, &u64)| SupplyPiece {
        start_ms,
        rates_micro_per_s: segment_rates(rates, segment),
    };
    let pieces = rates.segment_start_ms.iter().enumerate().map(piece).collect();
    let response = |job: &Job| Response { rounds: 1, response_ms: job.round_latency_ms };
    let responses = instance.jobs.iter().map(response).collect();
    let mut jobs = jobs(instance);
    for job in &mut jobs {
        // A device is more micro-devices than there are classes.
        job.demand_micro -= job.masks.len() as u64;
    }
    Some((Pieces { pieces }, jobs, responses))
}

fn segment_rates(rates: &Rates, segment: usize) -> Vec<u64> {
    rates.rate_micro_per_s.iter().map(|own| own[segment]).collect()
}

/// By how much every completion may come earlier than a fluid's for the same reason, in ms: that
/// many micro-devices at the lowest rate of any job.
#[must_use]
pub fn slack_ms(fluid: &Fluid) -> f64 {
    let under_way: usize = fluid.jobs.iter().map(|job| job.masks.len()).sum();
    let rates = (0..fluid.jobs.len()).map(|job| fluid.own_rate_micro_per_s(job));
    1000.0 * under_way as f64 / rates.min().unwrap_or(1).max(1) as f64
}

/// The plan of a fluid's schedule.
#[must_use]
pub fn plan(schedule: &FluidSchedule) -> Plan {
    let intervals = schedule.intervals.iter().map(|interval| Interval {
        start_ms: interval.start_ms,
        end_ms: interval.end_ms,
        grants: interval
            .amounts
            .iter()
            .map(|amount| Grant {
                job: JobId(amount.job as u32),
                class: ClassId(amount.mask as u32),
                micro_devices: amount.micro,
            })
            .collect(),
    });
    Plan::Fluid(intervals.collect())
}

/// Single devices; `None` for rates. A class is a mask of its own for every set of released jobs.
#[must_use]
pub fn arrivals(instance: &Instance) -> Option<device::Arrivals> {
    let Supply::Devices(arrivals) = &instance.supply else { return None };
    let mut releases_ms: Vec<u64> = instance.jobs.iter().map(|job| job.release_ms).collect();
    releases_ms.push(0);
    releases_ms.sort_unstable();
    releases_ms.dedup();
    let era = |time_ms: u64| releases_ms.partition_point(|&release_ms| release_ms <= time_ms) - 1;
    let eras = releases_ms.len();
    let pairs = arrivals.time_ms.iter().zip(&arrivals.class);
    let masks = pairs.map(|(&time_ms, &class)| class as usize * eras + era(time_ms)).collect();
    let job = |(id, job): (u32, &Job)| device::DeviceJob {
        demand: job.total_devices(),
        weight: job.weight,
        masks: instance
            .eligible_masks(JobId(id))
            .into_iter()
            .flat_map(|class| (era(job.release_ms)..eras).map(move |era| class * eras + era))
            .collect(),
    };
    let jobs = (0..).zip(&instance.jobs).map(job).collect();
    Some(device::Arrivals { times_ms: arrivals.time_ms.clone(), masks, jobs })
}
