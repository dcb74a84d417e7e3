//! What nodes, stores and shards of a cluster need to be an instance: options that say what their
//! files do not, and domains by level.

use std::collections::{BTreeMap, BTreeSet};

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::{
    Domain, Instance, Level, MoveLimits, Node, Policies, Shard, Store, Timing, limits,
};
use placewright_solver::issue::Issue;
use placewright_solver::problem::Problem;
use serde_json::json;

use crate::codes;
use crate::family::{Imported, OptionHelp, Report};
use crate::options::Reader;
use crate::units;

/// Options that all importers of clusters share.
pub(super) const OPTIONS: [OptionHelp; 9] = [
    OptionHelp {
        name: "nic_mbit",
        help: "network of a node that does not say its own, in Mbit/s [default: 10000]",
    },
    OptionHelp {
        name: "failures_per_1000_days",
        help: "of a node that does not say its own [default: 3.5]",
    },
    OptionHelp { name: "repair_s", help: "time away after a failure [default: 3600]" },
    OptionHelp {
        name: "shocks",
        help: "failures of whole domains per 1000 days, by level, as rack:1,zone:0.1 [default: none]",
    },
    OptionHelp {
        name: "latency_us",
        help: "of messages between domains, by level, as rack:20,zone:150 [default: none]",
    },
    OptionHelp { name: "detection_s", help: "until a failure is noticed [default: 10]" },
    OptionHelp { name: "restart_s", help: "until a new server runs [default: 60]" },
    OptionHelp { name: "takeover_s", help: "until the next of a chain is its head [default: 3]" },
    OptionHelp { name: "cold_restart_s", help: "lost when no copy is left [default: 14400]" },
];

/// What files leave open.
pub(super) struct Defaults {
    pub(super) nic_kib_per_s: u64,
    pub(super) failures_micro_per_day: u64,
    pub(super) repair_ms: u64,
    shocks_micro_per_day: BTreeMap<String, u64>,
    latency_us: BTreeMap<String, u64>,
    timing: Timing,
}

/// Mbit/s in KiB per second.
pub(super) fn kib_per_s(mbit: u64) -> u64 {
    mbit.saturating_mul(1_000_000) / 8 / 1024
}

/// A number per 1000 days, such as 3.5, in micro-events per day.
pub(super) fn micro_per_day(text: &str) -> Result<u64, crate::table::FieldError> {
    // A thousandth of an event in 1000 days is a micro-event per day.
    units::seconds(text)
}

