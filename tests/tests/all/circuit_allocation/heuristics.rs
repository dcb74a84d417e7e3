//! Instances on which a heuristic must find what is there.

use placewright_models::circuit_allocation::instance::{
    Batch, Circuits, Cluster, Fabric, Failures, Instance, Job, LiveJob, Moves, Order, Place,
    Question, ServerShare, Split, StaticFabric, SwitchGroup, SwitchedFabric, Traffic,
};
use placewright_solver::objective::Objective;

use super::support::guessed;

fn job(name: &str, gpus: u32, split: Split) -> Job {
    Job { name: name.to_owned(), gpus, weight: 1, traffic: Traffic::Any, split }
}

/// Port sums allow all circuits on one spine, but the switches between them do not: two spines do.
#[test]
fn circuits_through_unequal_switches() {
    let group = |count, leaf_ports, spine_ports| SwitchGroup { count, leaf_ports, spine_ports };
    let live = Circuits { leaf: 0, spine: 0, switch: Some(0), count: 1 };
    let instance = Instance {
        cluster: Cluster { leaves: 3, servers_per_leaf: 2, gpus_per_server: 2, spines: 4 },
        fabric: Fabric::Switched(SwitchedFabric { switches: vec![group(1, 1, 4), group(2, 2, 3)] }),
        failures: Failures::default(),
        live: vec![LiveJob { name: "live".into(), servers: Vec::new(), circuits: vec![live] }],
        question: Question::Place(Place { job: job("J0", 8, Split::Any), moves: Moves::Allowed }),
    };
    assert_eq!(guessed(&instance).objective, Some(Objective(vec![2, 0, 0])));
}

/// In the queue's order the first job takes two of the three GPUs that the second should have.
#[test]
fn a_queue_is_not_placed_in_its_order() {
    let circuit = |leaf| Circuits { leaf, spine: 0, switch: None, count: 1 };
    let instance = Instance {
        cluster: Cluster { leaves: 2, servers_per_leaf: 4, gpus_per_server: 1, spines: 1 },
        fabric: Fabric::Static(StaticFabric { circuits_per_pair: 1 }),
        failures: Failures::default(),
        live: vec![LiveJob {
            name: "live".into(),
            servers: vec![ServerShare { leaf: 0, server: 0, gpus: 1 }],
            circuits: vec![circuit(0), circuit(1)],
        }],
        question: Question::Batch(Batch {
            jobs: [("J0", 2), ("J1", 3), ("J2", 2)]
                .map(|(name, gpus)| job(name, gpus, Split::Any))
                .into(),
            order: Order::Fifo,
            moves: Moves::Forbidden,
        }),
    };
    assert_eq!(guessed(&instance).objective, Some(Objective(vec![0, 3, 0, 0])));
}
