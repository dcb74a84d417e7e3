//! Algorithm 2 of Venn: matching devices of one hardware tier to a round.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::irs_matching::online::job::{Job, JobId};

/// What is known of the hardware tiers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tiers {
    /// By tier: 95th percentile of its response time over that of all devices.
    pub speed: Vec<f64>,
    /// That of all devices, in seconds.
    pub response_s: f64,
    /// Seed of the tiers drawn.
    pub seed: u64,
}

/// The tier that every job's open round is restricted to, if any.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Restrictions {
    tier: Vec<Option<u8>>,
    drawn: u64,
}

impl Restrictions {
    /// The tier that a job takes devices of, where it does not take all.
    #[must_use]
    pub fn of(&self, id: JobId) -> Option<u8> {
        self.tier.get(id.index()).copied().flatten()
    }

    /// Lifts the restriction of a job.
    pub fn lift(&mut self, id: JobId) {
        if let Some(tier) = self.tier.get_mut(id.index()) {
            *tier = None;
        }
    }

    /// A round opens that is the first of its group: draws a tier, so that all kinds of data are
    /// seen, and restricts the round to it where it ends sooner so, V + g c < 1 + c with V tiers,
    /// g the speed of the tier and c the ratio of response time to scheduling time (Liu et al.
    /// 2025, Algorithm 2). `supply_per_s` is that of all the job's devices. A job's first round
    /// is not restricted.
    pub fn draw(&mut self, id: JobId, job: &Job, tiers: &Tiers, supply_per_s: f64) {
        if self.tier.len() <= id.index() {
            self.tier.resize(id.index() + 1, None);
        }
        self.lift(id);
        if job.round == 0 || tiers.speed.is_empty() {
            return;
        }
        self.drawn += 1;
        let seed = tiers.seed.rotate_left(32) ^ self.drawn;
        let draw = Xoshiro256PlusPlus::seed_from_u64(seed).next_u64();
        let tier = (draw % tiers.speed.len() as u64) as usize;
        let ratio = tiers.response_s * supply_per_s / f64::from(job.spec.demand);
        if (tiers.speed.len() as f64) + tiers.speed[tier] * ratio < 1.0 + ratio {
            self.tier[id.index()] = Some(tier as u8);
        }
    }
}
