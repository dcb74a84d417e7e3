//! Offline intersection resource scheduling against the published optima and a second exact route.

use placewright_instances::data_folder::data_folder;
use placewright_models::irs_matching::offline::fluid::{Fluid, FluidJob};
use placewright_models::irs_matching::offline::order_tree::fluid_optimum;
use placewright_solver::budget::Budget;
use serde_json::Value;

/// The published fluid instances. Amounts are multiplied by 1000, so that rates are whole numbers.
fn published() -> Vec<(Fluid, Value)> {
    let Some(folder) = data_folder() else {
        eprintln!("no data folder: skipped");
        return Vec::new();
    };
    let text = std::fs::read_to_string(folder.join("irs/exact_one_round_fluid.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let bits = ["1", "3", "5", "15"];
    let rate = |bit| file["atom_rates_per_unit_time"][bit].as_f64().unwrap();
    let rates: Vec<u64> = bits.iter().map(|bit| (rate(bit) * 1e9).round() as u64).collect();
    let job = |job: &Value| FluidJob {
        demand_micro: (job["demand"].as_f64().unwrap() * 1e9).round() as u64,
        weight: 1,
        release_ms: 0,
        masks: (0..4)
            .filter(|&mask| {
                let group = job["group"].as_u64().unwrap() - 1;
                bits[mask].parse::<u64>().unwrap() & (1 << group) != 0
            })
            .collect(),
    };
    let fluid = |instance: &Value| Fluid {
        rates_micro_per_s: rates.clone(),
        jobs: instance["jobs"].as_array().unwrap().iter().map(job).collect(),
    };
    file["instances"].as_array().unwrap().iter().map(|i| (fluid(i), i.clone())).collect()
}

#[test]
fn published_fluid_optima_are_reproduced() {
    for (fluid, published) in published() {
        let start = std::time::Instant::now();
        let found = fluid_optimum(&fluid, &[(0..fluid.jobs.len()).collect()], &Budget::unlimited());
        let found = found.unwrap();
        let optimum = published["opt_sum_completion"].as_f64().unwrap() * 1000.0;
        println!("{} {} jobs {} nodes {:?} {} {}", published["id"], fluid.jobs.len(), found.nodes, start.elapsed(), found.best.weighted_ms, optimum);
        assert!(found.complete);
        assert!((found.best.weighted_ms / optimum - 1.0).abs() < 1e-6);
    }
}
