//! What is compared.

use placewright_models::memory_sizing::online::rule::RULES;
use placewright_models::memory_sizing::online::settings::{Settings, TimeToFailure};
use placewright_models::memory_sizing::replay::history::History;
use placewright_models::memory_sizing::replay::lineup::{fast_names, lineup, names};
use placewright_models::memory_sizing::replay::protocol::Protocol;
use placewright_models::memory_sizing::replay::run::{Tally, replay};
use placewright_solver::issue::Issue;
use rayon::prelude::*;

use super::cluster::{self, View};
use super::trade_off::Prices;
use crate::family::{OptionHelp, Options};
use crate::memory_sizing::import::nextflow::{Input, Target, TraceOptions};
use crate::options::Reader;

/// The options of [`read_prices`].
pub(in crate::memory_sizing) const PRICES: [OptionHelp; 2] = [
    OptionHelp {
        name: "time_to_failure",
        help: "when too small an attempt fails: a share of the run time such as 0.5, or proportional [default: 1]",
    },
    OptionHelp {
        name: "failure_price",
        help: "what policies pay for a failure, in multiples of what the task uses [default: 0.2]",
    },
];

const OWN_OPTIONS: [OptionHelp; 12] = [
    OptionHelp {
        name: "protocol",
        help: "published (Sizey's split, types of 34 tasks and more), trace-order, or next-run (the first half of each type sizes the second) [default: published; with nodes: trace-order]",
    },
    OptionHelp { name: "seeds", help: "number of splits of the published protocol [default: 10]" },
    OptionHelp { name: "first_seed", help: "seed of the first split [default: 1996]" },
    OptionHelp {
        name: "target",
        help: "which measurement to size for, peak_rss or rss (as the published evaluation) [default: peak_rss]",
    },
    OptionHelp {
        name: "input",
        help: "input size: auto (input_size), rchar (as the published evaluation; not known before the run) or none [default: rchar]",
    },
    OptionHelp {
        name: "labels",
        help: "yes or no: whether policies see what a task is called, such as its sample [default: yes]",
    },
    PRICES[0],
    PRICES[1],
    OptionHelp {
        name: "failure_prices",
        help: "such prices with commas: what the default policy wastes at each, and how often it fails [default: none]",
    },
    OptionHelp {
        name: "granularity_mib",
        help: "allocations are multiples of this many MiB; 0 is a byte [default: 0 in the published protocol, else 1]",
    },
    OptionHelp {
        name: "times",
        help: "yes: report the time per task as well, which no two runs have in common [default: no]",
    },
    OptionHelp {
        name: "policies",
        help: "names with commas, or all [default: all but sizey and sizey-published, which take minutes]",
    },
];

pub(super) const OPTIONS: [OptionHelp; 18] = {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = OWN_OPTIONS;
    let [m, n, o, p, q, r] = cluster::OPTIONS;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r]
};

/// A comparison.
pub(super) struct Plan {
    pub(super) trace: TraceOptions,
    pub(super) protocols: Vec<Protocol>,
    pub(super) policies: Vec<&'static str>,
    /// Whether policies see labels.
    pub(super) labels: bool,
    pub(super) prices: Prices,
    /// Whether times are reported.
    pub(super) times: bool,
    pub(super) settings: Settings,
    /// The cluster that runs are packed onto, if any.
    pub(super) view: Option<View>,
}

impl Plan {
    /// Options by name.
    pub(super) fn read(options: &Options) -> Result<Self, Vec<Issue>> {
        let mut reader = Reader::new(options, &OPTIONS);
        let seeds = reader.integer("seeds", 1, 10_000).unwrap_or(10);
        let first = reader.integer("first_seed", 0, u64::from(u32::MAX) - 10_000).unwrap_or(1996);
        // The ranges above are those of the type.
        let published = || (first..first + seeds).map(|s| Protocol::Published { seed: s as u32 });
        let protocols =
            reader.value("protocol", "published, trace-order or next-run", |text| match text {
                "published" => Some(published().collect()),
                "trace-order" => Some(vec![Protocol::TraceOrder]),
                "next-run" => Some(vec![Protocol::NextRun]),
                _ => None,
            });
        let protocols = protocols.unwrap_or_else(|| published().collect::<Vec<_>>());
        let view = View::read(&mut reader);
        let published = matches!(protocols.first(), Some(Protocol::Published { .. }));
        let known = format!("all, or some of {}", names().join(","));
        let policies = reader.value("policies", &known, chosen).unwrap_or_else(fast_names);
        let trace = read_trace(&mut reader);
        let mut settings = read_settings(&mut reader, published && view.is_none());
        if let Some(view) = &view {
            settings = settings.limited(Some(view.limit_bytes()));
        }
        let prices = read_curve(&mut reader, settings.failure_price_usages);
        let mut flag = |name| {
            reader.value(name, "yes or no", |text| match text {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            })
        };
        let times = flag("times").unwrap_or(false);
        let labels = flag("labels").unwrap_or(true);
        let plan = Self { trace, protocols, policies, prices, labels, times, settings, view };
        if reader.issues.is_empty() { Ok(plan) } else { Err(reader.issues) }
    }

