//! The policies by name.

use serde::{Deserialize, Serialize};

use super::job::Job;
use super::plan::Plan;
use super::policies::flow::{Flow, FlowSettings, Target};
use super::policies::fifo::Fifo;
use super::policies::random_order::RandomOrder;
use super::policies::srpt_job::SrptJob;
use super::policies::srsf_round::SrsfRound;
use super::policies::venn::{Eligibility, Inside, Venn};
use super::policy::{Counts, Event, Policy, Scene};

/// A policy, with its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// [`RandomOrder`]
    RandomOrder(RandomOrder),
    /// [`Fifo`]
    Fifo(Fifo),
    /// [`SrsfRound`]
    SrsfRound(SrsfRound),
    /// [`SrptJob`]
    SrptJob(SrptJob),
    /// [`Flow`]
    Flow(Flow),
    /// [`Venn`]
    Venn(Venn),
}

/// Names of all policies, with a line on each.
pub const NAMES: &[(&str, &str)] = &[
    ("random_order", "a new random rank per request, sticky once started"),
    ("fifo", "the job that came first"),
    ("srsf_round", "the round that wants the fewest more devices"),
    ("srpt_job", "the job with the least work left"),
    ("venn", "groups by Algorithm 1 of Venn, smallest round demand inside"),
    ("venn_released", "the same with the released simulator's leak of devices"),
    ("venn_job", "groups by Algorithm 1 of Venn, least work left inside"),
];

impl Rule {
    /// The policy of a name.
    #[must_use]
    pub fn named(name: &str, seed: u64) -> Option<Self> {
        let venn = |inside, eligibility| Self::Venn(Venn { inside, eligibility });
        Some(match name {
            "random_order" => Self::RandomOrder(RandomOrder::new(seed)),
            "fifo" => Self::Fifo(Fifo),
            "srsf_round" => Self::SrsfRound(SrsfRound),
            "srpt_job" => Self::SrptJob(SrptJob),
            "venn" => venn(Inside::RoundDemand, Eligibility::Enforced),
            "venn_released" => venn(Inside::RoundDemand, Eligibility::Leaking),
            "venn_job" => venn(Inside::JobWork, Eligibility::Enforced),
            "flow" => Self::Flow(Flow::new(FlowSettings::default())),
            "flow_demand" => Self::Flow(Flow::new(FlowSettings { target: Target::Demand, ..FlowSettings::default() })),
            _ => return None,
        })
    }

    fn policy(&self) -> &dyn Policy {
        match self {
            Self::RandomOrder(policy) => policy,
            Self::Fifo(policy) => policy,
            Self::SrsfRound(policy) => policy,
            Self::SrptJob(policy) => policy,
            Self::Flow(policy) => policy,
            Self::Venn(policy) => policy,
        }
    }

    fn policy_mut(&mut self) -> &mut dyn Policy {
        match self {
            Self::RandomOrder(policy) => policy,
            Self::Fifo(policy) => policy,
            Self::SrsfRound(policy) => policy,
            Self::SrptJob(policy) => policy,
            Self::Flow(policy) => policy,
            Self::Venn(policy) => policy,
        }
    }
}

impl Policy for Rule {
    fn update(&mut self, event: Event, scene: &Scene<'_>, plan: &mut Plan) {
        self.policy_mut().update(event, scene, plan);
    }

    fn need(&self, job: &Job) -> u32 {
        self.policy().need(job)
    }

    fn tick_ms(&self) -> Option<u64> {
        self.policy().tick_ms()
    }

    fn counts(&self) -> Counts {
        self.policy().counts()
    }
}
