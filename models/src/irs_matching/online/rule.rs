//! The policies by name.

use serde::{Deserialize, Serialize};

use super::job::Job;
use super::plan::Plan;
use super::policies::fifo::Fifo;
use super::policies::flow::{Flow, FlowSettings, Target};
use super::policies::lp_order::LpOrder;
use super::policies::proportional::Proportional;
use super::policies::random_order::RandomOrder;
use super::policies::scarcity::Scarcity;
use super::policies::srpt_job::SrptJob;
use super::policies::srsf_round::SrsfRound;
use super::policies::venn::{Eligibility, Inside, Venn};
use super::policies::venn_tiers::Tiers;
use super::policy::{Counts, Event, Policy, Scene};

/// A policy, with its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// [`Flow`], the default.
    Flow(Flow),
    /// [`RandomOrder`]
    RandomOrder(RandomOrder),
    /// [`Fifo`]
    Fifo(Fifo),
    /// [`SrsfRound`]
    SrsfRound(SrsfRound),
    /// [`Scarcity`]
    Scarcity(Scarcity),
    /// [`SrptJob`]
    SrptJob(SrptJob),
    /// [`Venn`]
    Venn(Venn),
    /// [`LpOrder`]
    LpOrder(LpOrder),
    /// [`Proportional`]
    Proportional(Proportional),
}

/// Names of all policies, with a line on each; the first is the default.
pub const RULES: &[(&str, &str)] = &[
    ("flow", "order by fluid completion times, rounds that can end in time, quorum first"),
    ("flow_demand", "the same, but every round gets its whole demand before others start"),
    ("random_order", "a new random rank per request, sticky once started"),
    ("fifo", "the job that came first"),
    ("srsf_round", "the round that wants the fewest more devices"),
    ("scarcity", "the job with the fewest eligible devices"),
    ("srpt_job", "the job with the least work left"),
    ("venn", "groups by Algorithm 1 of Venn, smallest round demand inside"),
    ("venn_released", "the same with the released simulator's leak of devices"),
    ("venn_tiers", "Venn with tier matching, two tiers"),
    ("venn_fair", "Venn with the starvation knob at 2"),
    ("venn_job", "groups by Algorithm 1 of Venn, least work left inside"),
    ("lp_order", "the order of a linear program, renewed as jobs come"),
    ("proportional", "the job that was served least since it came"),
];

/// Response times of two tiers, slow and fast, over all devices: 274 s and 120 s at the 95th
/// percentile for a workload of 60 s, the constants of the simulator of Venn.
const TIER_SPEED: [f64; 2] = [1.0, 120.0 / 274.0];
const RESPONSE_S: f64 = 274.0;

impl Rule {
    /// The policy of a name; the seed is that of policies that draw.
    #[must_use]
    pub fn named(name: &str, seed: u64) -> Option<Self> {
        let venn = |inside| Venn::new(inside, Eligibility::Enforced);
        let round = Inside::RoundDemand;
        let demand = FlowSettings { target: Target::Demand, ..FlowSettings::default() };
        Some(match name {
            "flow" => Self::Flow(Flow::new(FlowSettings::default())),
            "flow_demand" => Self::Flow(Flow::new(demand)),
            "random_order" => Self::RandomOrder(RandomOrder::new(seed)),
            "fifo" => Self::Fifo(Fifo),
            "srsf_round" => Self::SrsfRound(SrsfRound),
            "scarcity" => Self::Scarcity(Scarcity),
            "srpt_job" => Self::SrptJob(SrptJob),
            "venn" => Self::Venn(venn(round)),
            "venn_released" => Self::Venn(Venn::new(round, Eligibility::Leaking)),
            "venn_tiers" => Self::Venn(venn(round).with_tiers(Tiers {
                speed: TIER_SPEED.to_vec(),
                response_s: RESPONSE_S,
                seed,
            })),
            "venn_fair" => Self::Venn(venn(round).with_fairness(2.0)),
            "venn_job" => Self::Venn(venn(Inside::JobWork)),
            "lp_order" => Self::LpOrder(LpOrder::renewed()),
            "proportional" => Self::Proportional(Proportional::default()),
            _ => return None,
        })
    }

    fn policy(&self) -> &dyn Policy {
        match self {
            Self::Flow(policy) => policy,
            Self::RandomOrder(policy) => policy,
            Self::Fifo(policy) => policy,
            Self::SrsfRound(policy) => policy,
            Self::Scarcity(policy) => policy,
            Self::SrptJob(policy) => policy,
            Self::Venn(policy) => policy,
            Self::LpOrder(policy) => policy,
            Self::Proportional(policy) => policy,
        }
    }

    fn policy_mut(&mut self) -> &mut dyn Policy {
        match self {
            Self::Flow(policy) => policy,
            Self::RandomOrder(policy) => policy,
            Self::Fifo(policy) => policy,
            Self::SrsfRound(policy) => policy,
            Self::Scarcity(policy) => policy,
            Self::SrptJob(policy) => policy,
            Self::Venn(policy) => policy,
            Self::LpOrder(policy) => policy,
            Self::Proportional(policy) => policy,
        }
    }
}

impl Default for Rule {
    fn default() -> Self {
        Self::Flow(Flow::new(FlowSettings::default()))
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
