//! Jobs to be replayed.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::circuit_allocation::instance::Traffic;

/// A job of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayJob {
    /// When it comes.
    pub arrival_ms: u64,
    /// GPUs it asks for.
    pub gpus: u32,
    /// How long it runs without contention.
    pub run_ms: u64,
    /// The part of it in which it communicates: the end.
    pub communication_ms: u64,
    /// How.
    pub algorithm: Traffic,
    /// How long it will run as the scheduler is told.
    pub estimate_ms: u64,
}

/// What schedulers are told of run times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimates {
    /// The truth.
    Exact,
    /// Half of it.
    Half,
    /// Twice as much.
    Double,
    /// Every job a factor from 1/3 to 3, log-uniform, drawn from the seed.
    Mixed,
}

impl Estimates {
    /// Tells the estimates.
    pub fn tell(self, jobs: &mut [ReplayJob], seed: u64) {
        let mut draw = Xoshiro256PlusPlus::seed_from_u64(seed);
        for job in jobs {
            let estimate_ms = match self {
                Self::Exact => job.run_ms,
                Self::Half => job.run_ms / 2,
                Self::Double => job.run_ms.saturating_mul(2),
                Self::Mixed => {
                    let factor = 3_f64.powf(draw.random_range(-1.0..=1.0));
                    (job.run_ms as f64 * factor) as u64
                }
            };
            job.estimate_ms = estimate_ms.max(1);
        }
    }
}

/// Draws the algorithm of a job that is not known to be all-to-all: halving-doubling and ring five to
/// two, as in the published job model; a ring where the number of GPUs is no power of two.
pub fn draw_reduce(gpus: u32, draw: &mut impl rand::Rng) -> Traffic {
    let ring = draw.random_ratio(2, 7);
    match ring || !gpus.is_power_of_two() {
        true => Traffic::Ring,
        false => Traffic::HalvingDoubling,
    }
}

/// Draws the algorithm of a job of which nothing is known: 50 % halving-doubling, 20 % ring, 30 %
/// all-to-all.
pub fn draw_algorithm(gpus: u32, draw: &mut impl rand::Rng) -> Traffic {
    let all_to_all = draw.random_ratio(3, 10);
    let reduce = draw_reduce(gpus, draw);
    match all_to_all && gpus.is_power_of_two() {
        true => Traffic::AllToAll,
        false => reduce,
    }
}

/// Draws the share of a job's time in which it communicates, by the published model mix: VGG16 4–25 %,
/// ResNet50 and ResNet101 2–5 %, BERT 8–12 %, Pangu 35 %, equally likely.
pub fn draw_communication(run_ms: u64, draw: &mut impl rand::Rng) -> u64 {
    let share = match draw.random_range(0..5) {
        0 => draw.random_range(0.04..0.25),
        1 | 2 => draw.random_range(0.02..0.05),
        3 => draw.random_range(0.08..0.12),
        _ => 0.35,
    };
    (run_ms as f64 * share) as u64
}
