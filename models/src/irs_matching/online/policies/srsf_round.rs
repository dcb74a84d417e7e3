//! Smallest remaining service first, of the round.

use serde::{Deserialize, Serialize};

use super::by_key::rank_by;
use crate::irs_matching::online::plan::Plan;
use crate::irs_matching::online::policy::{Event, Policy, Scene};

/// Serves the round that wants the fewest more devices; ranked anew when any job opens a round.
/// Optimal inside one group of equal jobs of one round (Venn, Lemma 1); O(m log m) an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SrsfRound;

impl Policy for SrsfRound {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        if matches!(event, Event::Requested(_) | Event::Tick) {
            rank_by(scene, plan, |_, job| f64::from(job.wanted));
        }
    }
}
