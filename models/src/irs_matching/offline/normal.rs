//! A fluid in floating point, scaled so that total demand, total rate and total weight are one.
//!
//! Times are then of the order of one as well, which is what the linear programs of this room
//! need. Jobs with the same masks and the same release form a *class*: in any schedule their
//! shares can be exchanged freely.

use super::fluid::Fluid;

/// A scaled fluid.
#[derive(Clone, Debug)]
pub(super) struct Normal {
    /// One unit of scaled time, in milliseconds.
    pub(super) unit_ms: f64,
    /// One unit of scaled weight.
    pub(super) unit_weight: f64,
    pub(super) demands: Vec<f64>,
    pub(super) weights: Vec<f64>,
    pub(super) releases: Vec<f64>,
    pub(super) rates: Vec<f64>,
    pub(super) masks: Vec<Vec<usize>>,
    /// Rate of all masks of each job together.
    pub(super) own_rates: Vec<f64>,
    pub(super) classes: Vec<Class>,
    /// Unions of the classes' masks, at most [`MOST_UNIONS`] of them.
    pub(super) unions: Vec<Vec<usize>>,
}

/// Unions of masks that are tried in cuts.
const MOST_UNIONS: usize = 64;

/// Jobs with the same masks and release.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) release: f64,
    pub(super) masks: Vec<usize>,
    pub(super) jobs: Vec<usize>,
}

impl Normal {
    /// Scales a validated fluid. Classes are in the order of their releases.
    pub(super) fn new(fluid: &Fluid) -> Self {
        let jobs = &fluid.jobs;
        let useful = |mask: usize| jobs.iter().any(|job| job.masks.contains(&mask));
        let rate = |(mask, &rate): (usize, &u64)| if useful(mask) { rate as f64 } else { 0.0 };
        let rates: Vec<f64> = fluid.rates_micro_per_s.iter().enumerate().map(rate).collect();
        let rate = rates.iter().sum::<f64>().max(1.0);
        let demand = jobs.iter().map(|job| job.demand_micro as f64).sum::<f64>().max(1.0);
        let unit_weight = jobs.iter().map(|job| job.weight as f64).sum::<f64>().max(1.0);
        let unit_ms = demand / rate * 1000.0;
        let classes = classes(fluid, unit_ms);
        let own = |job| fluid.own_rate_micro_per_s(job) as f64 / rate;
        Self {
            unit_ms,
            unit_weight,
            demands: jobs.iter().map(|job| job.demand_micro as f64 / demand).collect(),
            weights: jobs.iter().map(|job| job.weight as f64 / unit_weight).collect(),
            releases: jobs.iter().map(|job| job.release_ms as f64 / unit_ms).collect(),
            rates: rates.iter().map(|own| own / rate).collect(),
            masks: jobs.iter().map(|job| job.masks.clone()).collect(),
            own_rates: (0..jobs.len()).map(own).collect(),
            unions: mask_unions(&classes),
            classes,
        }
    }

    /// How many jobs there are.
    pub(super) fn len(&self) -> usize {
        self.demands.len()
    }

    /// Rate of the masks that some of these jobs may use.
    pub(super) fn joint_rate(&self, jobs: &[usize]) -> f64 {
        let used = |mask: usize| jobs.iter().any(|&job| self.masks[job].contains(&mask));
        self.rates.iter().enumerate().filter(|(mask, _)| used(*mask)).map(|(_, rate)| rate).sum()
    }
}

fn classes(fluid: &Fluid, unit_ms: f64) -> Vec<Class> {
    let mut order: Vec<usize> = (0..fluid.jobs.len()).collect();
    let key = |&job: &usize| (fluid.jobs[job].release_ms, &fluid.jobs[job].masks, job);
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    let same = |a: &usize, b: &usize| {
        let (a, b) = (&fluid.jobs[*a], &fluid.jobs[*b]);
        a.release_ms == b.release_ms && a.masks == b.masks
    };
    let class = |jobs: &[usize]| Class {
        release: fluid.jobs[jobs[0]].release_ms as f64 / unit_ms,
        masks: fluid.jobs[jobs[0]].masks.clone(),
        jobs: jobs.to_vec(),
    };
    order.chunk_by(same).map(class).collect()
}

/// The unions of the classes' masks, each ascending.
fn mask_unions(classes: &[Class]) -> Vec<Vec<usize>> {
    let mut unions: Vec<Vec<usize>> = Vec::new();
    for class in classes {
        let joined = unions.iter().map(|union| {
            let mut joined: Vec<usize> = union.iter().chain(&class.masks).copied().collect();
            joined.sort_unstable();
            joined.dedup();
            joined
        });
        let mut new: Vec<Vec<usize>> = joined.chain([class.masks.clone()]).collect();
        unions.append(&mut new);
        unions.sort();
        unions.dedup();
        unions.truncate(MOST_UNIONS);
    }
    unions
}
