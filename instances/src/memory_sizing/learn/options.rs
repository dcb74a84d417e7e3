//! What can be chosen when an engine learns.

use placewright_models::memory_sizing::instance::limits;
use placewright_models::memory_sizing::online::rule::RULES;
use placewright_models::memory_sizing::online::settings::Settings;
use placewright_solver::issue::Issue;

use super::overrides::{Overrides, PER_TYPE};
use super::state::{InputSize, State};
use crate::codes;
use crate::family::OptionHelp;
use crate::memory_sizing::replay::options::{PRICES, read_prices};
use crate::options::{Reader, joined};

/// The options of every format.
pub(super) const LEARN_OPTIONS: [OptionHelp; 11] = {
    let engine: [OptionHelp; 4] = joined(ENGINE, PRICES);
    let all: [OptionHelp; 7] = joined(engine, EMISSION);
    joined(all, PER_TYPE)
};

/// What an engine is made with; an engine file keeps it.
const ENGINE: [OptionHelp; 2] = [
    OptionHelp {
        name: "policy",
        help: "experts, experts-careful (failures cost ten times as much), max-seen, witt-percentile, witt-lr-std, witt-lr-std-under or ponder [default: experts]",
    },
    OptionHelp {
        name: "granularity_mib",
        help: "allocations are multiples of this many MiB [default: 1]",
    },
];

/// What becomes of the engine's ladders.
const EMISSION: [OptionHelp; 3] = [
    OptionHelp {
        name: "node_limit_mib",
        help: "largest allocation in MiB, which is every last attempt [default: the largest request or peak, in whole GiB]",
    },
    OptionHelp { name: "max_attempts", help: "largest number of attempts [default: 6]" },
    OptionHelp {
        name: "min_samples",
        help: "leave task types alone that have fewer samples than this [default: 3]",
    },
];

/// A type is left alone where learning saves a smaller share of what all requests waste.
pub(super) const LEAST_SAVING: f64 = 0.001;

/// Policies that make no sense here: the requests, and one that must know the node beforehand.
const ELSEWHERE: [&str; 2] = ["preset", "tovar-ppm"];

/// What was chosen.
#[derive(Clone, Debug)]
pub(super) struct LearnOptions {
    policy: Option<&'static str>,
    settings: Settings,
    pub(super) input: InputSize,
    pub(super) node_limit_mib: Option<u64>,
    pub(super) max_attempts: usize,
    pub(super) min_samples: u64,
    pub(super) overrides: Overrides,
}

impl LearnOptions {
    /// Options by name; what is wrong with them goes to the reader's issues.
    pub(super) fn read(reader: &mut Reader, mut overrides: Overrides) -> Self {
        reader.issues.append(&mut overrides.issues);
        let rules = RULES.iter().map(|rule| rule.0);
        let policies: Vec<&str> = rules.filter(|name| !ELSEWHERE.contains(name)).collect();
        let expected = format!("one of {}", policies.join(", "));
        let policy = reader.value("policy", &expected, |text| {
            policies.iter().find(|name| **name == text).copied()
        });
        let granularity_mib = reader.integer("granularity_mib", 1, 1 << 20).unwrap_or(1);
        let settings = Settings { granularity_bytes: granularity_mib << 20, ..read_prices(reader) };
        let input = match reader.text("input") {
            Some("rchar") => InputSize::Afterwards,
            _ => InputSize::Beforehand,
        };
        // One attempt would have to be the whole node.
        let max_attempts = reader.integer("max_attempts", 2, limits::ATTEMPTS.into());
        Self {
            policy,
            settings,
            input,
            node_limit_mib: reader.integer("node_limit_mib", 1, limits::MEMORY_MIB),
            // The range above is that of the type.
            max_attempts: max_attempts.map_or(6, |attempts| attempts as usize),
            min_samples: reader.integer("min_samples", 1, u64::MAX).unwrap_or(3),
            overrides,
        }
    }

    /// An engine that has seen nothing.
    pub(super) fn fresh(&self) -> State {
        State::new(self.policy.unwrap_or(RULES[0].0), self.settings)
    }

    /// Refuses options that an engine file has decided already.
    pub(super) fn must_agree(&self, reader: &Reader, state: &State) -> Result<(), Vec<Issue>> {
        let ours = &state.settings;
        let agreements = [
            ("policy", self.policy.is_none_or(|policy| policy == state.policy)),
            ("granularity_mib", self.settings.granularity_bytes == ours.granularity_bytes),
            ("time_to_failure", self.settings.time_to_failure == ours.time_to_failure),
            ("failure_price", self.settings.failure_price_usages == ours.failure_price_usages),
        ];
        let other = |(name, agrees): &(&str, bool)| reader.text(name).is_some() && !agrees;
        let issue = |(name, _): (&str, bool)| {
            let cause = "the engine file was made with another value";
            let mut issue = codes::issue(codes::BAD_OPTION, name, cause);
            issue.action = "leave the option out, or learn from the traces again".to_owned();
            issue
        };
        let issues: Vec<Issue> = agreements.into_iter().filter(other).map(issue).collect();
        if issues.is_empty() { Ok(()) } else { Err(issues) }
    }
}
