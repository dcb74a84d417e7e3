//! First in, first out: jobs in the order in which they came.

use serde::{Deserialize, Serialize};

use super::by_key::rank_by;
use crate::irs_matching::online::plan::Plan;
use crate::irs_matching::online::policy::{Event, Policy, Scene};

/// Serves the job that came first. No guarantee; O(classes × jobs) an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fifo;

impl Policy for Fifo {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        if matches!(event, Event::Requested(_) | Event::Tick) {
            rank_by(scene, plan, |_, _| 0.0);
        }
    }
}
