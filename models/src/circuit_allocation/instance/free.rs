//! What live jobs hold and what nobody holds.

use super::{Cluster, Fabric, Instance};

/// What is free: neither broken nor, unless live jobs are left out, held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Free {
    /// GPUs per server, see [`Cluster::server_index`].
    pub gpus: Vec<u32>,
    /// Circuits per leaf and spine, see [`Cluster::pair_index`]; empty in a switched fabric.
    pub circuits: Vec<u32>,
    /// Ports per leaf and switch, leaf by leaf; empty in a static fabric.
    pub leaf_ports: Vec<u32>,
    /// Ports per spine and switch, spine by spine; empty in a static fabric.
    pub spine_ports: Vec<u32>,
}

/// Whether the circuits of live jobs count as taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// Their GPUs and circuits are taken.
    Keep,
    /// Their GPUs are taken; where their circuits run is still open.
    Loose,
}

impl Free {
    /// What is free in a valid instance. O(servers + pairs + entries).
    #[must_use]
    pub fn of(instance: &Instance, live: Live) -> Self {
        let mut free = Self::whole(&instance.cluster, &instance.fabric);
        let switches = instance.fabric.switches() as usize;
        let failures = &instance.failures;
        let held = instance.live.iter().flat_map(|job| &job.servers);
        for share in failures.gpus.iter().chain(held) {
            free.gpus[instance.cluster.server_index(share.leaf, share.server)] -= share.gpus;
        }
        for ports in &failures.leaf_ports {
            free.leaf_ports[ports.leaf as usize * switches + ports.switch as usize] -= ports.count;
        }
        for ports in &failures.spine_ports {
            let at = ports.spine as usize * switches + ports.switch as usize;
            free.spine_ports[at] -= ports.count;
        }
        let held = instance.live.iter().flat_map(|job| &job.circuits);
        let held = held.filter(|_| live == Live::Keep);
        for each in failures.circuits.iter().chain(held) {
            let Some(switch) = each.switch else {
                free.circuits[instance.cluster.pair_index(each.leaf, each.spine)] -= each.count;
                continue;
            };
            free.leaf_ports[each.leaf as usize * switches + switch as usize] -= each.count;
            free.spine_ports[each.spine as usize * switches + switch as usize] -= each.count;
        }
        free
    }

    /// Everything, whoever holds it.
    #[must_use]
    pub fn whole(cluster: &Cluster, fabric: &Fabric) -> Self {
        let servers = cluster.leaves as usize * cluster.servers_per_leaf as usize;
        let pairs = cluster.leaves as usize * cluster.spines as usize;
        let circuits = match fabric {
            Fabric::Static(fabric) => vec![fabric.circuits_per_pair; pairs],
            Fabric::Switched(_) => Vec::new(),
        };
        let ports = fabric.switch_ports();
        let (to_leaf, to_spine): (Vec<u32>, Vec<u32>) = ports.into_iter().unzip();
        Self {
            gpus: vec![cluster.gpus_per_server; servers],
            circuits,
            leaf_ports: to_leaf.repeat(cluster.leaves as usize),
            spine_ports: to_spine.repeat(cluster.spines as usize),
        }
    }

    /// Free GPUs per leaf.
    #[must_use]
    pub fn gpus_per_leaf(&self, cluster: &Cluster) -> Vec<u32> {
        let servers = cluster.servers_per_leaf as usize;
        self.gpus.chunks(servers).map(|leaf| leaf.iter().sum()).collect()
    }

    /// Wholly free servers per leaf.
    #[must_use]
    pub fn servers_per_leaf(&self, cluster: &Cluster) -> Vec<u32> {
        let whole = |leaf: &[u32]| {
            leaf.iter().filter(|&&gpus| gpus == cluster.gpus_per_server).count() as u32
        };
        self.gpus.chunks(cluster.servers_per_leaf as usize).map(whole).collect()
    }
}
