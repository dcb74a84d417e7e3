//! An instance from a recipe and a seed.
//!
//! Processes arrive in any order and go to any machine that has no other of their service. What
//! machines have is then what they use and something more, so that the original assignment keeps the
//! capacities, and services ask for no more locations, and depend on no services, than the
//! assignment gives them.

use std::collections::BTreeSet;

use placewright_models::machine_reassignment::instance::{
    BalanceCost, Instance, Machine, MachineId, MoveWeights, Process, Resource, ResourceId, Service,
    ServiceId,
};

use crate::draw::Draw;

/// Everything that shapes a generated instance besides its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    pub(super) processes: u64,
    pub(super) machines: u64,
    pub(super) resources: u64,
    /// Share of capacities that is used.
    pub(super) fill_percent: u64,
    pub(super) balance_costs: u64,
}

const MACHINES_PER_LOCATION: u64 = 2;
const LOCATIONS_PER_NEIGHBOURHOOD: u64 = 2;
/// Services that a service may depend on are looked for among so many before it.
const DEPENDENCIES_TRIED: u64 = 3;

/// The instance of a recipe and a seed.
pub(super) fn generate(recipe: &Recipe, seed: u64) -> Instance {
    let mut draw = Draw::new(seed, 1);
    let resources = (0..recipe.resources)
        .map(|r| Resource { transient: r % 3 == 2, load_weight: draw.between(1, 10) })
        .collect();
    let (mut processes, services) = processes(recipe, seed);
    place(recipe, seed, &mut processes, services);
    let machines = machines(recipe, seed, &processes);
    let services = rules(seed, services, &machines, &processes);
    let mut draw = Draw::new(seed, 2);
    let balance_costs = (0..recipe.balance_costs).map(|_| {
        let resource = draw.between(0, recipe.resources - 1);
        let partner = (resource + draw.between(1, recipe.resources.max(2) - 1)) % recipe.resources;
        BalanceCost {
            resource: ResourceId(resource as u32),
            partner: ResourceId(partner as u32),
            target: draw.between(1, 2),
            weight: draw.between(1, 10),
        }
    });
    Instance {
        resources,
        machines,
        services,
        processes,
        balance_costs: balance_costs.collect(),
        move_weights: MoveWeights { process: 1, service: 10, machine: 100 },
    }
}

/// Processes of services of one to several, all on machine 0; and the number of services.
fn processes(recipe: &Recipe, seed: u64) -> (Vec<Process>, u64) {
    let mut draw = Draw::new(seed, 3);
    let largest = recipe.machines.min(8);
    let (mut processes, mut service) = (Vec::new(), 0);
    while (processes.len() as u64) < recipe.processes {
        let left = recipe.processes - processes.len() as u64;
        let members = draw.between(1, largest.min(left));
        for _ in 0..members {
            let size = draw.magnitude(1.0, 30.0);
            let need = |draw: &mut Draw| (size * draw.real(5.0, 15.0)) as u64;
            processes.push(Process {
                service: ServiceId(service as u32),
                machine: MachineId(0),
                requirements: (0..recipe.resources).map(|_| need(&mut draw)).collect(),
                move_cost: draw.between(1, 10),
            });
        }
        service += 1;
    }
    (processes, service)
}

/// Puts every process onto some machine that has no other of its service.
fn place(recipe: &Recipe, seed: u64, processes: &mut [Process], services: u64) {
    let mut draw = Draw::new(seed, 4);
    let mut taken: Vec<BTreeSet<u64>> = vec![BTreeSet::new(); services as usize];
    for process in processes {
        let taken = &mut taken[process.service.index()];
        let mut machine = draw.between(0, recipe.machines - 1);
        // A service has at most as many processes as there are machines.
        while !taken.insert(machine) {
            machine = (machine + 1) % recipe.machines;
        }
        process.machine = MachineId(machine as u32);
    }
}

/// Machines of capacities that the fill asks for on average, but at least what they use.
fn machines(recipe: &Recipe, seed: u64, processes: &[Process]) -> Vec<Machine> {
    let resources = recipe.resources as usize;
    let mut used = vec![vec![0; resources]; recipe.machines as usize];
    for process in processes {
        let used = &mut used[process.machine.index()];
        used.iter_mut().zip(&process.requirements).for_each(|(used, need)| *used += need);
    }
    let mean = |r: usize| used.iter().map(|used| used[r]).sum::<u64>() / recipe.machines;
    let means: Vec<u64> = (0..resources).map(mean).collect();
    let mut draw = Draw::new(seed, 5);
    let mut machine = |m: usize| {
        let size = draw.between(70, 130);
        let wanted = |r: usize| means[r] * size / recipe.fill_percent;
        let capacities: Vec<u64> =
            (0..resources).map(|r| wanted(r).max(used[m][r]).max(1)).collect();
        Machine {
            location: (m as u64 / MACHINES_PER_LOCATION) as u32,
            neighbourhood: (m as u64 / MACHINES_PER_LOCATION / LOCATIONS_PER_NEIGHBOURHOOD) as u32,
            safety_capacities: capacities.iter().map(|c| c * draw.between(60, 90) / 100).collect(),
            capacities,
            move_costs: (0..recipe.machines)
                .map(|other| if other == m as u64 { 0 } else { draw.between(0, 2) as u32 })
                .collect(),
        }
    };
    (0..recipe.machines as usize).map(&mut machine).collect()
}

/// Rules that the assignment keeps.
fn rules(seed: u64, services: u64, machines: &[Machine], processes: &[Process]) -> Vec<Service> {
    let mut locations = vec![BTreeSet::new(); services as usize];
    let mut neighbourhoods = vec![BTreeSet::new(); services as usize];
    for process in processes {
        let machine = &machines[process.machine.index()];
        locations[process.service.index()].insert(machine.location);
        neighbourhoods[process.service.index()].insert(machine.neighbourhood);
    }
    let mut draw = Draw::new(seed, 6);
    let mut rule = |s: usize| {
        let tried = (0..DEPENDENCIES_TRIED).map(|_| draw.between(0, services - 1) as usize);
        let kept = |t: &usize| *t != s && neighbourhoods[s].is_subset(&neighbourhoods[*t]);
        let depends_on: BTreeSet<u32> = tried.filter(kept).map(|t| t as u32).collect();
        Service {
            min_locations: draw.between(1, locations[s].len() as u64) as u32,
            depends_on: depends_on.into_iter().map(ServiceId).collect(),
        }
    };
    (0..services as usize).map(&mut rule).collect()
}
