//! Shortest remaining processing time, of the job.

use serde::{Deserialize, Serialize};

use super::by_key::rank_by;
use crate::irs_matching::online::plan::Plan;
use crate::irs_matching::online::policy::{Event, Policy, Scene};

/// Serves the job with the fewest rounds left times demand, whatever devices it may use. Optimal
/// for one group (Schrage 1968); O(m log m) an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SrptJob;

impl Policy for SrptJob {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        if matches!(event, Event::Requested(_) | Event::Tick) {
            rank_by(scene, plan, |_, job| job.rounds_left() * f64::from(job.spec.demand));
        }
    }
}
