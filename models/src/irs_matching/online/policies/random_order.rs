//! Random order of rounds: the "optimized random" baseline of Venn.

use rand::Rng;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::by_key::rank_by;
use crate::irs_matching::online::plan::Plan;
use crate::irs_matching::online::policy::{Event, Policy, Scene};

/// Every request draws a rank; a job that was offered a device goes first, by number, until its
/// demand is filled. No guarantee; O(m log m) an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RandomOrder {
    seed: u64,
    /// Ranks drawn so far.
    drawn: u64,
    /// By job.
    ranks: Vec<f64>,
}

impl RandomOrder {
    /// The draws of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: 0, ranks: Vec::new() }
    }

    fn draw(&mut self) -> f64 {
        self.drawn += 1;
        let seed = self.seed.rotate_left(32) ^ self.drawn;
        // 53 bits: what a float holds.
        (Xoshiro256PlusPlus::seed_from_u64(seed).next_u64() >> 11) as f64
    }
}

impl Policy for RandomOrder {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        self.ranks.resize(scene.jobs.len(), 0.0);
        match event {
            Event::Requested(id) => self.ranks[id.index()] = self.draw(),
            Event::Started(_) | Event::Filled(_) | Event::Tick => {}
            Event::Arrived(_) | Event::Closed(_) | Event::Ended(_) => return,
        }
        rank_by(scene, plan, |id, job| if job.started { -1.0 } else { self.ranks[id.index()] });
    }
}
