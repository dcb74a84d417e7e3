//! A Kubernetes cluster's nodes, and tables of shards and stores.

use std::collections::BTreeMap;

use placewright_models::replication_placement::ReplicationPlacement;
use placewright_models::replication_placement::instance::{Instance, Node};
use placewright_solver::issue::Issue;
use serde::Deserialize;

use super::assembly::{self, Defaults, kib_per_s, levels, micro_per_day};
use super::quantity;
use super::tables::{Content, read};
use crate::codes;
use crate::family::{Imported, Importer, Offer, OptionHelp, Options};
use crate::files::{Rejected, Source, foreign};
use crate::options::{Reader, joined};
use crate::table::FieldError;
use crate::units;

/// The importer's entry.
pub(super) const IMPORTER: Importer<ReplicationPlacement> = Offer {
    name: "kubernetes",
    title: "`kubectl get nodes -o json`, a table of shards, and perhaps one of stores",
    options: &OPTIONS,
    run: import,
};

const OPTIONS: [OptionHelp; 12] = joined(
    [
        OptionHelp {
            name: "levels",
            help: "kinds of failure domains and the labels that hold them [default: \
                   zone=topology.kubernetes.io/zone]",
        },
        OptionHelp {
            name: "memory_percent",
            help: "part of a node's allocatable memory for copies of shards [default: 100]",
        },
        OptionHelp {
            name: "prefix",
            help: "of annotations or labels PREFIX/nic-mbit, PREFIX/failures-per-1000-days, \
                   PREFIX/repair-s that say a node's own [default: placewright.io]",
        },
    ],
    assembly::OPTIONS,
);

#[derive(Deserialize)]
struct List {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    status: Status,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
struct Spec {
    #[serde(default)]
    unschedulable: bool,
}

#[derive(Deserialize)]
struct Status {
    allocatable: BTreeMap<String, String>,
}

struct Settings {
    levels: Vec<(String, String)>,
    memory_percent: u64,
    prefix: String,
    defaults: Defaults,
}

fn import(sources: &[Source], options: &Options) -> Result<Imported<Instance>, Rejected> {
    let mut reader = Reader::new(options, &OPTIONS);
    let settings = Settings {
        levels: levels(&mut reader, &[("zone", "topology.kubernetes.io/zone")]),
        memory_percent: reader.integer("memory_percent", 1, 100).unwrap_or(100),
        prefix: reader.text("prefix").unwrap_or("placewright.io").to_owned(),
        defaults: Defaults::read(&mut reader),
    };
    if !reader.issues.is_empty() {
        return Err(Rejected::new("options", reader.issues));
    }
    let (mut nodes, mut stores, mut shards) = (Vec::new(), Vec::new(), Vec::new());
    let mut cordoned = 0;
    for source in sources {
        let refuse = |issues| source.reject(issues);
        if source.text.trim_start().starts_with('{') {
            let list: List = foreign::read(&source.text).map_err(refuse)?;
            cordoned += list.items.iter().filter(|item| item.spec.unschedulable).count();
            nodes.extend(settings.nodes(&list).map_err(refuse)?);
            continue;
        }
        // Domains of stores stand in columns named like the level.
        let columns: Vec<(String, String)> =
            settings.levels.iter().map(|(name, _)| (name.clone(), name.clone())).collect();
        match read(&source.text, &columns, &settings.defaults).map_err(refuse)? {
            Content::Shards(own) => shards.extend(own),
            Content::Stores(own) => stores.extend(own),
            Content::Nodes(_) => {
                let cause = "nodes come from the cluster, not from a table";
                return Err(refuse(vec![codes::issue(codes::UNKNOWN_KEY, "node", cause)]));
            }
        }
    }
    let name = sources.first().map_or("", |source| source.name.as_str());
    for (missing, what) in [(nodes.is_empty(), "schedulable nodes"), (shards.is_empty(), "shards")]
    {
        if missing {
            let cause = format!("no file has {what}");
            return Err(Rejected::new(name, vec![codes::issue(codes::NO_SAMPLES, "", cause)]));
        }
    }
    let names: Vec<String> = settings.levels.iter().map(|(name, _)| name.clone()).collect();
    let imported = settings.defaults.assemble(&names, nodes, stores, shards);
    let mut imported = imported.map_err(|issues| Rejected::new(name, issues))?;
    if cordoned > 0 {
        imported.summary.text.push_str(&format!("{cordoned} cordoned nodes are left out\n"));
    }
    Ok(imported)
}

impl Settings {
    /// All nodes that may be scheduled, or everything that is wrong with them.
    fn nodes(&self, list: &List) -> Result<Vec<Node>, Vec<Issue>> {
        let mut issues = Vec::new();
        let usable = list.items.iter().enumerate().filter(|(_, item)| !item.spec.unschedulable);
        let nodes = usable.map(|(at, item)| self.node(at, item, &mut issues)).collect();
        if issues.is_empty() { Ok(nodes) } else { Err(issues) }
    }

