//! The state of a cluster in the terms of the referee.

use super::cluster::{Cluster, Fabric};
use super::placement::{Circuit, ServerShare};
use super::state::State;
use crate::circuit_allocation::instance as offline;
use crate::circuit_allocation::plan::{Placement, Plan};

/// All live jobs as a batch that is to be placed in the empty cluster, and what they hold as the plan:
/// the referee says whether it is all exclusive and isolates everybody.
#[must_use]
pub fn batch_of_live(state: &State) -> (offline::Instance, Plan) {
    let cluster = state.cluster();
    let job = |(id, live): (&super::placement::JobId, &super::state::Live)| offline::Job {
        name: id.0.to_string(),
        gpus: live.servers.iter().map(|share| share.gpus.count_ones()).sum(),
        weight: 1,
        traffic: live.traffic,
        split: offline::Split::Any,
    };
    let placed = |live: &super::state::Live| {
        Some(Placement {
            servers: live.servers.iter().map(|&share| server(cluster, share)).collect(),
            circuits: live.circuits.iter().map(|&circuit| circuits(circuit)).collect(),
        })
    };
    let batch = offline::Batch {
        jobs: state.live().iter().map(job).collect(),
        order: offline::Order::Any,
        moves: offline::Moves::Forbidden,
    };
    let instance = offline::Instance {
        cluster: offline::Cluster {
            leaves: cluster.leaves,
            servers_per_leaf: cluster.servers_per_leaf,
            gpus_per_server: cluster.gpus_per_server,
            spines: cluster.spines,
        },
        fabric: fabric(cluster),
        failures: offline::Failures::default(),
        live: Vec::new(),
        question: offline::Question::Batch(batch),
    };
    (instance, Plan { placed: state.live().values().map(placed).collect(), wiring: None })
}

fn server(cluster: &Cluster, share: ServerShare) -> offline::ServerShare {
    offline::ServerShare {
        leaf: share.server / cluster.servers_per_leaf,
        server: share.server % cluster.servers_per_leaf,
        gpus: share.gpus.count_ones(),
    }
}

fn circuits(circuit: Circuit) -> offline::Circuits {
    let Circuit { leaf, spine, switch, count } = circuit;
    offline::Circuits { leaf, spine, switch, count }
}

fn fabric(cluster: &Cluster) -> offline::Fabric {
    match &cluster.fabric {
        Fabric::Static { circuits_per_pair } => {
            offline::Fabric::Static(offline::StaticFabric { circuits_per_pair: *circuits_per_pair })
        }
        Fabric::Switched { switches } => {
            let group = |of: &super::cluster::SwitchPorts| offline::SwitchGroup {
                count: 1,
                leaf_ports: of.leaf_ports,
                spine_ports: of.spine_ports,
            };
            let switches = switches.iter().map(group).collect();
            offline::Fabric::Switched(offline::SwitchedFabric { switches })
        }
    }
}
