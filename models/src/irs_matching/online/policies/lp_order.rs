//! A fixed order of jobs, given from outside or from a linear program.

use serde::{Deserialize, Serialize};

use super::by_key::rank_by;
use super::mean_busy_time::{BusyJob, mean_busy_times};
use crate::irs_matching::online::job::JobId;
use crate::irs_matching::online::plan::Plan;
use crate::irs_matching::online::policy::{Event, Policy, Scene};

/// Where the order comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// It was given.
    Given,
    /// The [linear program](super::mean_busy_time) of mean busy times, solved whenever a job comes.
    LinearProgram,
}

/// Serves jobs in a fixed order; jobs without a rank come last. No guarantee. O(m log m) an
/// event, and a linear program per job that comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LpOrder {
    origin: Origin,
    /// By job; smaller goes first, none goes last.
    ranks: Vec<Option<f64>>,
    /// Linear programs that could not be solved; the order then stays, new jobs rank by work.
    unsolved: u32,
}

impl LpOrder {
    /// An order from outside: the rank of every job by number.
    #[must_use]
    pub fn given(ranks: Vec<f64>) -> Self {
        let finite = |rank: f64| Some(rank).filter(|rank| rank.is_finite());
        let ranks = ranks.into_iter().map(finite).collect();
        Self { origin: Origin::Given, ranks, unsolved: 0 }
    }

    /// The order of a linear program, renewed as jobs come.
    #[must_use]
    pub fn renewed() -> Self {
        Self { origin: Origin::LinearProgram, ranks: Vec::new(), unsolved: 0 }
    }

    /// Linear programs that could not be solved.
    #[must_use]
    pub fn unsolved(&self) -> u32 {
        self.unsolved
    }

    fn renew(&mut self, scene: &Scene<'_>) {
        let of = |id: &JobId| {
            let job = scene.job(*id);
            BusyJob {
                group: job.spec.group,
                work: job.work_left().max(1.0),
                weight: job.spec.weight,
            }
        };
        let jobs: Vec<BusyJob> = scene.live.iter().map(of).collect();
        let mut rates_per_s = Vec::new();
        scene.supply.daily_per_s(scene.now_ms, &mut rates_per_s);
        match mean_busy_times(&jobs, &rates_per_s, scene.classes) {
            Some(times) => {
                scene.live.iter().zip(times).for_each(|(id, time)| {
                    self.ranks[id.index()] = Some(time).filter(|time| time.is_finite());
                });
            }
            None => {
                self.unsolved += 1;
                for (id, job) in scene.live.iter().zip(&jobs) {
                    self.ranks[id.index()].get_or_insert(job.work);
                }
            }
        }
    }
}

impl Policy for LpOrder {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        let known = self.ranks.len().max(scene.jobs.len());
        self.ranks.resize(known, None);
        if self.origin == Origin::LinearProgram && matches!(event, Event::Arrived(_)) {
            self.renew(scene);
        }
        if matches!(event, Event::Requested(_) | Event::Tick) {
            rank_by(scene, plan, |id, _| self.ranks[id.index()].unwrap_or(f64::INFINITY));
        }
    }
}
