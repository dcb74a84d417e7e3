//! Everything that can be wrong with an instance: one function per code.

use placewright_solver::issue::Issue;

use super::check;
use super::instance::{Instance, limits};

/// All issues of an instance.
#[must_use]
pub fn validate(instance: &Instance) -> Vec<Issue> {
    let mut issues = Vec::new();
    counts_in_range(instance, &mut issues);
    lists_have_an_entry_each(instance, &mut issues);
    numbers_in_range(instance, &mut issues);
    indices_are_known(instance, &mut issues);
    // What follows adds numbers up and looks things up.
    if issues.is_empty() {
        safety_within_capacity(instance, &mut issues);
        costs_fit(instance, &mut issues);
        original_keeps_rules(instance, &mut issues);
    }
    issues
}

/// `MR001`: nothing to do, or too much.
fn counts_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let counts = [
        ("/resources", instance.resources.len(), 1, limits::RESOURCES),
        ("/machines", instance.machines.len(), 1, limits::MACHINES),
        ("/services", instance.services.len(), 1, limits::PROCESSES),
        ("/processes", instance.processes.len(), 1, limits::PROCESSES),
        ("/balance_costs", instance.balance_costs.len(), 0, limits::RESOURCES),
    ];
    for (path, count, least, most) in counts {
        if count < least || count > most {
            let cause = format!("{count} entries, {least} to {most} are possible");
            issues.push(Issue::new("MR001", path, cause, "add what is missing or split it"));
        }
    }
}

/// `MR002`: a list that has not one entry per resource, or per machine.
fn lists_have_an_entry_each(instance: &Instance, issues: &mut Vec<Issue>) {
    let (resources, machines) = (instance.resources.len(), instance.machines.len());
    let mut check = |path: String, found: usize, wanted: usize, what: &str| {
        if found != wanted {
            let cause = format!("{found} entries for {wanted} {what}");
            let action = format!("give one entry for each of the {what}");
            issues.push(Issue::new("MR002", path, cause, action));
        }
    };
    for (m, machine) in instance.machines.iter().enumerate() {
        let path = |key: &str| format!("/machines/{m}/{key}");
        check(path("capacities"), machine.capacities.len(), resources, "resources");
        check(path("safety_capacities"), machine.safety_capacities.len(), resources, "resources");
        check(path("move_costs"), machine.move_costs.len(), machines, "machines");
    }
    for (p, process) in instance.processes.iter().enumerate() {
        let path = format!("/processes/{p}/requirements");
        check(path, process.requirements.len(), resources, "resources");
    }
}

/// `MR003`: an amount, weight or cost above 2^40.
fn numbers_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let mut check = |path: &dyn Fn() -> String, value: u64| {
        if value > limits::AMOUNT {
            let cause = format!("{value} is above {}", limits::AMOUNT);
            issues.push(Issue::new("MR003", path(), cause, "use a larger unit"));
        }
    };
    for (r, resource) in instance.resources.iter().enumerate() {
        check(&|| format!("/resources/{r}/load_weight"), resource.load_weight);
    }
    for (m, machine) in instance.machines.iter().enumerate() {
        let lists = [
            ("capacities", &machine.capacities),
            ("safety_capacities", &machine.safety_capacities),
        ];
        for (key, list) in lists {
            for (r, &value) in list.iter().enumerate() {
                check(&|| format!("/machines/{m}/{key}/{r}"), value);
            }
        }
    }
    for (p, process) in instance.processes.iter().enumerate() {
        check(&|| format!("/processes/{p}/move_cost"), process.move_cost);
        for (r, &value) in process.requirements.iter().enumerate() {
            check(&|| format!("/processes/{p}/requirements/{r}"), value);
        }
    }
    for (b, each) in instance.balance_costs.iter().enumerate() {
        check(&|| format!("/balance_costs/{b}/target"), each.target);
        check(&|| format!("/balance_costs/{b}/weight"), each.weight);
    }
    let weights = &instance.move_weights;
    for (key, value) in
        [("process", weights.process), ("service", weights.service), ("machine", weights.machine)]
    {
        check(&|| format!("/move_weights/{key}"), value);
    }
}

