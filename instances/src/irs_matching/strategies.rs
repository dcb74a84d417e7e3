//! Strategies for property tests over matching: random instances and orders that shrink.
//!
//! Numbers are small on purpose: ties, classes that nobody needs, devices that arrive together and
//! deadlines that just bind are frequent only among small numbers.

use std::collections::BTreeMap;

use placewright_models::irs_matching::instance::{
    Arrivals, AttributeValue, Comparison, Condition, DeviceClass, Instance, Job, JobId, Rates,
    Supply,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const CLASSES: usize = 3;

/// Which rules beyond demand and eligibility jobs may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    None,
    Sometimes,
}

/// Valid instances of either supply with any rules, feasible or not.
pub fn instances() -> impl Strategy<Value = Instance> {
    prop_oneof![device_instances(), rate_instances()]
}

/// Valid instances with single devices and any rules, feasible or not.
pub fn device_instances() -> impl Strategy<Value = Instance> {
    (arrivals(), vec(job(4, Rules::Sometimes), 1..=4)).prop_map(assemble)
}

/// Valid instances with rates that may change and end, and any rules, feasible or not.
pub fn rate_instances() -> impl Strategy<Value = Instance> {
    (changing_rates(), vec(job(6, Rules::Sometimes), 1..=4)).prop_map(assemble)
}

/// Valid instances with constant rates, all jobs there at once, and no further rules; feasible.
pub fn plain_rate_instances() -> impl Strategy<Value = Instance> {
    (constant_rates(), vec(job(6, Rules::None), 1..=4)).prop_map(assemble)
}

/// A random order of all jobs.
pub fn orders_for(instance: &Instance) -> BoxedStrategy<Vec<JobId>> {
    let ids: Vec<JobId> = (0..instance.jobs.len() as u32).map(JobId).collect();
    Just(ids).prop_shuffle().boxed()
}

fn arrivals() -> impl Strategy<Value = Supply> {
    vec((0_u64..4, 0..CLASSES as u32), 1..=16).prop_map(|devices| {
        let mut now_ms = 0;
        let times = devices.iter().map(|&(gap_ms, _)| {
            now_ms += gap_ms;
            now_ms
        });
        let time_ms = times.collect();
        let class = devices.iter().map(|&(_, class)| class).collect();
        Supply::Devices(Arrivals { time_ms, class })
    })
}

fn changing_rates() -> impl Strategy<Value = Supply> {
    let rate =
        prop_oneof![1 => Just(0_u64), 4 => 1_u64..3_000_000, 1 => 1_000_000_000_u64..5_000_000_000];
    (vec(1_u64..5_000, 0..3), vec(vec(rate, 3), CLASSES)).prop_map(|(lengths, rates)| {
        let mut now_ms = 0;
        let later = lengths.iter().map(|&length_ms| {
            now_ms += length_ms;
            now_ms
        });
        let segment_start_ms: Vec<u64> = std::iter::once(0).chain(later).collect();
        let count = segment_start_ms.len();
        let rate_micro_per_s = rates.into_iter().map(|own| own[..count].to_vec()).collect();
        Supply::Rates(Rates { segment_start_ms, rate_micro_per_s })
    })
}

fn constant_rates() -> impl Strategy<Value = Supply> {
    vec(100_000_u64..3_000_000, CLASSES).prop_map(|rates| {
        let rate_micro_per_s = rates.into_iter().map(|rate| vec![rate]).collect();
        Supply::Rates(Rates { segment_start_ms: vec![0], rate_micro_per_s })
    })
}

/// A job, still without a name.
fn job(demand: u64, rules: Rules) -> impl Strategy<Value = Job> {
    let size = (1..=demand, prop_oneof![3 => Just(1_u32), 1 => 2_u32..4], 1_u64..4);
    let eligible = prop_oneof![
        2 => (1_u8..(1 << CLASSES)).prop_map(Some),
        1 => Just(None),
    ];
    let level = prop_oneof![2 => Just(0_i64), 1 => 1..CLASSES as i64];
    let times = (
        prop_oneof![2 => Just(0_u64), 1 => 0_u64..12],
        prop_oneof![2 => Just(0_u64), 1 => 1_u64..6],
        option::weighted(0.3, 0_u64..60),
        option::weighted(0.2, 0_u32..400_000),
    );
    (size, eligible, level, times).prop_map(move |(size, eligible, level, times)| {
        let (demand_devices, rounds, weight) = size;
        let (release_ms, round_latency_ms, deadline_ms, min_share_ppm) = times;
        let ruled = rules == Rules::Sometimes;
        // Conditions leave the upper classes, lists the named ones: together never none.
        let requires = match eligible {
            None if level > 0 => vec![Condition {
                attribute: "level".to_owned(),
                comparison: Comparison::AtLeast,
                value: AttributeValue::Number(level),
            }],
            _ => vec![],
        };
        let listed = |mask: u8| {
            (0..CLASSES).filter(|class| mask >> class & 1 == 1).map(|c| format!("c{c}")).collect()
        };
        Job {
            name: String::new(),
            demand_devices,
            rounds: if ruled { rounds } else { 1 },
            weight,
            release_ms: if ruled { release_ms } else { 0 },
            round_latency_ms: if ruled { round_latency_ms } else { 0 },
            deadline_ms: deadline_ms.filter(|_| ruled),
            min_share_ppm: min_share_ppm.filter(|_| ruled),
            requires,
            classes: eligible.map(listed),
        }
    })
}

fn assemble((supply, mut jobs): (Supply, Vec<Job>)) -> Instance {
    for (index, job) in jobs.iter_mut().enumerate() {
        job.name = format!("J{index}");
        if matches!(supply, Supply::Rates(_)) {
            // Rates speak of seconds, single devices of milliseconds here.
            job.release_ms *= 500;
            job.round_latency_ms *= 500;
            job.deadline_ms = job.deadline_ms.map(|deadline_ms| deadline_ms * 500);
        }
    }
    let class = |index: usize| DeviceClass {
        name: format!("c{index}"),
        attributes: BTreeMap::from([("level".to_owned(), AttributeValue::Number(index as i64))]),
    };
    Instance { classes: (0..CLASSES).map(class).collect(), supply, jobs }
}

#[cfg(test)]
mod tests {
    use placewright_models::irs_matching::IrsMatching;
    use placewright_solver::problem::Problem;

    use super::*;

    proptest! {
        #[test]
        fn instances_are_valid(a in instances(), b in plain_rate_instances()) {
            for instance in [a, b] {
                prop_assert_eq!(IrsMatching::validate(&instance), []);
            }
        }
    }
}
