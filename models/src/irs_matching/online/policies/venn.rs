//! Venn: groups by Algorithm 1, inside a group the smallest first.

use serde::{Deserialize, Serialize};

use super::venn_groups::allocate;
use crate::irs_matching::online::job::JobId;
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

/// Scheduling of Venn (Liu et al., MLSys 2025, Algorithm 1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Venn {
    /// The order inside a group.
    pub inside: Inside,
    /// Whether eligibility is kept.
    pub eligibility: Eligibility,
}

impl Policy for Venn {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        if matches!(event, Event::Arrived(_) | Event::Started(_) | Event::Ended(_)) {
            return;
        }
        let takers = allocate(scene);
        let mut ranked: Vec<(f64, JobId)> = scene
            .waiting()
            .map(|(id, job)| match self.inside {
                Inside::RoundDemand => (f64::from(job.wanted), id),
                Inside::JobWork => (job.rounds_left() * f64::from(job.spec.demand), id),
            })
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        plan.clear();
        for (class, takers) in takers.iter().enumerate() {
            let may = |group: &&u8| {
                self.eligibility == Eligibility::Leaking || scene.classes.serves(class, **group)
            };
            let group = takers.iter().find(may);
            let of_group = |id: &JobId| Some(&scene.job(*id).spec.group) == group;
            let jobs = ranked.iter().map(|&(_, id)| id).filter(of_group);
            plan.push_list(jobs.map(|id| Slot::new(id, Quota::Demand)));
        }
    }
}