/// `MR004`: something is named that there is not.
fn indices_are_known(instance: &Instance, issues: &mut Vec<Issue>) {
    let mut check = |path: &dyn Fn() -> String, index: u32, count: usize, what: &str| {
        if index as usize >= count {
            let cause = format!("there are {count} {what}, from 0 on, and no {index}");
            issues.push(Issue::new("MR004", path(), cause, "name one that exists"));
        }
    };
    let (machines, services) = (instance.machines.len(), instance.services.len());
    for (s, service) in instance.services.iter().enumerate() {
        for (d, needed) in service.depends_on.iter().enumerate() {
            check(&|| format!("/services/{s}/depends_on/{d}"), needed.0, services, "services");
        }
    }
    for (p, process) in instance.processes.iter().enumerate() {
        check(&|| format!("/processes/{p}/service"), process.service.0, services, "services");
        check(&|| format!("/processes/{p}/machine"), process.machine.0, machines, "machines");
    }
    let resources = instance.resources.len();
    for (b, each) in instance.balance_costs.iter().enumerate() {
        let path = |key: &str| format!("/balance_costs/{b}/{key}");
        check(&|| path("resource"), each.resource.0, resources, "resources");
        check(&|| path("partner"), each.partner.0, resources, "resources");
    }
}

/// `MR005`: a safety capacity above the capacity.
fn safety_within_capacity(instance: &Instance, issues: &mut Vec<Issue>) {
    for (m, machine) in instance.machines.iter().enumerate() {
        for (r, &safety) in machine.safety_capacities.iter().enumerate() {
            let capacity = machine.capacities[r];
            if safety > capacity {
                let path = format!("/machines/{m}/safety_capacities/{r}");
                let cause = format!("{safety} is above the capacity {capacity}");
                issues.push(Issue::new("MR005", path, cause, "lower it to the capacity"));
            }
        }
    }
}

/// `MR006`: costs that may not fit into 64 bits.
fn costs_fit(instance: &Instance, issues: &mut Vec<Issue>) {
    let capacity = |r: usize| -> i128 {
        instance.machines.iter().map(|machine| i128::from(machine.capacities[r])).sum()
    };
    let loads = instance.resources.iter().enumerate();
    let loads: i128 = loads.map(|(r, each)| i128::from(each.load_weight) * capacity(r)).sum();
    let balances = instance.balance_costs.iter().map(|each| {
        let wanted = i128::from(each.target) * capacity(each.resource.index());
        i128::from(each.weight) * (wanted + capacity(each.partner.index()))
    });
    let farthest = instance.machines.iter().flat_map(|machine| &machine.move_costs).max();
    let farthest = i128::from(farthest.copied().unwrap_or(0));
    let weights = &instance.move_weights;
    let moves = instance.processes.iter().map(|process| {
        i128::from(weights.process) * i128::from(process.move_cost)
            + i128::from(weights.machine) * farthest
            + i128::from(weights.service)
    });
    let most = loads + balances.sum::<i128>() + moves.sum::<i128>();
    if most > limits::COST {
        let cause = format!("costs may reach {most}, {} is the most", limits::COST);
        let action = "use larger units or smaller weights";
        issues.push(Issue::new("MR006", "", cause, action));
    }
}

/// `MR007`: the original assignment breaks rules, all of which are hard.
fn original_keeps_rules(instance: &Instance, issues: &mut Vec<Issue>) {
    for violation in check::violations(instance, &instance.original()) {
        let action = "give an assignment that keeps all rules";
        issues.push(Issue::new("MR007", "/processes", violation.to_string(), action));
    }
}
