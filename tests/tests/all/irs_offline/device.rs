//! The device level: two exact routes and the published optima.

use placewright_models::irs_matching::offline::device::arrivals::{
    Arrivals, DeviceError, DeviceJob,
};
use placewright_models::irs_matching::offline::device::mip::device_model;
use placewright_models::irs_matching::offline::device::tree::{DeviceOptimum, device_optimum};
use placewright_solver::budget::Budget;
use placewright_solver::mip::{MipLimits, MipStart, MipStatus, Silent, default_backend};

use super::support::{Dice, published_arrivals};

fn solve(arrivals: &Arrivals) -> DeviceOptimum {
    let found = device_optimum(arrivals, &Budget::unlimited()).unwrap();
    assert!(found.complete);
    let completions = arrivals.completions_ms(&found.plan).unwrap();
    assert_eq!(arrivals.weighted_ms(&completions), found.weighted_ms);
    found
}

#[test]
fn published_device_optima_are_reproduced() {
    for published in published_arrivals() {
        let found = solve(&published.instance);
        println!("{}: {} in {} nodes", published.facts["id"], found.weighted_ms, found.nodes);
        assert_eq!(found.weighted_ms as f64, published.fact("opt_sum_completion"));
    }
}

fn random_arrivals(seed: u64) -> Arrivals {
    let mut dice = Dice::new(seed);
    let sets = [vec![0, 1, 2, 3], vec![1, 3], vec![2, 3], vec![3], vec![0, 2]];
    let mut time = 0;
    let count = 14 + dice.below(16) as usize;
    let times_ms = (0..count).map(|_| {
        time += dice.below(5);
        time
    });
    Arrivals {
        times_ms: times_ms.collect(),
        masks: (0..count).map(|_| dice.below(5) as usize).collect(),
        jobs: (0..2 + dice.below(3))
            .map(|_| DeviceJob {
                demand: 1 + dice.below(4),
                weight: 1 + dice.below(3),
                masks: sets[dice.below(5) as usize].clone(),
            })
            .collect(),
    }
}

#[test]
fn the_tree_and_the_integer_program_agree() {
    let mut solved = 0;
    for seed in 0..150 {
        let arrivals = random_arrivals(seed);
        match arrivals.validate() {
            Err(DeviceError::TooFew { jobs }) => {
                // The witness wants more than ever arrives for it.
                let uses =
                    |mask: &usize| jobs.iter().any(|&j| arrivals.jobs[j].masks.contains(mask));
                let supply = arrivals.masks.iter().filter(|mask| uses(mask)).count() as u64;
                let wanted: u64 = jobs.iter().map(|&job| arrivals.jobs[job].demand).sum();
                assert!(wanted > supply);
                continue;
            }
            other => other.unwrap(),
        }
        let found = solve(&arrivals);
        let program = device_model(&arrivals);
        let limits = MipLimits::default();
        let backend = default_backend();
        let outcome = backend.solve(&program.model, &limits, MipStart::None, &mut Silent).unwrap();
        assert_eq!(outcome.status, MipStatus::Optimal);
        let plan = program.decode(&arrivals, &outcome.values.unwrap()).unwrap();
        let completions = arrivals.completions_ms(&plan).unwrap();
        assert_eq!(arrivals.weighted_ms(&completions), found.weighted_ms, "seed {seed}");
        // The tree's plan is a solution of the program, of the same cost.
        let values = program.encode(&arrivals, &found.plan).unwrap();
        assert!(program.model.violations(&values, 1e-9).is_empty());
        assert_eq!(program.model.objective(&values), found.weighted_ms as f64);
        solved += 1;
    }
    assert!(solved > 60, "{solved}");
}

#[test]
fn list_plans_are_never_better() {
    for published in published_arrivals() {
        let arrivals = &published.instance;
        let best = solve(arrivals).weighted_ms;
        let mut dice = Dice::new(1);
        for _ in 0..20 {
            let plan = arrivals.list_plan(&dice.shuffled(arrivals.jobs.len()));
            if let Ok(completions) = arrivals.completions_ms(&plan) {
                assert!(arrivals.weighted_ms(&completions) >= best);
            }
        }
    }
}

#[test]
fn no_jobs_cost_nothing() {
    let arrivals = Arrivals { times_ms: vec![1, 2], masks: vec![0, 0], jobs: Vec::new() };
    assert_eq!(solve(&arrivals).weighted_ms, 0);
}
