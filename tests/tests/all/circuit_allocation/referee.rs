//! The referee on cases worked out by hand.

use placewright_models::circuit_allocation::CircuitAllocation;
use placewright_models::circuit_allocation::instance::{
    Circuits, Cluster, Fabric, Failures, Instance, Job, Moves, Place, Question, ServerShare, Split,
    StaticFabric, SwitchGroup, SwitchedFabric, Traffic,
};
use placewright_models::circuit_allocation::plan::{Placement, Plan};
use placewright_solver::objective::Objective;
use placewright_solver::problem::{Problem, Verdict};

use super::support::{codes, cost};

/// Four leaves of two servers with two GPUs, four spines.
fn instance(fabric: Fabric, gpus: u32, traffic: Traffic) -> Instance {
    let job = Job { name: "J".into(), gpus, weight: 1, traffic, split: Split::Any };
    Instance {
        cluster: Cluster { leaves: 4, servers_per_leaf: 2, gpus_per_server: 2, spines: 4 },
        fabric,
        failures: Failures::default(),
        live: Vec::new(),
        question: Question::Place(Place { job, moves: Moves::Forbidden }),
    }
}

fn cables() -> Fabric {
    Fabric::Static(StaticFabric { circuits_per_pair: 1 })
}

/// Four switches, one port to every leaf and spine.
fn switches() -> Fabric {
    let group = SwitchGroup { count: 4, leaf_ports: 1, spine_ports: 1 };
    Fabric::Switched(SwitchedFabric { switches: vec![group] })
}

fn plan(servers: &[(u32, u32)], circuits: &[(u32, u32, Option<u32>)]) -> Plan {
    let share = |&(leaf, server): &(u32, u32)| ServerShare { leaf, server, gpus: 2 };
    let circuit = |&(leaf, spine, switch): &(u32, u32, Option<u32>)| Circuits {
        leaf,
        spine,
        switch,
        count: 1,
    };
    let placement = Placement {
        servers: servers.iter().map(share).collect(),
        circuits: circuits.iter().map(circuit).collect(),
    };
    Plan { placed: vec![Some(placement)], wiring: None }
}

#[test]
fn an_equal_split_needs_a_circuit_per_rank_and_leaf() {
    let instance = instance(cables(), 4, Traffic::Any);
    let both = [(0, 1, None), (2, 1, None), (0, 3, None), (2, 3, None)];
    let good = plan(&[(0, 0), (2, 1)], &both);
    assert_eq!(cost(&instance, &good), Some(Objective(vec![2, 4, 0])));
    let crossed = [(0, 1, None), (2, 1, None), (0, 3, None), (2, 2, None)];
    let Verdict::Refused(violations) =
        CircuitAllocation::judge(&instance, &plan(&[(0, 0), (2, 1)], &crossed))
    else {
        panic!("two flows on one circuit");
    };
    let text = violations[0].to_string();
    assert!(
        text.contains("CA109") && text.contains("2 flows go up from leaf 0 to spine 1"),
        "{text}"
    );
}

#[test]
fn one_spine_carries_unequal_shares_over_switches() {
    // Shares of 4 and 2: permutations send at most 2 flows across.
    let instance = instance(switches(), 6, Traffic::Any);
    let servers = [(0, 0), (0, 1), (1, 0)];
    let circuits = [(0, 0, Some(0)), (0, 0, Some(1)), (1, 0, Some(2)), (1, 0, Some(3))];
    assert_eq!(cost(&instance, &plan(&servers, &circuits)), Some(Objective(vec![2, 2, 0])));
    let busy = [(0, 0, Some(0)), (0, 0, Some(1)), (1, 0, Some(1)), (1, 0, Some(3))];
    assert_eq!(codes(&instance, &plan(&servers, &busy)), ["CA108"]);
    assert_eq!(codes(&instance, &plan(&servers, &circuits[..3])), ["CA109"]);
}

#[test]
fn a_ring_needs_a_circuit_per_local_rank() {
    let servers = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)];
    let circuits: Vec<(u32, u32, Option<u32>)> =
        (0..3).flat_map(|leaf| [(leaf, 0, None), (leaf, 2, None)]).collect();
    let ring = instance(cables(), 10, Traffic::Ring);
    assert_eq!(cost(&ring, &plan(&servers, &circuits)), Some(Objective(vec![3, 2, 0])));
    let any = instance(cables(), 10, Traffic::Any);
    assert_eq!(codes(&any, &plan(&servers, &circuits)), ["CA109"]);
}

#[test]
fn three_leaves_of_unequal_shares_share_as_many_spines_as_the_largest_sends() {
    let servers = [(0, 0), (0, 1), (1, 0), (2, 0)];
    let of = |spines: u32| -> Vec<(u32, u32, Option<u32>)> {
        (0..3).flat_map(|leaf| (0..spines).map(move |spine| (leaf, spine, None))).collect()
    };
    let any = instance(cables(), 8, Traffic::Any);
    assert_eq!(codes(&any, &plan(&servers, &of(3))), ["CA109"]);
    assert_eq!(cost(&any, &plan(&servers, &of(4))), Some(Objective(vec![3, 4, 0])));
}

#[test]
fn whole_servers_and_equal_splits_are_asked_for() {
    let mut equal = instance(cables(), 6, Traffic::Ring);
    let Question::Place(place) = &mut equal.question else { return };
    place.job.split = Split::Equal;
    let circuits: Vec<(u32, u32, Option<u32>)> =
        (0..2).flat_map(|leaf| [(leaf, 0, None), (leaf, 2, None)]).collect();
    let uneven = plan(&[(0, 0), (0, 1), (1, 0)], &circuits);
    assert_eq!(codes(&equal, &uneven), ["CA105"]);
    let mut parted = plan(&[(0, 0), (0, 1), (1, 0), (1, 1)], &circuits);
    let own = parted.placed[0].as_mut().unwrap();
    own.servers[0].gpus = 1;
    own.servers[1].gpus = 1;
    assert!(codes(&equal, &parted).contains(&"CA104"));
}
