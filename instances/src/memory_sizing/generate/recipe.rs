//! The recipe of an instance without couplings: how many types, how many samples, which limits.

use placewright_models::memory_sizing::instance::{Instance, Samples, TaskType, TimeToFailure};

use super::shape::{Behaviour, Shape};
use crate::draw::{Draw, power};

/// Everything that shapes a generated instance besides its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// Number of task types.
    pub types: u64,
    /// Fewest and most samples of a type.
    pub samples: (u64, u64),
    /// The behaviour of all types; `None` draws one per type.
    pub shape: Option<Shape>,
    /// Largest allocation in MiB.
    pub node_limit_mib: u64,
    /// Allocations are multiples of this many MiB.
    pub granularity_mib: u64,
    /// Attempts per task.
    pub max_attempts: u32,
    /// Share of the run time after which an attempt fails.
    pub time_to_failure: TimeToFailure,
    /// Price of a failed attempt in MiB·ms.
    pub failure_price_mib_ms: u64,
    /// Percentage of samples that are censored.
    pub censored_percent: u64,
    /// How much of a history is written down.
    pub columns: Columns,
}

/// Which optional columns samples have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Peaks and run times, for instances that are large enough as they are.
    Lean,
    /// Input sizes, requests and, for some types, weights as well.
    Full,
}

/// The uncoupled instance of a recipe and a seed.
#[must_use]
pub fn uncoupled(recipe: &Recipe, seed: u64) -> Instance {
    let types = (0..recipe.types).map(|index| task_type(recipe, seed, index)).collect();
    Instance {
        node_limit_mib: recipe.node_limit_mib,
        granularity_mib: recipe.granularity_mib,
        time_to_failure: recipe.time_to_failure,
        failure_price_mib_ms: recipe.failure_price_mib_ms,
        max_attempts: recipe.max_attempts,
        max_distinct_sizes: None,
        max_failures: None,
        nodes: Vec::new(),
        types,
    }
}

fn task_type(recipe: &Recipe, seed: u64, index: u64) -> TaskType {
    let mut draw = Draw::new(seed, index + 1);
    let draw = &mut draw;
    let shape = recipe.shape.unwrap_or_else(|| draw.pick(&Shape::ALL).1);
    let limit_mib = recipe.node_limit_mib as f64;
    let typical_mib = draw.magnitude(limit_mib / 2000.0, limit_mib / 12.0);
    let behaviour = Behaviour::new(shape, typical_mib, limit_mib, draw);
    let history = History {
        behaviour,
        typical_ms: draw.magnitude(2_000.0, 7_200_000.0),
        run_time: draw.pick(&[RunTime::Correlated, RunTime::Independent]),
        spread: draw.real(0.5, 1.5),
        typical_bytes: draw.magnitude(1e6, 5e10),
    };
    let count = draw.between(recipe.samples.0, recipe.samples.1);
    TaskType {
        name: format!("T{:0width$}", index + 1, width = recipe.types.to_string().len()),
        cores: draw.pick(&[1, 1, 2, 4, 8]),
        // A few types dominate a cluster, as a rule.
        slots: draw.magnitude(1.0, 64.0) as u32,
        max_attempts: None,
        samples: history.samples(recipe, count, draw),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RunTime {
    /// With the memory, as for tasks that load what they work on.
    Correlated,
    /// On its own.
    Independent,
}

/// A type's past.
struct History {
    behaviour: Behaviour,
    typical_ms: f64,
    run_time: RunTime,
    /// Deviation of the binary logarithm of input sizes.
    spread: f64,
    typical_bytes: f64,
}

impl History {
    fn samples(&self, recipe: &Recipe, count: u64, draw: &mut Draw) -> Samples {
        let mut samples = Samples::default();
        let weighted = recipe.columns == Columns::Full && draw.percent(25);
        for _ in 0..count {
            self.add(recipe, &mut samples, draw);
            if weighted {
                samples.weight.push(draw.between(1, 9));
            }
        }
        if recipe.columns == Columns::Full {
            let largest = samples.peak_mib.iter().copied().max().unwrap_or(1);
            let request_mib = preset_mib(largest).min(recipe.node_limit_mib);
            samples.request_mib = vec![request_mib; samples.peak_mib.len()];
        } else {
            samples.input_size_bytes.clear();
        }
        if !samples.censored.contains(&true) {
            samples.censored.clear();
        }
        samples
    }

    fn add(&self, recipe: &Recipe, samples: &mut Samples, draw: &mut Draw) {
        let input = power(2.0, self.spread * draw.normal());
        let peak_mib = self.behaviour.peak_mib(input, draw);
        // A censored sample needs one MiB more than it failed at, which must still be permitted.
        let largest = recipe.node_limit_mib - recipe.node_limit_mib % recipe.granularity_mib - 1;
        let peak_mib = (peak_mib.max(1.0) as u64).clamp(1, largest.max(1));
        let load = match self.run_time {
            RunTime::Correlated => peak_mib as f64 / self.behaviour.typical_mib(),
            RunTime::Independent => power(2.0, 0.8 * draw.normal()),
        };
        let jitter = (1.0 + 0.1 * draw.normal()).max(0.2);
        samples.peak_mib.push(peak_mib);
        samples.run_time_ms.push((self.typical_ms * load * jitter).clamp(1.0, 1e9) as u64);
        samples.input_size_bytes.push((self.typical_bytes * input) as u64);
        samples.censored.push(draw.percent(recipe.censored_percent));
    }
}

/// What a workflow's authors would ask for: the next class well above what they ever saw.
pub(crate) fn preset_mib(largest_mib: u64) -> u64 {
    const CLASSES_GIB: [u64; 7] = [2, 6, 12, 36, 72, 200, 500];
    let wanted = largest_mib + largest_mib / 2;
    let fits = |gib: &&u64| **gib * 1024 >= wanted;
    CLASSES_GIB.iter().find(fits).map_or(wanted, |gib| gib * 1024)
}
