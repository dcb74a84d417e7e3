//! Proportional fairness, for jobs of unknown length.

use serde::{Deserialize, Serialize};

use super::by_key::rank_by;
use crate::irs_matching::online::plan::Plan;
use crate::irs_matching::online::policy::{Event, Policy, Scene};

/// Serves the job that has been served least per weight since it came, a round at a time.
///
/// The rates that eligibility allows form a polymatroid, on which the proportionally fair rates are
/// the weighted max-min fair ones (Fujishige 1980); to serve whoever is furthest behind approaches
/// those. Devices are not shared out inside a round: rounds that all fill at once would all run
/// into their deadlines. Proportional fairness is 27-competitive for completion times on such
/// polytopes (Jäger, Lindermayr, Megow 2024) without rounds and deadlines; with them there is no
/// guarantee. O(m log m) an event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Proportional {
    /// By job: service per weight that it is taken to have had before it came.
    head_start: Vec<f64>,
}

impl Policy for Proportional {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        let served = |of: &Self, index: usize| {
            let job = &scene.jobs[index];
            of.head_start[index]
                + f64::from(job.done) * f64::from(job.spec.demand) / job.spec.weight
        };
        if let Event::Arrived(id) = event {
            // As if it had been there with those that are furthest behind.
            let others = scene.live.iter().filter(|&&other| other != id);
            let least = others.map(|other| served(self, other.index())).min_by(f64::total_cmp);
            self.head_start.push(least.unwrap_or(0.0));
        }
        if matches!(event, Event::Requested(_) | Event::Tick) {
            rank_by(scene, plan, |id, _| served(self, id.index()));
        }
    }
}
