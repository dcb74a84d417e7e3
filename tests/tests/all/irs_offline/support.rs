//! Instances, published and random.

use placewright_instances::data_folder::data_folder;
use placewright_models::irs_matching::offline::device::arrivals::{Arrivals, DeviceJob};
use placewright_models::irs_matching::offline::fluid::{Fluid, FluidJob};
use placewright_models::irs_matching::offline::heuristics::order_search::starting_orders;
use placewright_models::irs_matching::offline::order_tree::{FluidOptimum, fluid_optimum};
use placewright_solver::budget::Budget;
use serde_json::Value;

/// One of the published instances with what is published about it.
pub(super) struct Published<T> {
    pub(super) instance: T,
    pub(super) facts: Value,
}

impl<T> Published<T> {
    pub(super) fn fact(&self, name: &str) -> f64 {
        self.facts[name].as_f64().unwrap()
    }
}

fn file(name: &str) -> Option<Value> {
    let Some(folder) = data_folder() else {
        eprintln!("skipped: no folder of public data; set PLACEWRIGHT_DATA");
        return None;
    };
    let text = std::fs::read_to_string(folder.join("irs").join(name)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// Masks, as positions in `bits`, that serve a group numbered from one.
fn masks_of(bits: &[u64], group: &Value) -> Vec<usize> {
    let bit = group.as_u64().unwrap() - 1;
    (0..bits.len()).filter(|&mask| bits[mask] >> bit & 1 == 1).collect()
}

/// The published fluid instances. Amounts are thousandfold, so that rates are whole numbers; a
/// unit of time is a second.
pub(super) fn published_fluids() -> Vec<Published<Fluid>> {
    let Some(file) = file("exact_one_round_fluid.json") else { return Vec::new() };
    let bits = [1_u64, 3, 5, 15];
    let thousandfold = |value: &Value| (value.as_f64().unwrap() * 1e9).round() as u64;
    let rate = |bit: &u64| thousandfold(&file["atom_rates_per_unit_time"][bit.to_string()]);
    let rates_micro_per_s: Vec<u64> = bits.iter().map(rate).collect();
    let job = |job: &Value| FluidJob {
        demand_micro: thousandfold(&job["demand"]),
        weight: 1,
        release_ms: 0,
        masks: masks_of(&bits, &job["group"]),
    };
    let fluid = |facts: &Value| Fluid {
        rates_micro_per_s: rates_micro_per_s.clone(),
        jobs: facts["jobs"].as_array().unwrap().iter().map(job).collect(),
    };
    let instances = file["instances"].as_array().unwrap().iter();
    instances.map(|facts| Published { instance: fluid(facts), facts: facts.clone() }).collect()
}

/// The published instances at device level; a unit of time is a millisecond.
pub(super) fn published_arrivals() -> Vec<Published<Arrivals>> {
    let Some(file) = file("exact_device_level.json") else { return Vec::new() };
    let bits = [0_u64, 1, 3, 5, 15];
    let numbers = |values: &Value| -> Vec<u64> {
        values.as_array().unwrap().iter().map(|value| value.as_u64().unwrap()).collect()
    };
    let job = |job: &Value| DeviceJob {
        demand: job["demand"].as_u64().unwrap(),
        weight: 1,
        masks: masks_of(&bits, &job["group"]),
    };
    let arrivals = |facts: &Value| {
        let own = numbers(&facts["eligibility_masks"]);
        let position = |mask: &u64| bits.iter().position(|bit| bit == mask).unwrap();
        Arrivals {
            times_ms: numbers(&facts["arrival_times"]),
            masks: own.iter().map(position).collect(),
            jobs: facts["jobs"].as_array().unwrap().iter().map(job).collect(),
        }
    };
    let instances = file["instances"].as_array().unwrap().iter();
    instances.map(|facts| Published { instance: arrivals(facts), facts: facts.clone() }).collect()
}

/// Numbers below a limit, the same ones for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % limit
    }

    pub(super) fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for position in (1..count).rev() {
            order.swap(position, self.below(position as u64 + 1) as usize);
        }
        order
    }
}

/// How demands are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Demands {
    /// Log-uniform from 20 to 1,500 devices.
    LogUniform,
    /// Mostly 500, as in the jobs of the paper.
    Profile,
    /// 500 to 507.
    NearEqual,
}

pub(super) const DEMANDS: [Demands; 3] =
    [Demands::LogUniform, Demands::Profile, Demands::NearEqual];

/// What else is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extras {
    None,
    Weights,
    WeightsAndReleases,
}

/// Jobs of the four groups of the paper, with rates like those measured.
pub(super) fn random_fluid(seed: u64, jobs: usize, demands: Demands, extras: Extras) -> Fluid {
    let mut dice = Dice::new(seed);
    let groups = [vec![0, 1, 2, 3], vec![1, 3], vec![2, 3], vec![3]];
    let profile = [20, 50, 100, 100, 200, 500, 500, 500, 500, 500, 1000, 1500];
    let job = |_| FluidJob {
        demand_micro: 1_000_000
            * match demands {
                Demands::LogUniform => (20.0 * 75_f64.powf(dice.below(1000) as f64 / 1e3)) as u64,
                Demands::Profile => profile[dice.below(12) as usize] + dice.below(8),
                Demands::NearEqual => 500 + dice.below(8),
            },
        weight: if extras == Extras::None { 1 } else { 1 + dice.below(5) },
        release_ms: match extras {
            Extras::WeightsAndReleases => 300_000 * dice.below(4),
            _ => 0,
        },
        masks: groups[dice.below(4) as usize].clone(),
    };
    let rates_micro_per_s = vec![318_040, 81_335, 129_301, 434_828];
    Fluid { rates_micro_per_s, jobs: (0..jobs).map(job).collect() }
}

pub(super) fn optimum(fluid: &Fluid) -> FluidOptimum {
    let found = fluid_optimum(fluid, &starting_orders(fluid), &Budget::unlimited()).unwrap();
    assert!(found.complete);
    found
}
