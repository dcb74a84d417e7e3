//! What is compared.

use placewright_models::irs_matching::online::rule::RULES;
use placewright_models::irs_matching::replay::workload::ReplayJob;
use placewright_solver::issue::Issue;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::codes;
use crate::family::{OptionHelp, Options};
use crate::options::Reader;

pub(super) const OPTIONS: [OptionHelp; 8] = [
    OptionHelp {
        name: "checkins",
        help: "the trace of check-ins: a table of gap_s, session_s, eligibility_mask, comp, comm [required]",
    },
    OptionHelp {
        name: "period_s",
        help: "the trace starts again after so many seconds [default: 432000]",
    },
    OptionHelp { name: "every", help: "take every so-manieth check-in [default: 1]" },
    OptionHelp { name: "seeds", help: "number of replays per policy [default: 1]" },
    OptionHelp { name: "first_seed", help: "seed of the first replay [default: 1]" },
    OptionHelp {
        name: "rounds",
        help: "what policies know of the number of rounds: exact, unknown, half, double, or mixed (each job half or double) [default: exact]",
    },
    OptionHelp { name: "give_up_days", help: "a replay ends after so many days [default: 3650]" },
    OptionHelp {
        name: "policies",
        help: "names with commas, or all [default: flow,random_order,fifo,srsf_round,venn]",
    },
];

/// What policies know of the number of rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Estimates {
    Exact,
    Unknown,
    Half,
    Double,
    Mixed,
}

/// A comparison.
pub(super) struct Plan {
    pub(super) checkins: String,
    pub(super) period_s: u64,
    pub(super) every: u64,
    pub(super) seeds: Vec<u64>,
    pub(super) estimates: Estimates,
    pub(super) give_up_ms: u64,
    pub(super) policies: Vec<&'static str>,
}

impl Plan {
    pub(super) fn read(options: &Options) -> Result<Self, Vec<Issue>> {
        let mut reader = Reader::new(options, &OPTIONS);
        let checkins = reader.text("checkins").map(str::to_owned);
        if checkins.is_none() {
            let cause = "the replay needs a trace of check-ins";
            reader.issues.push(codes::issue(codes::BAD_OPTION, "checkins", cause));
        }
        // Start times are kept in ms of 32 bits.
        let period_s = reader.integer("period_s", 1, 4_000_000).unwrap_or(432_000);
        let every = reader.integer("every", 1, 1_000_000).unwrap_or(1);
        let seeds = reader.integer("seeds", 1, 1000).unwrap_or(1);
        let first = reader.integer("first_seed", 0, u64::from(u32::MAX)).unwrap_or(1);
        let days = reader.integer("give_up_days", 1, 100_000).unwrap_or(3650);
        let expected = "exact, unknown, half, double or mixed";
        let estimates = reader.value("rounds", expected, |text| match text {
            "exact" => Some(Estimates::Exact),
            "unknown" => Some(Estimates::Unknown),
            "half" => Some(Estimates::Half),
            "double" => Some(Estimates::Double),
            "mixed" => Some(Estimates::Mixed),
            _ => None,
        });
        let names: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
        let known = format!("all, or some of {}", names.join(","));
        let policies = reader.value("policies", &known, chosen);
        let usual = || vec!["flow", "random_order", "fifo", "srsf_round", "venn"];
        let plan = Self {
            checkins: checkins.unwrap_or_default(),
            period_s,
            every,
            seeds: (first..first + seeds).collect(),
            estimates: estimates.unwrap_or(Estimates::Exact),
            give_up_ms: days * 86_400_000,
            policies: policies.unwrap_or_else(usual),
        };
        if reader.issues.is_empty() { Ok(plan) } else { Err(reader.issues) }
    }
}

impl Estimates {
    /// Tells the jobs what policies are told; mixed estimates are drawn from the seed.
    pub(super) fn tell(self, jobs: &[ReplayJob], seed: u64) -> Vec<ReplayJob> {
        let mut draw = ChaCha8Rng::seed_from_u64(seed);
        let told = |job: &ReplayJob| {
            let half = job.rounds.div_ceil(2);
            let double = job.rounds.saturating_mul(2);
            let estimated_rounds = match self {
                Self::Exact => Some(job.rounds),
                Self::Unknown => None,
                Self::Half => Some(half),
                Self::Double => Some(double),
                Self::Mixed => Some(if draw.random_bool(0.5) { half } else { double }),
            };
            ReplayJob { estimated_rounds, ..*job }
        };
        jobs.iter().map(told).collect()
    }
}

fn chosen(text: &str) -> Option<Vec<&'static str>> {
    let names = || RULES.iter().map(|(name, _)| *name);
    if text == "all" {
        return Some(names().collect());
    }
    text.split(',').map(|name| names().find(|known| *known == name.trim())).collect()
}