    fn node(&self, at: usize, item: &Item, issues: &mut Vec<Issue>) -> Node {
        let (name, path) = (&item.metadata.name, format!("/items/{at}"));
        let mut domains = BTreeMap::new();
        for (level, key) in &self.levels {
            match item.metadata.labels.get(key) {
                Some(value) => {
                    domains.insert(level.clone(), value.clone());
                }
                None => {
                    let cause = format!("node {name:?} has no label {key:?} for the level {level}");
                    let path = format!("{path}/metadata/labels");
                    issues.push(codes::issue(codes::MISSING_KEY, path, cause));
                }
            }
        }
        let mut bad = |path: String, text: &str, error: FieldError| {
            let cause = match error {
                FieldError::Not(kind) => format!("node {name:?}: {text:?} is not {kind}"),
                FieldError::Unit(unit) => {
                    format!("node {name:?}: {text:?} has the unknown suffix {unit:?}")
                }
                FieldError::Above(most) => format!("node {name:?}: {text:?} is above {most}"),
            };
            issues.push(codes::issue(codes::BAD_FIELD, path, cause));
        };
        let memory = item.status.allocatable.get("memory").map_or("", String::as_str);
        let bytes = quantity::bytes(memory).unwrap_or_else(|error| {
            bad(format!("{path}/status/allocatable/memory"), memory, error);
            0
        });
        let mut own = |key: &str, parse: fn(&str) -> Result<u64, FieldError>, usual: u64| {
            let key = format!("{}/{key}", self.prefix);
            let Metadata { annotations, labels, .. } = &item.metadata;
            let Some(text) = annotations.get(&key).or_else(|| labels.get(&key)) else {
                return usual;
            };
            parse(text).unwrap_or_else(|error| {
                bad(format!("{path}/metadata/annotations"), text, error);
                usual
            })
        };
        let nic = own("nic-mbit", |text| units::integer(text).map(kib_per_s), 0);
        let nic_kib_per_s = if nic > 0 { nic } else { self.defaults.nic_kib_per_s };
        let failures_micro_per_day =
            own("failures-per-1000-days", micro_per_day, self.defaults.failures_micro_per_day);
        let repair_ms = own("repair-s", units::seconds, self.defaults.repair_ms);
        Node {
            name: name.clone(),
            // In two steps: the product of bytes may be too large.
            memory_mib: (bytes >> 20) * self.memory_percent / 100,
            memory_during_mib: None,
            nic_out_kib_per_s: nic_kib_per_s,
            nic_in_kib_per_s: nic_kib_per_s,
            failures_micro_per_day,
            repair_ms,
            price_per_gib: 0,
            labels: item.metadata.labels.clone(),
            domains,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARDS: &str = "shard,state\ns0,4GiB\n";

    fn node(name: &str, memory: &str, more: &str) -> String {
        format!(
            r#"{{"metadata": {{"name": "{name}", "labels": {{"topology.kubernetes.io/zone": "z1",
            "rack": "r-{name}"}}, "annotations": {{{more}}}}}, "spec": {{}},
            "status": {{"allocatable": {{"cpu": "8", "memory": "{memory}"}}}}}}"#
        )
    }

    fn run(nodes: &[String], pairs: &[(&str, &str)]) -> Result<Imported<Instance>, Rejected> {
        let list = format!(r#"{{"kind": "List", "items": [{}]}}"#, nodes.join(","));
        let sources = [list, SHARDS.to_owned()].map(|text| Source { name: "f".into(), text });
        let options = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        import(&sources, &options.collect())
    }

    #[test]
    fn nodes_come_with_labels_and_annotations() {
        let own =
            r#""placewright.io/nic-mbit": "8192", "placewright.io/failures-per-1000-days": "7.25""#;
        let nodes = [node("a", "16303428Ki", ""), node("b", "32Gi", own)];
        let levels =
            [("levels", "zone=topology.kubernetes.io/zone,rack=rack"), ("memory_percent", "50")];
        let instance = run(&nodes, &levels).unwrap().instance;
        assert_eq!(instance.levels[1].domains.len(), 2);
        assert_eq!(instance.nodes[0].memory_mib, (16_303_428 / 1024) / 2);
        assert_eq!(instance.nodes[0].nic_in_kib_per_s, 1_220_703);
        assert_eq!(instance.nodes[1].nic_in_kib_per_s, 1_000_000);
        assert_eq!(instance.nodes[1].failures_micro_per_day, 7_250);
        assert_eq!(instance.nodes[1].domains["rack"], "r-b");
    }

    #[test]
    fn cordoned_nodes_are_left_out() {
        let cordoned =
            node("a", "1Gi", "").replace(r#""spec": {}"#, r#""spec": {"unschedulable": true}"#);
        let imported = run(&[cordoned, node("b", "8Gi", "")], &[]).unwrap();
        assert_eq!(imported.instance.nodes.len(), 1);
        assert!(imported.summary.text.contains("1 cordoned"));
    }

    #[test]
    fn every_bad_node_is_told() {
        let nodes = [node("a", "lots", ""), node("b", "5Qi", "")];
        let issues = run(&nodes, &[("levels", "row=example.com/row")]).unwrap_err().issues;
        let codes: Vec<_> = issues.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, ["PW016", "PW044", "PW016", "PW044"]);
        assert!(issues[0].cause.contains("\"a\"") && issues[0].path.starts_with("/items/0"));
    }
}
