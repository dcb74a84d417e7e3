//! Sizes: clusters, fabrics and lists that no table can hold.

use placewright_solver::issue::Issue;

use super::super::instance::{Fabric, Instance, Question, limits};

const CHECK: &str = "check the value and its unit";

/// `CA001`: a size of the cluster is out of range.
pub(super) fn cluster_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let cluster = &instance.cluster;
    let checks = [
        ("leaves", cluster.leaves, limits::NODES),
        ("servers_per_leaf", cluster.servers_per_leaf, limits::SERVERS_PER_LEAF),
        ("gpus_per_server", cluster.gpus_per_server, limits::GPUS_PER_SERVER),
        ("spines", cluster.spines, limits::NODES),
    ];
    for (key, value, high) in checks {
        if value == 0 || value > high {
            let cause = format!("{value} is outside 1..={high}");
            issues.push(Issue::new("CA001", format!("/cluster/{key}"), cause, CHECK));
        }
    }
    let product =
        |values: &[u32]| -> u128 { values.iter().map(|&value| u128::from(value)).product() };
    let gpus = product(&[cluster.leaves, cluster.servers_per_leaf, cluster.gpus_per_server]);
    if gpus > u128::from(limits::GPUS) {
        let cause = format!("{gpus} GPUs, at most {} are possible", limits::GPUS);
        issues.push(Issue::new("CA001", "/cluster", cause, CHECK));
    }
    let pairs = product(&[cluster.leaves, cluster.spines]);
    if pairs > u128::from(limits::PAIRS) {
        let cause =
            format!("{pairs} pairs of leaf and spine, at most {} are possible", limits::PAIRS);
        issues.push(Issue::new("CA001", "/cluster", cause, CHECK));
    }
}

/// `CA002`: a size of the fabric is out of range.
pub(super) fn fabric_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let mut refuse = |path: String, cause: String| {
        issues.push(Issue::new("CA002", format!("/fabric/{path}"), cause, CHECK));
    };
    match &instance.fabric {
        Fabric::Static(fabric) => {
            let count = fabric.circuits_per_pair;
            if count == 0 || count > limits::PORTS {
                let cause = format!("{count} is outside 1..={}", limits::PORTS);
                refuse("static/circuits_per_pair".into(), cause);
            }
        }
        Fabric::Switched(fabric) => {
            for (index, group) in fabric.switches.iter().enumerate() {
                let path = |key: &str| format!("switched/switches/{index}/{key}");
                if group.count == 0 {
                    refuse(path("count"), "a group without switches".into());
                }
                let ports = [("leaf_ports", group.leaf_ports), ("spine_ports", group.spine_ports)];
                for (key, ports) in ports {
                    if ports > limits::PORTS {
                        let cause = format!("{ports} is outside 0..={}", limits::PORTS);
                        refuse(path(key), cause);
                    }
                }
            }
            let switches =
                fabric.switches.iter().map(|group| u128::from(group.count)).sum::<u128>();
            if switches == 0 || switches > u128::from(limits::SWITCHES) {
                let most = limits::SWITCHES;
                refuse(
                    "switched/switches".into(),
                    format!("{switches} switches, 1 to {most} are possible"),
                );
            }
            let nodes = instance.cluster.leaves.max(instance.cluster.spines);
            let pairs = u128::from(nodes) * switches;
            if pairs > u128::from(limits::PAIRS) {
                let most = limits::PAIRS;
                let cause = format!(
                    "{pairs} pairs of a leaf or spine and a switch, at most {most} are possible"
                );
                refuse("switched/switches".into(), cause);
            }
        }
    }
}

/// `CA003`: a list is too long, or empty where it must not be.
pub(super) fn lists_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let failures = &instance.failures;
    let live = &instance.live;
    let mut lists = vec![
        ("/failures/gpus", failures.gpus.len(), limits::ENTRIES),
        ("/failures/circuits", failures.circuits.len(), limits::ENTRIES),
        ("/failures/leaf_ports", failures.leaf_ports.len(), limits::ENTRIES),
        ("/failures/spine_ports", failures.spine_ports.len(), limits::ENTRIES),
        ("/live", live.len(), limits::JOBS),
        ("/live", live.iter().map(|job| job.servers.len()).sum(), limits::ENTRIES),
        ("/live", live.iter().map(|job| job.circuits.len()).sum(), limits::ENTRIES),
    ];
    match &instance.question {
        Question::Place(_) => {}
        Question::Batch(batch) => {
            lists.push(("/question/batch/jobs", batch.jobs.len(), limits::JOBS));
            if batch.jobs.is_empty() {
                let action = "give at least one job";
                issues.push(Issue::new("CA003", "/question/batch/jobs", "no jobs", action));
            }
        }
        Question::Rewire(rewire) => {
            lists.push(("/question/rewire/demand", rewire.demand.len(), limits::ENTRIES));
        }
    }
    for (path, count, most) in lists {
        if count > most {
            let cause = format!("{count} entries, at most {most} are possible");
            issues.push(Issue::new("CA003", path, cause, "merge entries, or split the instance"));
        }
    }
    if let (Question::Rewire(_), Fabric::Static(_)) = (&instance.question, &instance.fabric) {
        let cause = "cables cannot be rewired";
        issues.push(Issue::new("CA010", "/question/rewire", cause, "give a switched fabric"));
    }
}
