//! Entries of lists: what they name must exist.

use placewright_solver::issue::Issue;

use super::super::instance::{Circuits, Fabric, Instance, Question, ServerShare, limits};

/// `CA007`: an entry names what there is not, or nothing of it.
pub(super) fn entries_exist(instance: &Instance, issues: &mut Vec<Issue>) {
    let mut entries = Entries { instance, switches: instance.fabric.switches(), issues };
    let failures = &instance.failures;
    entries.servers("/failures/gpus", &failures.gpus);
    entries.circuits("/failures/circuits", &failures.circuits);
    if !failures.circuits.is_empty() && entries.switches > 0 {
        let cause = "in a switched fabric ports break, not circuits".to_owned();
        entries.refuse("/failures/circuits".into(), cause, "list broken leaf_ports or spine_ports");
    }
    for (index, ports) in failures.leaf_ports.iter().enumerate() {
        let path = format!("/failures/leaf_ports/{index}");
        entries.within(&path, "leaf", ports.leaf, instance.cluster.leaves.into());
        entries.within(&path, "switch", ports.switch, entries.switches);
        entries.count(&path, "count", ports.count, limits::PORTS);
    }
    for (index, ports) in failures.spine_ports.iter().enumerate() {
        let path = format!("/failures/spine_ports/{index}");
        entries.within(&path, "spine", ports.spine, instance.cluster.spines.into());
        entries.within(&path, "switch", ports.switch, entries.switches);
        entries.count(&path, "count", ports.count, limits::PORTS);
    }
    for (index, job) in instance.live.iter().enumerate() {
        entries.servers(&format!("/live/{index}/servers"), &job.servers);
        entries.circuits(&format!("/live/{index}/circuits"), &job.circuits);
    }
    if let Question::Rewire(rewire) = &instance.question {
        for (index, demand) in rewire.demand.iter().enumerate() {
            let path = format!("/question/rewire/demand/{index}");
            entries.within(&path, "leaf", demand.leaf, instance.cluster.leaves.into());
            entries.within(&path, "spine", demand.spine, instance.cluster.spines.into());
            entries.count(&path, "circuits", demand.circuits, limits::CIRCUITS);
        }
    }
}

struct Entries<'a> {
    instance: &'a Instance,
    switches: u64,
    issues: &'a mut Vec<Issue>,
}

impl Entries<'_> {
    fn servers(&mut self, root: &str, servers: &[ServerShare]) {
        let cluster = self.instance.cluster;
        for (index, share) in servers.iter().enumerate() {
            let path = format!("{root}/{index}");
            self.within(&path, "leaf", share.leaf, cluster.leaves.into());
            self.within(&path, "server", share.server, cluster.servers_per_leaf.into());
            self.count(&path, "gpus", share.gpus, cluster.gpus_per_server);
        }
    }

    fn circuits(&mut self, root: &str, circuits: &[Circuits]) {
        for (index, each) in circuits.iter().enumerate() {
            let path = format!("{root}/{index}");
            self.within(&path, "leaf", each.leaf, self.instance.cluster.leaves.into());
            self.within(&path, "spine", each.spine, self.instance.cluster.spines.into());
            self.count(&path, "count", each.count, limits::CIRCUITS);
            match (&self.instance.fabric, each.switch) {
                (Fabric::Static(_), Some(_)) => {
                    let cause = "a static fabric has no switches".to_owned();
                    self.refuse(format!("{path}/switch"), cause, "remove the key");
                }
                (Fabric::Switched(_), None) => {
                    let cause = "a circuit of a switched fabric passes a switch".to_owned();
                    self.refuse(path, cause, "add the key switch");
                }
                (Fabric::Static(_), None) => {}
                (Fabric::Switched(_), Some(switch)) => {
                    self.within(&path, "switch", switch, self.switches);
                }
            }
        }
    }

    fn within(&mut self, path: &str, key: &str, value: u32, count: u64) {
        if u64::from(value) >= count {
            let cause = format!("there is no {key} {value}, there are {count}, counted from 0");
            self.refuse(format!("{path}/{key}"), cause, "name one that there is");
        }
    }

    fn count(&mut self, path: &str, key: &str, value: u32, high: u32) {
        if value == 0 || value > high {
            let cause = format!("{value} is outside 1..={high}");
            self.refuse(format!("{path}/{key}"), cause, "check the value");
        }
    }

    fn refuse(&mut self, path: String, cause: String, action: &str) {
        self.issues.push(Issue::new("CA007", path, cause, action));
    }
}
