//! The referee on instances small enough to work out by hand.

use std::collections::BTreeMap;

use placewright_models::irs_matching::instance::{
    Arrivals, ClassId, DeviceClass, Instance, Job, JobId, Rates, Supply,
};
use placewright_models::irs_matching::plan::{Grant, Interval, Plan};

use super::support::{codes, cost};

fn class(name: &str) -> DeviceClass {
    DeviceClass { name: name.to_owned(), attributes: BTreeMap::new() }
}

fn job(name: &str, demand_devices: u64, classes: &[&str]) -> Job {
    Job {
        name: name.to_owned(),
        demand_devices,
        rounds: 1,
        weight: 1,
        release_ms: 0,
        round_latency_ms: 0,
        deadline_ms: None,
        min_share_ppm: None,
        requires: Vec::new(),
        classes: Some(classes.iter().map(|&name| name.to_owned()).collect()),
    }
}

fn three_devices() -> Instance {
    let supply =
        Supply::Devices(Arrivals { time_ms: vec![10, 20, 30, 30], class: vec![0, 1, 0, 1] });
    let jobs = vec![job("A", 1, &["plain", "strong"]), job("B", 1, &["strong"])];
    Instance { classes: vec![class("plain"), class("strong")], supply, jobs }
}

fn two_rates() -> Instance {
    // A device and a half per second until 4 s, then half of that.
    let rate_micro_per_s = vec![vec![1_000_000, 500_000], vec![500_000, 250_000]];
    let supply = Supply::Rates(Rates { segment_start_ms: vec![0, 4_000], rate_micro_per_s });
    let jobs = vec![job("A", 3, &["plain", "strong"]), job("B", 2, &["strong"])];
    Instance { classes: vec![class("plain"), class("strong")], supply, jobs }
}

fn serve(jobs: &[Option<u32>]) -> Plan {
    Plan::Devices(jobs.iter().map(|job| job.map(JobId)).collect())
}

fn interval(start_ms: u64, end_ms: u64, grants: &[(u32, u32, u64)]) -> Interval {
    let grant = |&(job, class, micro_devices): &(u32, u32, u64)| Grant {
        job: JobId(job),
        class: ClassId(class),
        micro_devices,
    };
    Interval { start_ms, end_ms, grants: grants.iter().map(grant).collect() }
}

#[test]
fn a_job_is_done_with_its_last_device() {
    let mut instance = three_devices();
    assert_eq!(cost(&instance, &serve(&[Some(0), Some(1), None, None])), Some(10 + 20));
    instance.jobs[1].weight = 5;
    assert_eq!(cost(&instance, &serve(&[Some(0), None, None, Some(1)])), Some(10 + 5 * 30));
    instance.jobs[0].round_latency_ms = 7;
    assert_eq!(cost(&instance, &serve(&[Some(0), Some(1), None, None])), Some(17 + 5 * 20));
    assert_eq!(codes(&instance, &serve(&[Some(1), Some(0), None, None])), ["IM104"]);
    assert_eq!(codes(&instance, &serve(&[Some(0), None, None, None])), ["IM105"]);
    assert_eq!(codes(&instance, &serve(&[Some(0), Some(1), Some(0), None])), ["IM105"]);
}

#[test]
fn rounds_wait_for_their_responses() {
    let mut instance = three_devices();
    instance.jobs[0].rounds = 2;
    instance.jobs[0].round_latency_ms = 100;
    // Two rounds of at least 100 ms; or the last device at 30 ms and its responses.
    let plan = serve(&[Some(0), Some(1), Some(0), None]);
    assert_eq!(cost(&instance, &plan), Some(200 + 20));
    instance.jobs[0].round_latency_ms = 25;
    assert_eq!(cost(&instance, &plan), Some(55 + 20));
    instance.jobs[0].deadline_ms = Some(55);
    assert_eq!(cost(&instance, &plan), Some(55 + 20));
    instance.jobs[0].deadline_ms = Some(54);
    assert_eq!(codes(&instance, &plan), ["IM110"]);
}

#[test]
fn supplies_are_rounded_down_once() {
    let instance = two_rates();
    let curves = instance.supply_curves();
    assert_eq!(curves.before(0, 4_000), 4_000_000);
    assert_eq!(curves.before(0, 6_000), 5_000_000);
    assert_eq!(curves.reach_ms(&[0, 1], 0, 3_000_000), Some(2_000));
    assert_eq!(curves.reach_ms(&[1], 3_000, 1_000_000), Some(6_000));
    assert_eq!(curves.reach_ms(&[1], 3_000, 1_000_001), Some(6_001));
}

#[test]
fn intervals_may_be_cut_but_not_overfilled() {
    let mut instance = two_rates();
    let plan = Plan::Fluid(vec![
        interval(0, 2_000, &[(0, 0, 2_000_000), (0, 1, 1_000_000)]),
        interval(2_000, 6_000, &[(1, 1, 1_500_000)]),
        interval(6_000, 8_000, &[(1, 1, 500_000)]),
    ]);
    assert_eq!(cost(&instance, &plan), Some(2_000 + 8_000));
    let at_once = interval(0, 8_000, &[(0, 0, 3_000_000), (1, 1, 2_000_000)]);
    assert_eq!(cost(&instance, &Plan::Fluid(vec![at_once])), Some(8_000 + 8_000));
    let too_fast = interval(0, 3_999, &[(0, 0, 3_000_000), (1, 1, 2_000_000)]);
    assert_eq!(codes(&instance, &Plan::Fluid(vec![too_fast])), ["IM107"]);
    instance.jobs[1].min_share_ppm = Some(100_000);
    assert_eq!(codes(&instance, &plan), ["IM109"]);
    instance.jobs[1].min_share_ppm = None;
    instance.jobs[0].release_ms = 1;
    // For each of the two classes it gets.
    assert_eq!(codes(&instance, &plan), ["IM108", "IM108"]);
}

#[test]
fn plans_of_the_other_kind_are_refused() {
    assert_eq!(codes(&two_rates(), &serve(&[])), ["IM101"]);
    assert_eq!(codes(&three_devices(), &Plan::Fluid(vec![])), ["IM101"]);
    assert_eq!(codes(&three_devices(), &serve(&[None])), ["IM102"]);
}
