//! No bound is above an optimum, and certificates prove what they claim.

use placewright_models::irs_matching::offline::bounds::mean_busy::{
    MeanBusyPrices, PriceError, Response, mean_busy_value_us,
};
use placewright_models::irs_matching::offline::bounds::mean_busy_search::{
    GridSearch, mean_busy_bound,
};
use placewright_models::irs_matching::offline::bounds::partition::{
    partition_bound, partition_value_us,
};
use placewright_models::irs_matching::offline::bounds::pooled::pooled_bound_us;
use placewright_models::irs_matching::offline::fluid::Fluid;
use placewright_models::irs_matching::offline::supply::{Supply, SupplyPiece};
use placewright_solver::budget::Budget;

use super::support::{DEMANDS, Demands, Dice, Extras, optimum, published_fluids, random_fluid};

fn values_us(fluid: &Fluid) -> [f64; 3] {
    let jobs: Vec<usize> = (0..fluid.jobs.len()).collect();
    let supply = Supply::constant(&fluid.rates_micro_per_s);
    let partition = partition_bound(fluid);
    assert_eq!(partition_value_us(fluid, &partition.classes), Some(partition.weighted_us));
    let busy =
        mean_busy_bound(&supply, &fluid.jobs, &[], GridSearch::default(), &Budget::unlimited())
            .unwrap();
    let proved = mean_busy_value_us(&supply, &fluid.jobs, &[], &busy.certificate);
    assert_eq!(proved, Ok(busy.weighted_us));
    [pooled_bound_us(fluid, &jobs), partition.weighted_us, busy.weighted_us].map(|us| us as f64)
}

#[test]
fn published_bounds_are_reproduced_or_beaten() {
    let published = published_fluids();
    let (mut mean, mut worst) = ([0.0; 3], [1.0_f64; 3]);
    for one in &published {
        let found = values_us(&one.instance).map(|us| us / 1e6);
        let optimum = one.fact("opt_sum_completion");
        assert!((found[0] / one.fact("pooled_bound") - 1.0).abs() < 1e-6);
        assert!((found[1] / one.fact("best_partition_bound") - 1.0).abs() < 1e-6);
        assert!(found[2] >= one.fact("mean_busy_time_lp_bound"));
        for (bound, value) in found.into_iter().enumerate() {
            assert!(value <= optimum * (1.0 + 1e-9));
            mean[bound] += value / optimum / published.len() as f64;
            worst[bound] = worst[bound].min(value / optimum);
        }
    }
    println!("pooled, partition, mean busy: mean {mean:.3?}, worst {worst:.3?} of the optimum");
}

#[test]
fn no_bound_is_above_an_optimum() {
    for seed in 0..120 {
        let extras = [Extras::None, Extras::Weights, Extras::WeightsAndReleases];
        let extras = extras[seed as usize / 3 % 3];
        let fluid = random_fluid(500 + seed, 6, DEMANDS[seed as usize % 3], extras);
        let optimum = optimum(&fluid).best.weighted_ms * 1000.0;
        for value in values_us(&fluid) {
            assert!(value <= optimum * (1.0 + 1e-8), "{value} above {optimum}");
        }
    }
}

/// Weak duality: whatever the prices and breakpoints, what they prove is true.
#[test]
fn any_prices_prove_a_bound() {
    for seed in 0..60 {
        let fluid = random_fluid(700 + seed, 6, DEMANDS[seed as usize % 3], Extras::Weights);
        let supply = Supply::constant(&fluid.rates_micro_per_s);
        let optimum = optimum(&fluid).best.weighted_ms * 1000.0;
        let found =
            mean_busy_bound(&supply, &fluid.jobs, &[], GridSearch::default(), &Budget::unlimited())
                .unwrap();
        let mut dice = Dice::new(seed);
        for _ in 0..20 {
            let mut forged = found.certificate.clone();
            let change = |price: &mut i64| *price = *price / 100 * (50 + dice.below(100) as i64);
            forged.prices.iter_mut().for_each(change);
            let last = forged.breakpoints_ms.len() - 1;
            forged.breakpoints_ms.drain(..dice.below(last as u64 + 1) as usize);
            match mean_busy_value_us(&supply, &fluid.jobs, &[], &forged) {
                Ok(value) => assert!(value <= found.weighted_us.max(optimum as i128)),
                Err(error) => assert!(matches!(error, PriceError::Horizon { .. })),
            }
        }
    }
}

#[test]
fn one_group_is_bounded_exactly() {
    let mut fluid = random_fluid(3, 8, Demands::LogUniform, Extras::None);
    fluid.jobs.iter_mut().for_each(|job| job.masks = vec![1, 3]);
    let optimum = optimum(&fluid).best.weighted_ms * 1000.0;
    for value in values_us(&fluid) {
        assert!(value <= optimum * (1.0 + 1e-9) && value >= optimum * (1.0 - 1e-5));
    }
}

#[test]
fn supply_that_changes_is_followed() {
    let fluid = random_fluid(9, 20, Demands::Profile, Extras::WeightsAndReleases);
    let piece = |start_ms, percent: u64| SupplyPiece {
        start_ms,
        rates_micro_per_s: fluid.rates_micro_per_s.iter().map(|r| r * percent / 100).collect(),
    };
    let bound = |pieces: Vec<SupplyPiece>| {
        let found = mean_busy_bound(
            &Supply { pieces },
            &fluid.jobs,
            &[],
            GridSearch::default(),
            &Budget::unlimited(),
        );
        found.unwrap().weighted_us as f64
    };
    let constant = bound(vec![piece(0, 100)]);
    // Cutting a constant supply into pieces changes next to nothing; less supply later costs.
    let cut = bound(vec![piece(0, 100), piece(777_777, 100), piece(2_000_000, 100)]);
    assert!((cut / constant - 1.0).abs() < 1e-3, "{cut} {constant}");
    assert!(bound(vec![piece(0, 100), piece(777_777, 50)]) > 1.05 * constant);
    assert!(bound(vec![piece(0, 100), piece(777_777, 200)]) < constant);
}

#[test]
fn rounds_that_respond_slowly_raise_the_bound() {
    let fluid = random_fluid(4, 5, Demands::Profile, Extras::Weights);
    let supply = Supply::constant(&fluid.rates_micro_per_s);
    let nothing = MeanBusyPrices { prices: vec![0; 5], ..MeanBusyPrices::default() };
    let value = |responses: &[Response]| {
        mean_busy_value_us(&supply, &fluid.jobs, responses, &nothing).unwrap()
    };
    let weights: u64 = fluid.jobs.iter().map(|job| job.weight).sum();
    // Three rounds of a second: (3 + 1) / 2 seconds per job.
    let slow = value(&[Response { rounds: 3, response_ms: 1000 }; 5]);
    assert_eq!(slow - value(&[]), i128::from(weights) * 2_000_000);
}
