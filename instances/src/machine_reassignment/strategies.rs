//! Strategies for property tests over machine reassignment: random instances whose original
//! assignment keeps all rules, and random plans.
//!
//! Numbers are small on purpose: rows that just bind and ties are frequent only among small numbers.

use placewright_models::machine_reassignment::instance::{
    BalanceCost, Instance, Machine, MachineId, MoveWeights, Process, Resource, ResourceId, Service,
    ServiceId,
};
use placewright_models::machine_reassignment::plan::Plan;
use placewright_models::machine_reassignment::validate::validate;
use proptest::collection::vec;
use proptest::prelude::*;

/// Valid instances with all rules and at most so many processes and machines.
pub fn instances_up_to(processes: usize, machines: usize) -> BoxedStrategy<Instance> {
    let counts = (1..=processes, 1..=machines, 1..=3_usize, 1..=processes);
    let sized = counts.prop_flat_map(|(processes, machines, resources, services)| {
        let parts = (
            vec((any::<bool>(), 0..4_u64), resources),
            vec(machine(machines, resources), machines),
            vec((vec(0..services as u32, 0..2), 0..3_u32), services),
            vec(process(services, machines, resources), processes),
            vec(balance(resources), 0..=2),
            (0..3_u64, 0..20_u64, 0..5_u64),
        );
        parts.prop_map(|(resources, machines, services, processes, balance_costs, weights)| {
            let resource = |(transient, load_weight)| Resource { transient, load_weight };
            let service = |(depends_on, min_locations): (Vec<u32>, u32)| Service {
                min_locations,
                depends_on: depends_on.into_iter().map(ServiceId).collect(),
            };
            let mut instance = Instance {
                resources: resources.into_iter().map(resource).collect(),
                machines,
                services: services.into_iter().map(service).collect(),
                processes,
                balance_costs,
                move_weights: MoveWeights {
                    process: weights.0,
                    service: weights.1,
                    machine: weights.2,
                },
            };
            mend(&mut instance);
            instance
        })
    });
    sized.prop_filter("the original assignment keeps all rules", |i| validate(i).is_empty()).boxed()
}

fn machine(machines: usize, resources: usize) -> impl Strategy<Value = Machine> {
    let amounts = vec((0..8_u64, 0..4_u64), resources);
    (0..2_u32, 0..3_u32, amounts, vec(0..3_u32, machines)).prop_map(
        |(neighbourhood, location, amounts, move_costs)| Machine {
            neighbourhood,
            location,
            capacities: amounts.iter().map(|(safe, more)| safe + more).collect(),
            safety_capacities: amounts.iter().map(|(safe, _)| *safe).collect(),
            move_costs,
        },
    )
}

fn process(services: usize, machines: usize, resources: usize) -> impl Strategy<Value = Process> {
    let parts = (0..services as u32, 0..machines as u32, vec(0..5_u64, resources), 0..4_u64);
    parts.prop_map(|(service, machine, requirements, move_cost)| Process {
        service: ServiceId(service),
        machine: MachineId(machine),
        requirements,
        move_cost,
    })
}

fn balance(resources: usize) -> impl Strategy<Value = BalanceCost> {
    let parts = (0..resources as u32, 0..resources as u32, 0..3_u64, 0..3_u64);
    parts.prop_map(|(resource, partner, target, weight)| BalanceCost {
        resource: ResourceId(resource),
        partner: ResourceId(partner),
        target,
        weight,
    })
}

/// Makes rules such that the original assignment keeps most of them: room for what is there, a
/// service of its own for who shares a machine, no more locations or services than there are.
fn mend(instance: &mut Instance) {
    for p in 0..instance.processes.len() {
        let (before, rest) = instance.processes.split_at_mut(p);
        let process = &mut rest[0];
        let same =
            |other: &&Process| other.machine == process.machine && other.service == process.service;
        if before.iter().any(|other| same(&other)) {
            process.service = ServiceId(instance.services.len() as u32);
            instance.services.push(Service { min_locations: 1, depends_on: Vec::new() });
        }
        let machine = &mut instance.machines[process.machine.index()];
        for (r, need) in process.requirements.iter().enumerate() {
            let used: u64 = before
                .iter()
                .filter(|other| other.machine == process.machine)
                .map(|other| other.requirements[r])
                .sum();
            machine.capacities[r] = machine.capacities[r].max(used + need);
        }
    }
    let places = |instance: &Instance, s: usize, of: fn(&Machine) -> u32| {
        let own = instance.processes.iter().filter(|process| process.service.index() == s);
        let mut places: Vec<u32> =
            own.map(|process| of(&instance.machines[process.machine.index()])).collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    for s in 0..instance.services.len() {
        let locations = places(instance, s, |machine| machine.location).len() as u32;
        let zones = places(instance, s, |machine| machine.neighbourhood);
        let mut service = instance.services[s].clone();
        service.min_locations = service.min_locations.min(locations);
        service.depends_on.retain(|t| {
            let there = places(instance, t.index(), |machine| machine.neighbourhood);
            zones.iter().all(|zone| there.contains(zone))
        });
        instance.services[s] = service;
    }
}

/// An instance and a plan of it, which may break rules.
pub fn instances_with_plans(processes: usize, machines: usize) -> BoxedStrategy<(Instance, Plan)> {
    let pairs = instances_up_to(processes, machines).prop_flat_map(|instance| {
        let (processes, machines) = (instance.processes.len(), instance.machines.len() as u32);
        let plan = vec((0..machines).prop_map(MachineId), processes);
        (Just(instance), plan.prop_map(|machines| Plan { machines }))
    });
    pairs.boxed()
}
