//! Instances whose optimum is known from elsewhere; skipped where the data is not there.

use std::collections::BTreeMap;
use std::fs;

use placewright_instances::data_folder::data_folder;
use placewright_models::irs_matching::IrsMatching;
use placewright_models::irs_matching::instance::{
    Arrivals, DeviceClass, Instance, Job, Rates, Supply,
};
use placewright_models::irs_matching::list_scheduling::list_schedule;
use placewright_models::irs_matching::orders::Order;
use placewright_solver::problem::Problem;
use serde_json::Value;

use super::support::{bound, cost, guessed};

fn read(name: &str) -> Option<Value> {
    let path = data_folder()?.join("irs").join(name);
    let text = fs::read_to_string(&path);
    if text.is_err() {
        println!("skipped: {} is not there, see PLACEWRIGHT_DATA", path.display());
    }
    Some(serde_json::from_str(&text.ok()?).unwrap())
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|each| each.as_u64().unwrap()).collect()
}

fn classes(masks: &[u64]) -> Vec<DeviceClass> {
    let class =
        |mask: &u64| DeviceClass { name: format!("mask-{mask}"), attributes: BTreeMap::new() };
    masks.iter().map(class).collect()
}

fn jobs(value: &Value, masks: &[u64]) -> Vec<Job> {
    let job = |(index, each): (usize, &Value)| {
        let bit = each["group"].as_u64().unwrap() - 1;
        let own = masks.iter().filter(|&&mask| mask >> bit & 1 == 1);
        Job {
            name: format!("J{index}"),
            demand_devices: each["demand"].as_f64().unwrap() as u64,
            rounds: 1,
            weight: 1,
            release_ms: 0,
            round_latency_ms: 0,
            deadline_ms: None,
            min_share_ppm: None,
            requires: Vec::new(),
            classes: Some(own.map(|mask| format!("mask-{mask}")).collect()),
        }
    };
    value.as_array().unwrap().iter().enumerate().map(job).collect()
}

/// Single devices, a second being a millisecond, with their optimum.
pub(super) fn single_devices() -> Vec<(Instance, i128)> {
    let masks = [0, 1, 3, 5, 15];
    let Some(file) = read("exact_device_level.json") else { return Vec::new() };
    let instance = |each: &Value| {
        let position = |mask: u64| masks.iter().position(|&other| other == mask).unwrap() as u32;
        let class = numbers(&each["eligibility_masks"]).into_iter().map(position).collect();
        let time_ms = numbers(&each["arrival_times"]);
        let supply = Supply::Devices(Arrivals { time_ms, class });
        let instance =
            Instance { classes: classes(&masks), supply, jobs: jobs(&each["jobs"], &masks) };
        (instance, i128::from(each["opt_sum_completion"].as_i64().unwrap()))
    };
    file["instances"].as_array().unwrap().iter().map(instance).collect()
}

/// Constant rates per second with their optimum in ms.
pub(super) fn rates() -> Vec<(Instance, f64)> {
    let Some(file) = read("exact_one_round_fluid.json") else { return Vec::new() };
    let rates = file["atom_rates_per_unit_time"].as_object().unwrap();
    let masks: Vec<u64> = rates.keys().map(|mask| mask.parse().unwrap()).collect();
    let micro = |rate: &Value| vec![(rate.as_f64().unwrap() * 1e6).round() as u64];
    let rate_micro_per_s: Vec<Vec<u64>> = rates.values().map(micro).collect();
    let instance = |each: &Value| {
        let segment_start_ms = vec![0];
        let rate_micro_per_s = rate_micro_per_s.clone();
        let supply = Supply::Rates(Rates { segment_start_ms, rate_micro_per_s });
        let instance =
            Instance { classes: classes(&masks), supply, jobs: jobs(&each["jobs"], &masks) };
        (instance, each["opt_sum_completion"].as_f64().unwrap() * 1e3)
    };
    file["instances"].as_array().unwrap().iter().map(instance).collect()
}

#[test]
fn published_optima_of_single_devices_lie_between_bounds_and_lists() {
    for (instance, optimum) in single_devices() {
        assert_eq!(IrsMatching::validate(&instance), []);
        assert!(bound(&guessed(&instance)).unwrap() <= optimum);
        for (order, _) in Order::ALL {
            let plan = list_schedule(&instance, &order.of(&instance)).unwrap();
            assert!(cost(&instance, &plan).unwrap() >= optimum);
        }
    }
}

#[test]
fn published_optima_of_rates_lie_between_bounds_and_lists() {
    for (instance, optimum) in rates() {
        assert_eq!(IrsMatching::validate(&instance), []);
        // Published to 10⁻⁴ s, of rates to 10⁻⁹ devices per second.
        let slack = 1e-6 * optimum;
        assert!(bound(&guessed(&instance)).unwrap() as f64 <= optimum + slack);
        for (order, _) in Order::ALL {
            let plan = list_schedule(&instance, &order.of(&instance)).unwrap();
            assert!(cost(&instance, &plan).unwrap() as f64 >= optimum - slack);
        }
    }
}
