//! What must not matter does not matter, and more of anything never hurts.

use placewright_instances::irs_matching::strategies::{device_instances, instances};
use placewright_models::irs_matching::certificate::pooled_bound;
use placewright_models::irs_matching::instance::{ClassId, Instance, JobId, Supply};
use placewright_models::irs_matching::plan::{Grant, Interval, Plan};
use placewright_solver::outcome::Status;
use proptest::prelude::*;

use super::support::{bound, cost, guessed, solved, value};
use crate::support::cases;

/// Jobs and classes in the opposite order.
fn reversed(instance: &Instance) -> Instance {
    let mut other = instance.clone();
    other.jobs.reverse();
    other.classes.reverse();
    let last = instance.classes.len() as u32 - 1;
    match &mut other.supply {
        Supply::Devices(arrivals) => arrivals.class.iter_mut().for_each(|c| *c = last - *c),
        Supply::Rates(rates) => rates.rate_micro_per_s.reverse(),
    }
    other
}

fn reversed_plan(instance: &Instance, plan: &Plan) -> Plan {
    let (jobs, classes) = (instance.jobs.len() as u32 - 1, instance.classes.len() as u32 - 1);
    let job = |job: JobId| JobId(jobs - job.0);
    let grant = |grant: &Grant| Grant {
        job: job(grant.job),
        class: ClassId(classes - grant.class.0),
        ..*grant
    };
    let interval = |interval: &Interval| Interval {
        grants: interval.grants.iter().map(grant).collect(),
        ..*interval
    };
    match plan {
        Plan::Devices(serves) => Plan::Devices(serves.iter().map(|each| each.map(job)).collect()),
        Plan::Fluid(intervals) => Plan::Fluid(intervals.iter().map(interval).collect()),
    }
}

/// Times in another unit. Rates are per time, so they are divided; only multiples stay exact.
fn with_time_times(instance: &Instance, factor: u64) -> Instance {
    let mut scaled = instance.clone();
    for job in &mut scaled.jobs {
        job.release_ms *= factor;
        job.round_latency_ms *= factor;
        job.deadline_ms = job.deadline_ms.map(|deadline_ms| deadline_ms * factor);
    }
    match &mut scaled.supply {
        Supply::Devices(arrivals) => arrivals.time_ms.iter_mut().for_each(|t| *t *= factor),
        Supply::Rates(rates) => rates.segment_start_ms.iter_mut().for_each(|t| *t *= factor),
    }
    scaled
}

fn later(plan: &Plan, factor: u64) -> Plan {
    let interval = |interval: &Interval| Interval {
        start_ms: interval.start_ms * factor,
        end_ms: interval.end_ms * factor,
        grants: interval.grants.clone(),
    };
    match plan {
        Plan::Devices(_) => plan.clone(),
        Plan::Fluid(intervals) => Plan::Fluid(intervals.iter().map(interval).collect()),
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn the_order_of_jobs_and_classes_changes_no_cost(instance in instances()) {
        let other = reversed(&instance);
        let (one, two) = (guessed(&instance), guessed(&other));
        // Prices are searched for in floating point, so their bounds may differ; both must hold.
        let together = vec![0; instance.jobs.len()];
        prop_assert_eq!(pooled_bound(&instance, &together), pooled_bound(&other, &together));
        for (bound, value) in [(bound(&one), value(&two)), (bound(&two), value(&one))] {
            prop_assert!(bound.zip(value).is_none_or(|(bound, value)| bound <= value));
        }
        prop_assert_eq!(one.status == Status::Infeasible, two.status == Status::Infeasible);
        if let Some(plan) = &one.plan {
            prop_assert_eq!(cost(&other, &reversed_plan(&instance, plan)), value(&one));
        }
    }

    #[test]
    fn the_unit_of_time_scales_costs(instance in instances(), factor in 2_u64..50) {
        let mut instance = instance;
        if let Supply::Rates(rates) = &mut instance.supply {
            rates.rate_micro_per_s.iter_mut().flatten().for_each(|rate| *rate *= factor);
        }
        let mut scaled = with_time_times(&instance, factor);
        if let Supply::Rates(rates) = &mut scaled.supply {
            rates.rate_micro_per_s.iter_mut().flatten().for_each(|rate| *rate /= factor);
        }
        let Some(plan) = guessed(&instance).plan else { return Ok(()) };
        let before = cost(&instance, &plan).unwrap();
        prop_assert_eq!(cost(&scaled, &later(&plan, factor)), Some(before * i128::from(factor)));
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn the_order_of_jobs_and_classes_changes_no_optimum(instance in device_instances()) {
        prop_assert_eq!(value(&solved(&reversed(&instance))), value(&solved(&instance)));
    }

    #[test]
    fn more_never_hurts(instance in device_instances(), time_ms in 0_u64..30, class in 0_u32..3) {
        let before = value(&solved(&instance));
        let mut more = instance.clone();
        if let Supply::Devices(arrivals) = &mut more.supply {
            let at = arrivals.time_ms.partition_point(|&each| each <= time_ms);
            arrivals.time_ms.insert(at, time_ms);
            arrivals.class.insert(at, class);
        }
        let mut free = instance.clone();
        for job in &mut free.jobs {
            job.deadline_ms = None;
            job.min_share_ppm = None;
        }
        let mut easy = instance.clone();
        for job in &mut easy.jobs {
            job.requires = Vec::new();
            job.classes = None;
        }
        // A minimum share of more is more, so more devices and classes help only without.
        let shares = instance.jobs.iter().any(|job| job.min_share_ppm.is_some());
        let generous = if shares { vec![free] } else { vec![more, free, easy] };
        for generous in generous {
            let after = value(&solved(&generous));
            if let Some(before) = before {
                prop_assert!(after.is_some_and(|after| after <= before), "{:?} {}", after, before);
            }
        }
    }
}
