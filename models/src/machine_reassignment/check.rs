//! The referee: cost and feasibility of a plan, in exact integers.
//!
//! It imports the instance and the plan and nothing else, and it is written to be read. Sums over
//! machines and resources are taken in 128 bits.

use std::collections::HashSet;

use placewright_solver::objective::Objective;
use placewright_solver::problem::{Verdict, Violation};

use super::instance::{Instance, Machine, MachineId};
use super::plan::Plan;

/// Judges a plan: its cost as in the challenge's subject, section 3, or every broken rule.
///
/// Time O(machines · (resources + balance costs) + processes · resources + dependencies), in
/// expectation.
#[must_use]
pub fn judge(instance: &Instance, plan: &Plan) -> Verdict {
    let violations = violations(instance, plan);
    if violations.is_empty() {
        Verdict::Feasible(Objective::single(cost(instance, plan).total()))
    } else {
        Verdict::Refused(violations)
    }
}

/// The parts of a plan's cost, weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Use beyond safety capacities.
    pub load: i128,
    /// What is free of one resource without its partner.
    pub balance: i128,
    /// Moves by process.
    pub process_moves: i128,
    /// The service with most moves.
    pub service_moves: i128,
    /// Moves by machines.
    pub machine_moves: i128,
}

impl Cost {
    /// The sum of the parts.
    #[must_use]
    pub fn total(&self) -> i128 {
        let moves = self.process_moves + self.service_moves + self.machine_moves;
        self.load + self.balance + moves
    }
}

/// What a plan costs; its machines must exist.
#[must_use]
pub fn cost(instance: &Instance, plan: &Plan) -> Cost {
    let mut cost = Cost::default();
    for (machine, used) in instance.machines.iter().zip(&uses(instance, plan)) {
        for (r, resource) in instance.resources.iter().enumerate() {
            let beyond = used[r] - i128::from(machine.safety_capacities[r]);
            cost.load += i128::from(resource.load_weight) * beyond.max(0);
        }
        let free = |r: usize| i128::from(machine.capacities[r]) - used[r];
        for each in &instance.balance_costs {
            let wanted = i128::from(each.target) * free(each.resource.index());
            let missing = wanted - free(each.partner.index());
            cost.balance += i128::from(each.weight) * missing.max(0);
        }
    }
    let mut moved = vec![0_i128; instance.services.len()];
    let weights = &instance.move_weights;
    for (process, &machine) in instance.processes.iter().zip(&plan.machines) {
        if machine != process.machine {
            let from = &instance.machines[process.machine.index()];
            let distance = from.move_costs[machine.index()];
            cost.process_moves += i128::from(weights.process) * i128::from(process.move_cost);
            cost.machine_moves += i128::from(weights.machine) * i128::from(distance);
            moved[process.service.index()] += 1;
        }
    }
    let most = moved.into_iter().max().unwrap_or(0);
    cost.service_moves = i128::from(weights.service) * most;
    cost
}

/// What is used on every machine, of every resource.
fn uses(instance: &Instance, plan: &Plan) -> Vec<Vec<i128>> {
    let mut used = vec![vec![0; instance.resources.len()]; instance.machines.len()];
    for (process, machine) in instance.processes.iter().zip(&plan.machines) {
        let used = &mut used[machine.index()];
        used.iter_mut().zip(&process.requirements).for_each(|(u, &need)| *u += i128::from(need));
    }
    used
}

/// Every rule that a plan breaks.
#[must_use]
pub fn violations(instance: &Instance, plan: &Plan) -> Vec<Violation> {
    let (processes, machines) = (instance.processes.len(), instance.machines.len());
    if plan.machines.len() != processes {
        let cause = format!("{} machines for {processes} processes", plan.machines.len());
        return vec![Violation::new("MR101", cause)];
    }
    let mut violations = Vec::new();
    for (p, machine) in plan.machines.iter().enumerate() {
        if machine.index() >= machines {
            let cause = format!("process {p} is on machine {}, there are {machines}", machine.0);
            violations.push(Violation::new("MR102", cause));
        }
    }
    if violations.is_empty() {
        capacities(instance, plan, &mut violations);
        conflicts(instance, plan, &mut violations);
        spread(instance, plan, &mut violations);
        dependencies(instance, plan, &mut violations);
    }
    violations
}

/// `MR103`, `MR104`: capacities, of transient resources also of what processes leave behind.
fn capacities(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let used = uses(instance, plan);
    let mut with_left = used.clone();
    for (process, machine) in instance.processes.iter().zip(&plan.machines) {
        if *machine != process.machine {
            let used = &mut with_left[process.machine.index()];
            used.iter_mut().zip(&process.requirements).for_each(|(u, &n)| *u += i128::from(n));
        }
    }
    for (m, machine) in instance.machines.iter().enumerate() {
        for (r, resource) in instance.resources.iter().enumerate() {
            let capacity = i128::from(machine.capacities[r]);
            let mut refuse = |code, used: i128, when: &str| {
                let cause =
                    format!("machine {m} has {capacity} of resource {r}, {used} are used{when}");
                violations.push(Violation::new(code, cause));
            };
            if used[m][r] > capacity {
                refuse("MR103", used[m][r], "");
            } else if resource.transient && with_left[m][r] > capacity {
                refuse("MR104", with_left[m][r], " while processes move");
            }
        }
    }
}

/// `MR105`: two processes of a service on one machine.
fn conflicts(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let mut seen = HashSet::new();
    for (p, (process, machine)) in instance.processes.iter().zip(&plan.machines).enumerate() {
        let service = process.service;
        if !seen.insert((service, *machine)) {
            let (machine, service) = (machine.0, service.0);
            let cause =
                format!("machine {machine} has process {p} and another of service {service}");
            violations.push(Violation::new("MR105", cause));
        }
    }
}

/// Where the processes of services run: pairs of a service and what `place` says of the machine.
fn places(
    instance: &Instance,
    plan: &Plan,
    place: impl Fn(&Machine) -> u32,
) -> HashSet<(usize, u32)> {
    let at = |machine: &MachineId| place(&instance.machines[machine.index()]);
    let pairs = instance.processes.iter().zip(&plan.machines);
    pairs.map(|(process, machine)| (process.service.index(), at(machine))).collect()
}

/// `MR106`: services on too few locations.
fn spread(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let mut locations = vec![0_u32; instance.services.len()];
    for (service, _) in places(instance, plan, |machine| machine.location) {
        locations[service] += 1;
    }
    for (s, (service, found)) in instance.services.iter().zip(locations).enumerate() {
        let wanted = service.min_locations;
        if found < wanted {
            let cause = format!("service {s} is on {found} locations, {wanted} are wanted");
            violations.push(Violation::new("MR106", cause));
        }
    }
}

/// `MR107`: a neighbourhood without what its services depend on.
fn dependencies(instance: &Instance, plan: &Plan, violations: &mut Vec<Violation>) {
    let present = places(instance, plan, |machine| machine.neighbourhood);
    let mut ordered: Vec<_> = present.iter().copied().collect();
    ordered.sort_unstable();
    for (service, neighbourhood) in ordered {
        for needed in &instance.services[service].depends_on {
            if !present.contains(&(needed.index(), neighbourhood)) {
                let needed = needed.0;
                let cause = format!(
                    "neighbourhood {neighbourhood} has service {service} without service {needed}"
                );
                violations.push(Violation::new("MR107", cause));
            }
        }
    }
}
