//! Which circuits are in use, and which could be set up.

use serde::{Deserialize, Serialize};

use super::cluster::{Cluster, Fabric};
use super::placement::Circuit;
use super::side::Side;

/// The circuits of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Circuits {
    /// Leaves by spines: links.
    Static(Side),
    /// Ports of optical switches.
    Switched(Ports),
}

/// Free ports of all optical switches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// Leaves by switches.
    pub leaves: Side,
    /// Spines by switches.
    pub spines: Side,
}

impl Circuits {
    /// No circuit is in use.
    #[must_use]
    pub fn new(cluster: &Cluster) -> Self {
        let (leaves, spines) = (cluster.leaves as usize, cluster.spines as usize);
        match &cluster.fabric {
            Fabric::Static { circuits_per_pair } => {
                Self::Static(Side::new(leaves, vec![*circuits_per_pair; spines]))
            }
            Fabric::Switched { switches } => {
                let leaf_ports = switches.iter().map(|of| of.leaf_ports).collect();
                let spine_ports = switches.iter().map(|of| of.spine_ports).collect();
                Self::Switched(Ports {
                    leaves: Side::new(leaves, leaf_ports),
                    spines: Side::new(spines, spine_ports),
                })
            }
        }
    }

    /// Takes circuits that are free. O(1).
    pub fn take(&mut self, circuit: Circuit) {
        match self {
            Self::Static(links) => links.take(circuit.leaf, circuit.spine, circuit.count),
            Self::Switched(ports) => {
                let Some(switch) = circuit.switch else { return };
                ports.leaves.take(circuit.leaf, switch, circuit.count);
                ports.spines.take(circuit.spine, switch, circuit.count);
            }
        }
    }

    /// Gives circuits back. O(1).
    pub fn give(&mut self, circuit: Circuit) {
        match self {
            Self::Static(links) => links.give(circuit.leaf, circuit.spine, circuit.count),
            Self::Switched(ports) => {
                let Some(switch) = circuit.switch else { return };
                ports.leaves.give(circuit.leaf, switch, circuit.count);
                ports.spines.give(circuit.spine, switch, circuit.count);
            }
        }
    }

    /// Whether these circuits could be set up. O(1).
    #[must_use]
    pub fn are_free(&self, circuit: Circuit) -> bool {
        match (self, circuit.switch) {
            (Self::Static(links), None) => links.free(circuit.leaf, circuit.spine) >= circuit.count,
            (Self::Switched(ports), Some(switch)) => {
                ports.leaves.free(circuit.leaf, switch) >= circuit.count
                    && ports.spines.free(circuit.spine, switch) >= circuit.count
            }
            _ => false,
        }
    }
}
