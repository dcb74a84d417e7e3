//! Capacities: live jobs and failures together hold at most what there is.

use std::collections::HashMap;

use placewright_solver::issue::Issue;

use super::super::instance::{Circuits, Free, Instance, Question, ServerShare};

/// `CA008`, `CA009`: GPUs, circuits or ports that are held or broken more often than they exist;
/// a pair that is demanded twice.
pub(super) fn nothing_twice(instance: &Instance, issues: &mut Vec<Issue>) {
    let free = Free::whole(&instance.cluster, &instance.fabric);
    let switches = instance.fabric.switches() as usize;
    let mut left = Left { instance, free, switches, issues };
    let failures = &instance.failures;
    left.servers("/failures/gpus", &failures.gpus);
    left.circuits("/failures/circuits", &failures.circuits);
    for (index, ports) in failures.leaf_ports.iter().enumerate() {
        left.leaf_ports(
            &format!("/failures/leaf_ports/{index}"),
            ports.leaf,
            ports.switch,
            ports.count,
        );
    }
    for (index, ports) in failures.spine_ports.iter().enumerate() {
        let path = format!("/failures/spine_ports/{index}");
        left.spine_ports(&path, ports.spine, ports.switch, ports.count);
    }
    for (index, job) in instance.live.iter().enumerate() {
        left.servers(&format!("/live/{index}/servers"), &job.servers);
        left.circuits(&format!("/live/{index}/circuits"), &job.circuits);
    }
    demands_are_unique(instance, issues);
}

/// `CA009`: a pair is demanded twice.
fn demands_are_unique(instance: &Instance, issues: &mut Vec<Issue>) {
    let Question::Rewire(rewire) = &instance.question else { return };
    let mut first_use = HashMap::new();
    for (index, demand) in rewire.demand.iter().enumerate() {
        if let Some(first) = first_use.insert((demand.leaf, demand.spine), index) {
            let (leaf, spine) = (demand.leaf, demand.spine);
            let cause = format!("leaf {leaf} and spine {spine} stand at {first} too");
            let path = format!("/question/rewire/demand/{index}");
            issues.push(Issue::new("CA009", path, cause, "give every pair once, with its sum"));
        }
    }
}

struct Left<'a> {
    instance: &'a Instance,
    free: Free,
    switches: usize,
    issues: &'a mut Vec<Issue>,
}

impl Left<'_> {
    fn servers(&mut self, root: &str, servers: &[ServerShare]) {
        for (index, share) in servers.iter().enumerate() {
            let ServerShare { leaf, server, gpus } = *share;
            let at = self.instance.cluster.server_index(leaf, server);
            let left = take(&mut self.free.gpus[at], gpus);
            self.refuse(&format!("{root}/{index}"), left, || {
                format!("GPUs of server {server} on leaf {leaf}")
            });
        }
    }

    fn circuits(&mut self, root: &str, circuits: &[Circuits]) {
        for (index, each) in circuits.iter().enumerate() {
            let path = format!("{root}/{index}");
            let Circuits { leaf, spine, switch, count } = *each;
            let Some(switch) = switch else {
                let at = self.instance.cluster.pair_index(leaf, spine);
                let left = take(&mut self.free.circuits[at], count);
                self.refuse(&path, left, || {
                    format!("circuits between leaf {leaf} and spine {spine}")
                });
                continue;
            };
            self.leaf_ports(&path, leaf, switch, count);
            self.spine_ports(&path, spine, switch, count);
        }
    }

    fn leaf_ports(&mut self, path: &str, leaf: u32, switch: u32, count: u32) {
        let at = leaf as usize * self.switches + switch as usize;
        let left = take(&mut self.free.leaf_ports[at], count);
        self.refuse(path, left, || format!("ports of switch {switch} to leaf {leaf}"));
    }

    fn spine_ports(&mut self, path: &str, spine: u32, switch: u32, count: u32) {
        let at = spine as usize * self.switches + switch as usize;
        let left = take(&mut self.free.spine_ports[at], count);
        self.refuse(path, left, || format!("ports of switch {switch} to spine {spine}"));
    }

    fn refuse(&mut self, path: &str, taken: Result<(), (u32, u32)>, what: impl Fn() -> String) {
        if let Err((wanted, left)) = taken {
            let cause = format!("{wanted} {}, {left} are left", what());
            let action = "let everything be held or broken once";
            self.issues.push(Issue::new("CA008", path, cause, action));
        }
    }
}

/// Takes so many, or says how many are wanted and left.
fn take(left: &mut u32, wanted: u32) -> Result<(), (u32, u32)> {
    match left.checked_sub(wanted) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => Err((wanted, *left)),
    }
}
