//! An instance of data that nobody here made: machines and services of a ROADEF model, failures of
//! LANL's nodes, shocks of spot traces. Only the join is ours.
//!
//! | instance | data |
//! |---|---|
//! | node | machine; memory is resource 0, network resource 1, scaled to the medians asked for |
//! | rack, zone | location, neighbourhood |
//! | shard | service of at least two processes; its state is the largest requirement of resource 0, its value their number, chains have two copies up to that number, at most five |
//! | spread | one copy per rack where the service asks for at least two locations |
//! | failures and repairs | a node of the log, drawn by the seed; rates shrunk, the mean time away |
//! | shocks of zones | trace `i mod n` for zone `i`: how often its last instance went away |
//! | times of recovery | the logs of the paper's runs: 12 s to take over, 23.75 s to restart |
//!
//! What no data has is the same for all: the whole state is written once an hour in 5.7 updates a
//! second, batches of ten minutes, a fiftieth of a transfer blocks, stale progress counts half,
//! 10 MiB of gradients a second; one store outside of all domains with room for everything.

use std::collections::{BTreeMap, BTreeSet};

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::{
    Domain, Instance, Level, ModeKind, MoveLimits, Node, Policies, Shard, SpreadRule, Store,
    Timing, limits,
};
use placewright_models::replication_placement::rates::fit::{
    Estimator, fit, micro_per_day, whole_ms,
};
use placewright_models::replication_placement::replay::logged::followed;
use placewright_solver::problem::Problem;
use placewright_solver::seed::Seed;
use serde_json::json;

use super::assembly::kib_per_s;
use super::outage_log::{self, Logs};
use super::roadef::{self, Model, Service};
use super::spot::falls_per_day;
use crate::codes;
use crate::family::{Imported, Importer, Offer, OptionHelp, Options, Report};
use crate::files::{Rejected, Source};
use crate::options::Reader;

/// The importer's entry.
pub(super) const IMPORTER: Importer<ReplicationPlacement> = Offer {
    name: "joined",
    title: "a ROADEF model's machines and services, a failure log's rates for nodes drawn by seed, \
            and perhaps spot traces as shocks of zones in turn",
    options: OPTIONS,
    run: import,
};

const OPTIONS: &[OptionHelp] = &[
    OptionHelp { name: "seed", help: "draws which log node each machine follows [default: 1]" },
    OptionHelp { name: "system", help: "system of the log [default: 18 where there is one]" },
    OptionHelp { name: "shards", help: "at most so many services [default: 200]" },
    OptionHelp { name: "node_gib", help: "median memory of a node [default: 512]" },
    OptionHelp { name: "nic_mbit", help: "median network of a node [default: 10000]" },
];

struct Settings {
    seed: u64,
    system: Option<String>,
    shards: usize,
    node_mib: u64,
    nic_kib_per_s: u64,
}

/// The sources by kind.
#[derive(Default)]
struct Parts {
    model: Option<Model>,
    logs: Option<Logs>,
    falls_per_day: Vec<f64>,
}

fn import(sources: &[Source], options: &Options) -> Result<Imported<Instance>, Rejected> {
    let mut reader = Reader::new(options, OPTIONS);
    let settings = Settings {
        seed: reader.integer("seed", 0, u64::MAX).unwrap_or(1),
        system: reader.text("system").map(str::to_owned),
        shards: reader.integer("shards", 1, limits::SHARDS as u64).unwrap_or(200) as usize,
        node_mib: 1024 * reader.integer("node_gib", 1, 1 << 20).unwrap_or(512),
        nic_kib_per_s: kib_per_s(reader.integer("nic_mbit", 1, 1 << 20).unwrap_or(10_000)),
    };
    if !reader.issues.is_empty() {
        return Err(Rejected::new("options", reader.issues));
    }
    let mut parts = Parts::default();
    for source in sources {
        let refuse = |issues| source.reject(issues);
        match source.text.trim_start().bytes().next() {
            Some(b'{') => parts.falls_per_day.push(falls_per_day(&source.text).map_err(refuse)?),
            Some(b'0'..=b'9') => parts.model = Some(roadef::read(&source.text).map_err(refuse)?),
            _ => parts.logs = Some(outage_log::read(&source.text).map_err(refuse)?),
        }
    }
    let name = sources.first().map_or("", |source| source.name.as_str());
    let missing = |what: &str| {
        let cause = format!("there is no {what} among the files");
        Rejected::new(name, vec![codes::issue(codes::NO_SAMPLES, "", cause)])
    };
    let model = parts.model.ok_or_else(|| missing("ROADEF model"))?;
    let logs = parts.logs.ok_or_else(|| missing("failure log"))?;
    let usual = logs.contains_key("18").then_some("18");
    let log = outage_log::system(logs, settings.system.as_deref().or(usual))
        .map_err(|issue| Rejected::new("options", vec![issue]))?;
    let found = fit(&log, Estimator::Shrunk, 0.95);
    let mut instance = cluster(&model, &parts.falls_per_day, &settings);
    let order = followed(log.nodes.len(), instance.nodes.len(), Seed(settings.seed));
    for (node, (followed, _)) in instance.nodes.iter_mut().zip(order) {
        node.failures_micro_per_day = micro_per_day(found.nodes[followed].per_day);
        node.repair_ms = whole_ms(found.mean_repair_ms);
    }
    let issues = ReplicationPlacement::validate(&instance);
    if !issues.is_empty() {
        return Err(Rejected::new(name, issues));
    }
    let summary = summary(&instance, parts.falls_per_day.len());
    Ok(Imported { instance, summary })
}

