//! The order of jobs that the flow policy keeps.

use serde::{Deserialize, Serialize};

use super::flow::FlowSettings;
use crate::irs_matching::online::fluid::FluidJob;
use crate::irs_matching::online::job::{Job, JobId, Stage};
use crate::irs_matching::online::order_search::improve;
use crate::irs_matching::online::policy::{Record, Scene};

/// The live jobs, best first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FlowOrder {
    ranked: Vec<JobId>,
}

/// Rounds of a job of unknown length before any job has ended.
const UNKNOWN_ROUNDS: f64 = 1000.0;
/// A job beyond its estimated rounds is taken to need this share of the estimate more.
const OVERRUN: f64 = 0.1;

impl FlowOrder {
    /// The jobs, best first.
    #[must_use]
    pub fn ranked(&self) -> &[JobId] {
        &self.ranked
    }

    /// Drops jobs that ended, puts in new ones by their work and improves the order for the
    /// rates of the last day.
    pub fn update(&mut self, scene: &Scene<'_>, settings: &FlowSettings) {
        self.ranked.retain(|&id| scene.job(id).stage != Stage::Ended);
        let mut known = vec![false; scene.jobs.len()];
        self.ranked.iter().for_each(|id| known[id.index()] = true);
        let work = |id: JobId| fluid_job(scene.job(id), scene.record, settings).work;
        for &id in scene.live.iter().filter(|id| !known[id.index()]) {
            let own = work(id);
            let place = self.ranked.iter().position(|&other| work(other) > own);
            self.ranked.insert(place.unwrap_or(self.ranked.len()), id);
        }
        let mut rates_per_s = Vec::new();
        scene.supply.daily_per_s(scene.now_ms, &mut rates_per_s);
        if rates_per_s.iter().all(|&rate| rate == 0.0) {
            return;
        }
        let as_fluid = |&id: &JobId| fluid_job(scene.job(id), scene.record, settings);
        let jobs: Vec<FluidJob> = self.ranked.iter().map(as_fluid).collect();
        let mut order: Vec<usize> = (0..jobs.len()).collect();
        improve(&jobs, &mut order, &rates_per_s, scene.classes, settings.search_steps);
        self.ranked = order.into_iter().map(|place| self.ranked[place]).collect();
    }
}

fn fluid_job(job: &Job, record: Record, settings: &FlowSettings) -> FluidJob {
    let need = f64::from(settings.need(job));
    let work = rounds_left(job, record) * need - f64::from(job.assigned);
    let tail_s = tail_s(job, settings);
    FluidJob { group: job.spec.group, work: work.max(1.0), need, tail_s, weight: job.spec.weight }
}

/// Time from the last needed device to the end of a round, in seconds.
pub(super) fn tail_s(job: &Job, settings: &FlowSettings) -> f64 {
    if job.tail_ms > 0.0 { job.tail_ms / 1000.0 } else { settings.first_tail_s }
}

/// Rounds left. For a job of unknown length: the mean length of jobs, as lengths that are
/// exponentially distributed and censored would have it (all rounds done, by all jobs, over jobs
/// ended), whatever the job has done. A job that outlives its estimate is taken to be near its end:
/// to push it back would waste what it was given.
fn rounds_left(job: &Job, record: Record) -> f64 {
    match job.spec.rounds {
        Some(rounds) => {
            let rounds = f64::from(rounds);
            (rounds - f64::from(job.done)).max(OVERRUN * rounds).max(1.0)
        }
        None if record.jobs == 0 => UNKNOWN_ROUNDS,
        None => (record.rounds as f64 / record.jobs as f64).max(1.0),
    }
}
