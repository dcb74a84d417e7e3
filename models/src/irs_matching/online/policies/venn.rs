//! Venn: groups by Algorithm 1, inside a group the smallest first.

use serde::{Deserialize, Serialize};

use super::venn_groups::allocate;
use super::venn_tiers::{Restrictions, Tiers};
use crate::irs_matching::online::job::{Job, JobId};
use crate::irs_matching::online::plan::{Plan, Quota, Slot};
use crate::irs_matching::online::policy::{Event, Policy, Scene};

/// What is smallest inside a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inside {
    /// The demand left of the round, as published.
    RoundDemand,
    /// The rounds left times demand.
    JobWork,
}

/// Whether a device may be handed to a job it is not eligible for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Eligibility {
    /// Never, as published.
    Enforced,
    /// When a group takes over the devices of another, as in the released simulator: only there to
    /// reproduce its figures.
    Leaking,
}

/// Scheduling of Venn (Liu et al., MLSys 2025): Algorithm 1, with Algorithm 2 and the starvation
/// knob as options. O(m log m + n² m + classes × m) an event for m jobs and n groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Venn {
    inside: Inside,
    eligibility: Eligibility,
    tiers: Option<Tiers>,
    restrictions: Restrictions,
    /// The exponent of the starvation knob; 0 is off.
    fairness: f64,
}

impl Venn {
    /// Algorithm 1 alone.
    #[must_use]
    pub fn new(inside: Inside, eligibility: Eligibility) -> Self {
        let restrictions = Restrictions::default();
        Self { inside, eligibility, tiers: None, restrictions, fairness: 0.0 }
    }

    /// With tier matching, Algorithm 2.
    #[must_use]
    pub fn with_tiers(self, tiers: Tiers) -> Self {
        Self { tiers: Some(tiers), ..self }
    }

    /// With starvation control: demands and queues are scaled by (service / fair share)^exponent, so
    /// that jobs which used little of their share go first. (The paper's text leaves open what t is
    /// and the released code scales the other way; this is the sign that prevents starvation.)
    #[must_use]
    pub fn with_fairness(self, exponent: f64) -> Self {
        Self { fairness: exponent, ..self }
    }

    /// (t / T)^ε with t the time in which a job alone would have been served what it was, and T =
    /// M sd its fair share: jobs at once times the time it would take alone.
    fn scale(&self, scene: &Scene<'_>, job: &Job) -> f64 {
        if self.fairness == 0.0 {
            return 1.0;
        }
        let flow_per_s = supply_per_s(scene, job.spec.group).max(1e-9);
        let alone = |devices: f64| devices / flow_per_s;
        let rounds = f64::from(job.done) + job.rounds_left();
        let fair_s = scene.live.len() as f64 * alone(rounds * f64::from(job.spec.demand));
        // Of rounds that are done, so that a round does not fall back while it fills, and one device
        // more, so that nobody's demand vanishes.
        let served = f64::from(job.done) * f64::from(job.spec.demand) + 1.0;
        (alone(served) / fair_s).powf(self.fairness)
    }
}

fn supply_per_s(scene: &Scene<'_>, group: u8) -> f64 {
    let all: u32 = (0..scene.classes.len()).map(|class| scene.supply.recent(class)).sum();
    let own: u32 = scene.classes.serving(group).map(|class| scene.supply.recent(class)).sum();
    f64::from(own) / f64::from(all.max(1)) * scene.supply.recent_per_s(scene.now_ms)
}

impl Policy for Venn {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        if matches!(event, Event::Arrived(_) | Event::Started(_) | Event::Ended(_)) {
            return;
        }
        let scales: Vec<f64> = scene.jobs.iter().map(|job| self.scale(scene, job)).collect();
        let takers = allocate(scene, &scales);
        let mut ranked: Vec<(f64, JobId)> = scene
            .waiting()
            .map(|(id, job)| {
                let size = match self.inside {
                    Inside::RoundDemand => f64::from(job.wanted),
                    Inside::JobWork => job.rounds_left() * f64::from(job.spec.demand),
                };
                (size * scales[id.index()], id)
            })
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if let (Event::Requested(id), Some(tiers)) = (event, &self.tiers) {
            let job = scene.job(id);
            let of_group =
                |&&(_, other): &&(f64, JobId)| scene.job(other).spec.group == job.spec.group;
            match ranked.iter().find(of_group) {
                Some(&(_, first)) if first == id => {
                    let supply = supply_per_s(scene, job.spec.group);
                    self.restrictions.draw(id, job, tiers, supply);
                }
                _ => self.restrictions.lift(id),
            }
        }
        plan.clear();
        for (class, takers) in takers.iter().enumerate() {
            let may = |group: &&u8| {
                self.eligibility == Eligibility::Leaking || scene.classes.serves(class, **group)
            };
            let group = takers.iter().find(may);
            let tier = scene.classes.tier(class);
            let takes = |id: &JobId| {
                Some(&scene.job(*id).spec.group) == group
                    && self.restrictions.of(*id).is_none_or(|only| only == tier)
            };
            let jobs = ranked.iter().map(|&(_, id)| id).filter(takes);
            plan.push_list(jobs.map(|id| Slot::new(id, Quota::Demand)));
        }
    }
}