    /// Tallies per policy and type, then those of the default policy per price and type, the seeds
    /// added up; `Err` is the name of a missing policy.
    pub(super) fn replay(
        &self,
        history: &History,
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Vec<Tally>>, String> {
        let one = |protocol: &Protocol| {
            let mut policies = lineup(*protocol, &self.settings, &self.policies)?;
            for &price in &self.prices.ascending {
                let settings = Settings { failure_price_usages: price, ..self.settings };
                policies.extend(lineup(*protocol, &settings, &[RULES[0].0])?);
            }
            let episodes = protocol.episodes(history);
            let tallies = replay(history, &episodes, &self.settings, &mut policies);
            done();
            Ok(tallies)
        };
        let all: Result<Vec<_>, String> = self.protocols.par_iter().map(one).collect();
        let rows = self.policies.len() + self.prices.ascending.len();
        let zero = vec![vec![Tally::default(); history.types.len()]; rows];
        // In the order of the seeds, whatever thread was first.
        Ok(all?.into_iter().fold(zero, |mut sums, tallies| {
            for (sum, tally) in sums.iter_mut().flatten().zip(tallies.into_iter().flatten()) {
                *sum += tally;
            }
            sums
        }))
    }
}

fn read_trace(reader: &mut Reader) -> TraceOptions {
    let target = Target::read(reader);
    let input = Input::read(reader);
    TraceOptions {
        target: target.unwrap_or_default(),
        input: input.unwrap_or(Input::Rchar),
        ..TraceOptions::default()
    }
}

fn read_settings(reader: &mut Reader, exact: bool) -> Settings {
    let granularity = reader.integer("granularity_mib", 0, 1 << 20);
    let granularity_bytes = match granularity.unwrap_or(u64::from(!exact)) {
        0 => 1,
        mib => mib << 20,
    };
    Settings { granularity_bytes, ..read_prices(reader) }
}

/// The options `time_to_failure` and `failure_price`.
pub(in crate::memory_sizing) fn read_prices(reader: &mut Reader) -> Settings {
    let share = |text: &str| match text {
        "proportional" => Some(TimeToFailure::Proportional),
        _ => text.parse().ok().filter(|s| *s > 0.0 && *s <= 1.0).map(TimeToFailure::Share),
    };
    let expected = "proportional or a share in (0, 1]";
    let time_to_failure = reader.value("time_to_failure", expected, share);
    let price = reader.value("failure_price", "a number in 0..=1000000", price);
    let default = Settings::default();
    Settings {
        time_to_failure: time_to_failure.unwrap_or(default.time_to_failure),
        failure_price_usages: price.unwrap_or(default.failure_price_usages),
        ..default
    }
}

fn price(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|price| (0.0..=1e6).contains(price))
}

/// The prices that were asked for, and the usual one to compare them with.
fn read_curve(reader: &mut Reader, usual: f64) -> Prices {
    let list = |text: &str| text.split(',').map(price).collect::<Option<Vec<f64>>>();
    let expected = "a list of numbers in 0..=1000000";
    let Some(mut ascending) = reader.value("failure_prices", expected, list) else {
        return Prices::default();
    };
    ascending.push(usual);
    ascending.sort_by(f64::total_cmp);
    ascending.dedup();
    Prices { ascending, usual }
}

fn chosen(text: &str) -> Option<Vec<&'static str>> {
    if text == "all" {
        return Some(names());
    }
    let find = |name: &str| names().into_iter().find(|known| *known == name.trim());
    text.split(',').map(find).collect()
}
