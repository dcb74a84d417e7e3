//! Plans and instances that break a rule are refused for it.

use placewright_instances::machine_reassignment::strategies::instances_with_plans;
use placewright_models::machine_reassignment::MachineReassignment;
use placewright_models::machine_reassignment::instance::{
    BalanceCost, Instance, Machine, MachineId, MoveWeights, Process, Resource, ResourceId, Service,
    ServiceId,
};
use placewright_solver::problem::Problem;
use proptest::prelude::*;

use super::support::{codes, cost, plan};
use crate::support::cases;

/// Four machines in two neighbourhoods of two locations; service 0 has two processes on two
/// locations, service 1 a process that needs service 0, and resource 1 is transient.
fn small() -> Instance {
    let machine = |m: u32| Machine {
        neighbourhood: m / 2,
        location: m,
        capacities: vec![10, 10],
        safety_capacities: vec![6, 6],
        move_costs: (0..4).map(|other| u32::from(other != m)).collect(),
    };
    let process = |service, machine, requirements: [u64; 2]| Process {
        service: ServiceId(service),
        machine: MachineId(machine),
        requirements: requirements.to_vec(),
        move_cost: 1,
    };
    Instance {
        resources: vec![
            Resource { transient: false, load_weight: 1 },
            Resource { transient: true, load_weight: 1 },
        ],
        machines: (0..4).map(machine).collect(),
        services: vec![
            Service { min_locations: 2, depends_on: vec![] },
            Service { min_locations: 1, depends_on: vec![ServiceId(0)] },
            Service { min_locations: 0, depends_on: vec![] },
        ],
        processes: vec![
            process(0, 0, [4, 4]),
            process(0, 2, [4, 4]),
            process(1, 1, [5, 1]),
            process(2, 3, [3, 7]),
        ],
        balance_costs: vec![BalanceCost {
            resource: ResourceId(0),
            partner: ResourceId(1),
            target: 1,
            weight: 1,
        }],
        move_weights: MoveWeights { process: 1, service: 1, machine: 1 },
    }
}

#[test]
fn broken_plans_are_refused() {
    let instance = small();
    let refused = |machines: &[u32]| codes(&instance, &plan(machines));
    assert_eq!(refused(&[0, 2, 1, 3]), [""; 0]);
    assert_eq!(refused(&[0, 2, 1]), ["MR101"]);
    assert_eq!(refused(&[0, 2, 1, 4]), ["MR102"]);
    assert_eq!(refused(&[1, 2, 1, 1]), ["MR103", "MR103"]);
    // Process 0 goes to machine 3, process 3 leaves it; its seven units stay until it has gone.
    assert_eq!(refused(&[3, 2, 1, 1]), ["MR104", "MR107"]);
    assert_eq!(refused(&[2, 2, 3, 3]), ["MR105", "MR106"]);
    assert_eq!(refused(&[2, 3, 1, 0]), ["MR104", "MR104", "MR107"]);
}

#[test]
fn broken_instances_are_refused() {
    let check = |change: fn(&mut Instance), code: &str, path: &str| {
        let mut instance = small();
        change(&mut instance);
        let issues = MachineReassignment::validate(&instance);
        let found: Vec<_> = issues.iter().map(|issue| (issue.code, issue.path.as_str())).collect();
        assert!(found.contains(&(code, path)), "{code} at {path} is not among {found:?}");
    };
    assert_eq!(MachineReassignment::validate(&small()), []);
    check(|i| i.resources.clear(), "MR001", "/resources");
    check(|i| i.machines[1].capacities.truncate(1), "MR002", "/machines/1/capacities");
    check(|i| i.machines[1].move_costs.push(0), "MR002", "/machines/1/move_costs");
    check(|i| i.processes[3].requirements.push(0), "MR002", "/processes/3/requirements");
    check(|i| i.processes[0].requirements[1] = 1 << 41, "MR003", "/processes/0/requirements/1");
    check(|i| i.processes[2].machine = MachineId(9), "MR004", "/processes/2/machine");
    check(|i| i.services[1].depends_on[0] = ServiceId(5), "MR004", "/services/1/depends_on/0");
    check(|i| i.machines[0].safety_capacities[0] = 11, "MR005", "/machines/0/safety_capacities/0");
    check(
        |i| {
            i.machines[0].capacities[0] = 1 << 40;
            i.resources[0].load_weight = 1 << 40;
        },
        "MR006",
        "",
    );
    check(|i| i.services[0].min_locations = 3, "MR007", "/processes");
}

proptest! {
    #![proptest_config(cases(100))]

    /// More room never makes a plan dearer in load, and never makes it break a rule that it kept.
    #[test]
    fn more_room_never_hurts((instance, plan) in instances_with_plans(5, 4)) {
        let mut roomier = instance;
        roomier.balance_costs.clear();
        let before = cost(&roomier, &plan);
        for machine in &mut roomier.machines {
            machine.capacities.iter_mut().for_each(|capacity| *capacity += 1);
            machine.safety_capacities.iter_mut().for_each(|safe| *safe += 1);
        }
        let after = cost(&roomier, &plan);
        prop_assert!(before.is_none() || (after.is_some() && after <= before), "{before:?} {after:?}");
    }
}
