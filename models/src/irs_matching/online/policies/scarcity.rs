//! Scarcest devices first.

use serde::{Deserialize, Serialize};

use super::by_key::rank_by_two;
use crate::irs_matching::online::plan::Plan;
use crate::irs_matching::online::policy::{Event, Policy, Scene};

/// Serves the job whose devices are the fewest among recent check-ins, and among equals the round
/// that wants the fewest more. A job of few devices never waits for one of many. No guarantee;
/// O(m (log m + classes)) an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scarcity;

impl Policy for Scarcity {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        if matches!(event, Event::Requested(_) | Event::Tick) {
            let supply = |group| -> u32 {
                scene.classes.serving(group).map(|class| scene.supply.recent(class)).sum()
            };
            rank_by_two(scene, plan, |_, job| {
                (f64::from(supply(job.spec.group)), f64::from(job.wanted))
            });
        }
    }
}