impl Defaults {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let time = |reader: &mut Reader, name: &str, usual_s: u64| {
            1000 * reader.integer(name, 0, limits::TIME_MS / 1000).unwrap_or(usual_s)
        };
        let by_level = |reader: &mut Reader, name: &str, factor: fn(&str) -> Option<u64>| {
            let pair = |part: &str| {
                let (level, number) = part.split_once(':')?;
                Some((level.trim().to_owned(), factor(number.trim())?))
            };
            let parse =
                |text: &str| text.split(',').map(pair).collect::<Option<BTreeMap<String, u64>>>();
            reader.value(name, "numbers by level such as rack:1,zone:0.1", parse)
        };
        let rate =
            reader.value("failures_per_1000_days", "a number", |text| micro_per_day(text).ok());
        Self {
            nic_kib_per_s: kib_per_s(reader.integer("nic_mbit", 1, 1 << 30).unwrap_or(10_000)),
            failures_micro_per_day: rate.unwrap_or(3_500),
            repair_ms: time(reader, "repair_s", 3600),
            shocks_micro_per_day: by_level(reader, "shocks", |text| micro_per_day(text).ok())
                .unwrap_or_default(),
            latency_us: by_level(reader, "latency_us", |text| text.parse().ok())
                .unwrap_or_default(),
            timing: Timing {
                detection_ms: time(reader, "detection_s", 10),
                restart_ms: time(reader, "restart_s", 60),
                takeover_ms: time(reader, "takeover_s", 3),
                cold_restart_ms: time(reader, "cold_restart_s", 14_400),
            },
        }
    }

    /// The instance of a cluster. Levels have the domains that nodes and stores are in; intervals
    /// double from five minutes, push periods quadruple from ten.
    pub(super) fn assemble(
        &self,
        levels: &[String],
        nodes: Vec<Node>,
        stores: Vec<Store>,
        shards: Vec<Shard>,
    ) -> Result<Imported<Instance>, Vec<Issue>> {
        let options = [("shocks", &self.shocks_micro_per_day), ("latency_us", &self.latency_us)];
        let strangers = options.into_iter().flat_map(|(option, by_level)| {
            by_level.keys().filter(|name| !levels.contains(name)).map(move |name| (option, name))
        });
        let mut issues: Vec<Issue> = strangers
            .map(|(option, name)| {
                let cause = format!("there is no level {name:?}; there are: {}", levels.join(", "));
                codes::issue(codes::BAD_OPTION, option, cause)
            })
            .collect();
        let level = |name: &String| {
            let own =
                nodes.iter().map(|node| &node.domains).chain(stores.iter().map(|s| &s.domains));
            let names: BTreeSet<&String> = own.filter_map(|domains| domains.get(name)).collect();
            let shocks_micro_per_day = self.shocks_micro_per_day.get(name).copied().unwrap_or(0);
            let domain = |name: &String| Domain {
                name: name.clone(),
                shocks_micro_per_day,
                trunk_kib_per_s: None,
            };
            Level {
                name: name.clone(),
                latency_us: self.latency_us.get(name).copied().unwrap_or(0),
                domains: names.into_iter().map(domain).collect(),
            }
        };
        let instance = Instance {
            levels: levels.iter().map(level).collect(),
            nodes,
            stores,
            shards,
            checkpoint_intervals_ms: (0..7).map(|step| 300_000 << step).collect(),
            push_periods_ms: vec![600_000, 2_400_000, 9_600_000],
            timing: self.timing,
            policies: Policies::default(),
            move_limits: MoveLimits::default(),
        };
        issues.extend(ReplicationPlacement::validate(&instance));
        if !issues.is_empty() {
            return Err(issues);
        }
        let summary = summary(&instance);
        Ok(Imported { instance, summary })
    }
}

fn summary(instance: &Instance) -> Report {
    let memory_mib: u64 = instance.nodes.iter().map(|node| node.memory_mib).sum();
    let states_mib: u64 = instance.shards.iter().map(|shard| shard.state_mib).sum();
    let levels: Vec<String> = instance
        .levels
        .iter()
        .map(|level| format!("{} {}", level.domains.len(), level.name))
        .collect();
    let levels =
        if levels.is_empty() { "no failure domains".to_owned() } else { levels.join(", ") };
    let text = format!(
        "{} nodes with {} GiB, {levels}; {} stores; {} shards of {} GiB together\n",
        instance.nodes.len(),
        memory_mib / 1024,
        instance.stores.len(),
        instance.shards.len(),
        states_mib / 1024,
    );
    let json = json!({
        "nodes": instance.nodes.len(),
        "memory_mib": memory_mib,
        "stores": instance.stores.len(),
        "shards": instance.shards.len(),
        "states_mib": states_mib,
    });
    Report { text, json }
}

/// Levels by name with the key or column that holds their domains: `zone=KEY,rack=KEY`.
pub(super) fn levels(reader: &mut Reader, usual: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, key): (&str, &str)| (name.trim().to_owned(), key.trim().to_owned());
    let parse = |text: &str| {
        let parts = text.split(',').filter(|part| !part.trim().is_empty());
        parts.map(|part| part.split_once('=').map(owned)).collect::<Option<Vec<_>>>()
    };
    reader
        .value("levels", "a list such as zone=KEY,rack=KEY", parse)
        .unwrap_or_else(|| usual.iter().copied().map(owned).collect())
}
