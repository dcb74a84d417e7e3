//! The shape of a cluster, as the online engine sees it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Leaves with servers with GPUs below spines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// Number of leaf switches.
    pub leaves: u32,
    /// Servers below each.
    pub servers_per_leaf: u32,
    /// GPUs in each, at most 64.
    pub gpus_per_server: u32,
    /// Number of spine switches.
    pub spines: u32,
    /// What joins leaves and spines.
    pub fabric: Fabric,
}

/// What joins leaves and spines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fabric {
    /// Fixed circuits, equally many between every leaf and every spine.
    Static {
        /// Circuits between a leaf and a spine.
        circuits_per_pair: u32,
    },
    /// Optical circuit switches between the two layers.
    Switched {
        /// One entry per switch.
        switches: Vec<SwitchPorts>,
    },
}

/// Ports of an optical circuit switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchPorts {
    /// Ports to every leaf.
    pub leaf_ports: u32,
    /// Ports to every spine.
    pub spine_ports: u32,
}

/// What is wrong with a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ClusterError {
    /// A count of zero, or one too large.
    #[error("a cluster has 1 to 65,536 leaves, servers per leaf, spines and switches")]
    Count,
    /// Servers too large for a bit row.
    #[error("a server has 1 to 64 GPUs")]
    GpusPerServer,
}

const LARGEST: u32 = 1 << 16;

impl Cluster {
    /// A two-layer Clos network without oversubscription: as many spines as a leaf has GPUs, one
    /// circuit between each leaf and each spine.
    #[must_use]
    pub fn clos(leaves: u32, servers_per_leaf: u32, gpus_per_server: u32) -> Self {
        let spines = servers_per_leaf * gpus_per_server;
        let fabric = Fabric::Static { circuits_per_pair: 1 };
        Self { leaves, servers_per_leaf, gpus_per_server, spines, fabric }
    }

    /// The same leaves below as many optical switches as a leaf has GPUs, every leaf with one port
    /// on each and every spine with `spine_ports`; with as many ports to spines as to leaves.
    #[must_use]
    pub fn switched(
        leaves: u32,
        servers_per_leaf: u32,
        gpus_per_server: u32,
        spine_ports: u32,
    ) -> Self {
        let switches = (servers_per_leaf * gpus_per_server) as usize;
        let ports = SwitchPorts { leaf_ports: 1, spine_ports };
        Self {
            leaves,
            servers_per_leaf,
            gpus_per_server,
            spines: leaves.div_ceil(spine_ports.max(1)),
            fabric: Fabric::Switched { switches: vec![ports; switches] },
        }
    }

    /// GPUs below a leaf.
    #[must_use]
    pub fn gpus_per_leaf(&self) -> u32 {
        self.servers_per_leaf * self.gpus_per_server
    }

    /// All servers.
    #[must_use]
    pub fn servers(&self) -> u32 {
        self.leaves * self.servers_per_leaf
    }

    /// All GPUs.
    #[must_use]
    pub fn gpus(&self) -> u32 {
        self.leaves * self.gpus_per_leaf()
    }

    /// Whether circuits can be moved.
    #[must_use]
    pub fn is_switched(&self) -> bool {
        matches!(self.fabric, Fabric::Switched { .. })
    }

    /// Number of optical switches; none in a static network.
    #[must_use]
    pub fn switches(&self) -> u32 {
        match &self.fabric {
            Fabric::Static { .. } => 0,
            Fabric::Switched { switches } => switches.len() as u32,
        }
    }

    /// GPUs that a job of `gpus` holds: what fits in a server, or else whole servers. A larger job
    /// that asks for parts of servers would cut them up for everybody else.
    #[must_use]
    pub fn whole_servers(&self, gpus: u32) -> u32 {
        match gpus <= self.gpus_per_server {
            true => gpus,
            false => gpus.div_ceil(self.gpus_per_server) * self.gpus_per_server,
        }
    }

    /// Looks for counts that no cluster has.
    ///
    /// # Errors
    /// Counts out of range.
    pub fn validate(&self) -> Result<(), ClusterError> {
        let in_range = |count: u32| (1..=LARGEST).contains(&count);
        if !(1..=64).contains(&self.gpus_per_server) {
            return Err(ClusterError::GpusPerServer);
        }
        let ports = match &self.fabric {
            Fabric::Static { circuits_per_pair } => in_range(*circuits_per_pair),
            Fabric::Switched { switches } => {
                in_range(switches.len() as u32)
                    && switches.iter().all(|of| of.leaf_ports <= 1024 && of.spine_ports <= 1024)
            }
        };
        let counts = [self.leaves, self.servers_per_leaf, self.spines];
        let gpus = u64::from(self.leaves) * u64::from(self.servers_per_leaf) * 64;
        match ports && counts.into_iter().all(in_range) && gpus <= 1 << 30 {
            true => Ok(()),
            false => Err(ClusterError::Count),
        }
    }
}
