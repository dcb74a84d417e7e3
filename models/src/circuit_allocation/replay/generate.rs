//! Job lists drawn from a mix of sizes.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::workload::{ReplayJob, draw_algorithm, draw_communication};

/// What lists are drawn from.
#[derive(Clone, Debug)]
pub struct Mix {
    /// Jobs in a list.
    pub jobs: usize,
    /// Sizes and their weights.
    pub sizes: Vec<(u32, f64)>,
    /// Run times to draw from, clipped and rounded as the published job model has it.
    pub run_ms: Vec<u64>,
    /// GPUs of the cluster.
    pub gpus: u32,
    /// Mean GPU demand over GPUs.
    pub load: f64,
}

/// The mix of the 512-GPU yardstick: 8 GPUs 35 %, 16 25 %, 32 20 %, 64 12 %, 128 8 %.
pub const MULTI: [(u32, f64); 5] = [(8, 35.0), (16, 25.0), (32, 20.0), (64, 12.0), (128, 8.0)];

/// The histogram of sizes in the Helios cluster (Hu et al., SC 2021), as used in the public simulator
/// of the vClos paper.
pub const HELIOS: [(u32, f64); 9] = [
    (1, 11136.0),
    (2, 829.0),
    (4, 1109.0),
    (8, 4257.0),
    (16, 400.0),
    (32, 925.0),
    (64, 76.0),
    (128, 80.0),
    (256, 13.0),
];

/// A run time as in the published job model: at least 1,000 s, at most 100,000 s, in steps of 100 s.
#[must_use]
pub fn clip(run_ms: u64) -> u64 {
    run_ms.clamp(1_000_000, 100_000_000) / 100_000 * 100_000
}

/// Draws a list: Poisson arrivals with the mean gap that makes the load, nominal run times of which
/// the part that communicates is scaled by 0.5 to 1.5, as in the published job model. The same seed
/// gives the same list.
#[must_use]
pub fn generate(mix: &Mix, seed: u64) -> Vec<ReplayJob> {
    let mut draw = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut jobs = Vec::with_capacity(mix.jobs);
    for _ in 0..mix.jobs {
        // Weights are constants, and run times were checked not to be none.
        let gpus = mix.sizes.choose_weighted(&mut draw, |of| of.1).map_or(1, |of| of.0);
        let nominal_ms = mix.run_ms.choose(&mut draw).copied().unwrap_or(1000);
        let talk_ms = draw_communication(nominal_ms, &mut draw);
        let communication_ms = (talk_ms as f64 * draw.random_range(0.5..1.5)) as u64;
        let run_ms = nominal_ms - talk_ms + communication_ms;
        let algorithm = draw_algorithm(gpus, &mut draw);
        let estimate_ms = run_ms;
        jobs.push(ReplayJob {
            arrival_ms: 0,
            gpus,
            run_ms,
            communication_ms,
            algorithm,
            estimate_ms,
        });
    }
    let work: f64 = jobs.iter().map(|job| job.run_ms as f64 * f64::from(job.gpus)).sum();
    let gap_ms = work / (mix.load * f64::from(mix.gpus) * jobs.len().max(1) as f64);
    let mut now_ms = 0.0;
    for job in &mut jobs {
        now_ms -= gap_ms * (1.0 - draw.random::<f64>()).ln();
        job.arrival_ms = now_ms as u64;
    }
    jobs
}