/// A size in the unit of a model, in a unit in which the median is known.
fn scaled(size: u64, median: u64, wanted: u64) -> u64 {
    let product = u128::from(size) * u128::from(wanted);
    u64::try_from(product.div_ceil(u128::from(median.max(1)))).unwrap_or(u64::MAX)
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

fn cluster(model: &Model, falls_per_day: &[f64], settings: &Settings) -> Instance {
    let capacities =
        |resource: usize| model.machines.iter().map(move |machine| machine.capacities[resource]);
    // A model of one resource has no network: all nodes have the same.
    let network = (model.resources > 1).then_some(1);
    let memory = median(capacities(0).collect());
    let speed = network.map_or(1, |resource| median(capacities(resource).collect()));
    let nodes = model.machines.iter().enumerate().map(|(number, machine)| {
        let own = network.map_or(1, |resource| machine.capacities[resource]);
        let nic = scaled(own, speed, settings.nic_kib_per_s).max(1);
        Node {
            name: format!("m{number}"),
            memory_mib: scaled(machine.capacities[0], memory, settings.node_mib),
            memory_during_mib: None,
            nic_out_kib_per_s: nic,
            nic_in_kib_per_s: nic,
            failures_micro_per_day: 0,
            repair_ms: 0,
            price_per_gib: 0,
            labels: BTreeMap::new(),
            domains: BTreeMap::from([
                ("rack".to_owned(), machine.location.to_string()),
                ("zone".to_owned(), machine.neighbourhood.to_string()),
            ]),
        }
    });
    let shards: Vec<Shard> = model
        .services
        .iter()
        .enumerate()
        .filter(|(_, service)| service.processes.len() >= 2)
        .take(settings.shards)
        .map(|(number, service)| shard(number, service, memory, settings))
        .collect();
    let states_mib: u64 = shards.iter().map(|shard| shard.state_mib).sum();
    let store = Store {
        name: "store".to_owned(),
        capacity_mib: (4 * states_mib).min(limits::STORE_MIB),
        ingest_kib_per_s: 4 * settings.nic_kib_per_s,
        restore_kib_per_s: settings.nic_kib_per_s,
        failures_micro_per_day: 0,
        repair_ms: 0,
        losses_micro_per_day: vec![100, 1],
        price_per_gib: 0,
        domains: BTreeMap::new(),
    };
    let racks: BTreeSet<u64> = model.machines.iter().map(|machine| machine.location).collect();
    let zones: BTreeSet<u64> = model.machines.iter().map(|machine| machine.neighbourhood).collect();
    let domain = |name: u64, shocks_micro_per_day: u64| Domain {
        name: name.to_string(),
        shocks_micro_per_day,
        trunk_kib_per_s: None,
    };
    let shocks = |place: usize| match falls_per_day.len() {
        0 => 0,
        traces => micro_per_day(falls_per_day[place % traces]),
    };
    let level =
        |name: &str, latency_us, domains| Level { name: name.to_owned(), latency_us, domains };
    let zones = zones.into_iter().enumerate().map(|(place, zone)| domain(zone, shocks(place)));
    Instance {
        levels: vec![
            level("rack", 20, racks.into_iter().map(|rack| domain(rack, 0)).collect()),
            level("zone", 150, zones.collect()),
        ],
        nodes: nodes.collect(),
        stores: vec![store],
        shards,
        checkpoint_intervals_ms: (0..7).map(|step| 300_000 << step).collect(),
        push_periods_ms: vec![600_000, 2_400_000, 9_600_000],
        timing: Timing {
            detection_ms: 10_000,
            restart_ms: 13_750,
            takeover_ms: 2_000,
            cold_restart_ms: 14_400_000,
        },
        policies: Policies::default(),
        move_limits: MoveLimits::default(),
    }
}

fn shard(number: usize, service: &Service, memory: u64, settings: &Settings) -> Shard {
    let required = service.processes.iter().map(|process| process[0]).max().unwrap_or(0);
    let state_mib = scaled(required, memory, settings.node_mib).clamp(1, limits::STATE_MIB);
    let copies = service.processes.len().min(usize::from(limits::COPIES)) as u8;
    let apart = SpreadRule { level: "rack".to_owned(), max_copies: 1 };
    Shard {
        name: format!("s{number}"),
        state_mib,
        value: (service.processes.len() as u64).min(limits::VALUE),
        write_kib_per_s: (state_mib * 1024).div_ceil(3600),
        updates_milli_per_s: 5_700,
        batch_ms: 600_000,
        backlog_kib_per_s: 10_240,
        blocking_ppm: 20_000,
        stale_progress_ppm: 500_000,
        modes: ModeKind::ALL.to_vec(),
        chain_copies: (2..=copies).collect(),
        stateless_copies: vec![1, 2],
        max_unavailability_ppb: None,
        spread: if service.spread >= 2 { vec![apart] } else { Vec::new() },
        requires: BTreeMap::new(),
        pinned_primary: None,
        excluded_nodes: Vec::new(),
        current: None,
        moves_in_flight: Vec::new(),
        move_cost: 0,
    }
}

fn summary(instance: &Instance, traces: usize) -> Report {
    let states_mib: u64 = instance.shards.iter().map(|shard| shard.state_mib).sum();
    let memory_mib: u64 = instance.nodes.iter().map(|node| node.memory_mib).sum();
    let text = format!(
        "{} machines in {} racks and {} zones as nodes, {} services as shards; one copy of each \
         takes {:.1} % of the memory; {traces} spot traces\n",
        instance.nodes.len(),
        instance.levels[0].domains.len(),
        instance.levels[1].domains.len(),
        instance.shards.len(),
        100.0 * states_mib as f64 / memory_mib.max(1) as f64,
    );
    let json = json!({
        "nodes": instance.nodes.len(),
        "shards": instance.shards.len(),
        "states_mib": states_mib,
        "memory_mib": memory_mib,
        "spot_traces": traces,
    });
    Report { text, json }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "2 0 5 1 5\n2\n0 1 100 40 80 40 0 3\n1 2 200 20 80 40 3 0\n2\n2 0\n1 0\n3\n\
                         0 10 1 1\n0 12 1 1\n1 5 1 1\n0\n1 1 1\n";
    const LOG: &str = "node,start,end\na,86400,90000\nb,100000,200000\n";
    const SPOT: &str = r#"{"metadata": {"gap_seconds": 43200}, "data": [1, 0, 1, 0]}"#;

    fn run(texts: &[&str]) -> Result<Imported<Instance>, Rejected> {
        let source = |text: &&str| Source { name: "f".into(), text: (*text).to_owned() };
        let sources: Vec<Source> = texts.iter().map(source).collect();
        import(&sources, &Options::new())
    }

    #[test]
    fn the_join_is_the_one_described() {
        let instance = run(&[MODEL, LOG, SPOT]).unwrap().instance;
        assert_eq!(instance.nodes[1].memory_mib, 512 * 1024);
        assert_eq!(instance.nodes[0].memory_mib, 256 * 1024);
        assert_eq!(instance.nodes[1].domains["rack"], "2");
        // Of the two services, one has two processes.
        assert_eq!(instance.shards.len(), 1);
        assert_eq!(instance.shards[0].state_mib, (12 * 512 * 1024_u64).div_ceil(200));
        assert_eq!((instance.shards[0].spread.len(), instance.shards[0].value), (1, 2));
        assert_eq!(instance.levels[1].domains[1].shocks_micro_per_day, 1_000_000);
        assert!(instance.nodes.iter().all(|node| node.failures_micro_per_day > 0));
        assert_eq!(run(&[MODEL, LOG, SPOT]).unwrap().instance, instance);
    }

    #[test]
    fn missing_parts_are_told() {
        for texts in [&[MODEL][..], &[LOG], &[SPOT]] {
            assert_eq!(run(texts).unwrap_err().issues[0].code, "PW047");
        }
    }
}
