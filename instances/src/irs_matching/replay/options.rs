//! What is compared.

use placewright_models::irs_matching::online::rule::RULES;
use placewright_models::irs_matching::replay::workload::ReplayJob;
use placewright_solver::issue::Issue;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::supply::{SUPPLY_OPTIONS, Supply};
use crate::codes;
use crate::family::{OptionHelp, Options};
use crate::options::{Reader, joined};

pub(super) const OPTIONS: [OptionHelp; 13] = joined(COMPARISON_OPTIONS, SUPPLY_OPTIONS);

const COMPARISON_OPTIONS: [OptionHelp; 8] = [
    OptionHelp {
        name: "checkins",
        help: "the trace of check-ins: a table of gap_s, session_s, eligibility_mask, comp, comm; or give supply_per_s",
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

/// Where check-ins come from.
pub(super) enum CheckInSource {
    /// A file of this name.
    Trace(String),
    /// A draw.
    Drawn(Supply),
}

/// A comparison.
pub(super) struct Plan {
    pub(super) source: CheckInSource,
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
        // Start times are kept in ms of 32 bits.
        let period_s = reader.integer("period_s", 1, 4_000_000).unwrap_or(432_000);
        let trace = reader.text("checkins").map(str::to_owned);
        let drawn = Supply::read(&mut reader, period_s);
        let bad = |cause: &str| codes::issue(codes::BAD_OPTION, "checkins", cause);
        let source = match (trace, drawn) {
            (Some(trace), None) => Some(CheckInSource::Trace(trace)),
            (None, Some(supply)) => Some(CheckInSource::Drawn(supply)),
            (None, None) => {
                reader.issues.push(bad("the replay needs check-ins: a trace or supply_per_s"));
                None
            }
            (Some(_), Some(_)) => {
                reader.issues.push(bad("check-ins are either read or drawn, not both"));
                None
            }
        };
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
        let Some(source) = source.filter(|_| reader.issues.is_empty()) else {
            return Err(reader.issues);
        };
        Ok(Self {
            source,
            period_s,
            every,
            seeds: (first..first + seeds).collect(),
            estimates: estimates.unwrap_or(Estimates::Exact),
            give_up_ms: days * 86_400_000,
            policies: policies.unwrap_or_else(usual),
        })
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
