//! Everything that can be wrong with an instance: one function per code.

use std::collections::{HashMap, HashSet};

use placewright_solver::issue::Issue;

use super::instance::{Instance, Service, limits};

/// All issues of an instance.
#[must_use]
pub fn validate(instance: &Instance) -> Vec<Issue> {
    let mut issues = Vec::new();
    counts_in_range(instance, &mut issues);
    names_are_unique(instance, &mut issues);
    numbers_in_range(instance, &mut issues);
    lists_fit(instance, &mut issues);
    split_in_units(instance, &mut issues);
    conflicts_are_known(instance, &mut issues);
    open_sites_are_possible(instance, &mut issues);
    totals_in_range(instance, &mut issues);
    issues
}

/// `SA001`: nothing to assign, or too much.
fn counts_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let (sites, customers) = (instance.sites.len(), instance.customers.len());
    let counts = [
        ("/sites", sites, 1, limits::SITES),
        ("/customers", customers, 1, limits::CUSTOMERS),
        ("/customers", sites.saturating_mul(customers), 0, limits::PAIRS),
        ("/conflicts", instance.conflicts.len(), 0, limits::CONFLICTS),
    ];
    for (path, count, least, most) in counts {
        if count < least || count > most {
            let cause = format!("{count} entries (or pairs), {least} to {most} are possible");
            issues.push(Issue::new("SA001", path, cause, "add what is missing or split it"));
        }
    }
}

/// `SA002`: a name is empty or used twice.
fn names_are_unique(instance: &Instance, issues: &mut Vec<Issue>) {
    let mut check = |root: &str, names: &mut dyn Iterator<Item = &String>| {
        let mut first_use = HashMap::new();
        for (index, name) in names.enumerate() {
            let path = format!("{root}/{index}/name");
            if name.trim().is_empty() {
                issues.push(Issue::new("SA002", path, "the name is empty", "give it a name"));
            } else if let Some(first) = first_use.insert(name, index) {
                let cause = format!("the name {name:?} is already used at {root}/{first}");
                issues.push(Issue::new("SA002", path, cause, "give every entry its own name"));
            }
        }
    };
    check("/sites", &mut instance.sites.iter().map(|each| &each.name));
    check("/customers", &mut instance.customers.iter().map(|each| &each.name));
}

/// `SA003`: a number is out of range.
fn numbers_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let mut check = |value: u64, low: u64, high: u64, path: &dyn Fn() -> String| {
        if value < low || value > high {
            let cause = format!("{value} is outside {low}..={high}");
            issues.push(Issue::new("SA003", path(), cause, "check the value and its unit"));
        }
    };
    for (j, site) in instance.sites.iter().enumerate() {
        check(site.capacity, 0, limits::NUMBER, &|| format!("/sites/{j}/capacity"));
        check(site.opening_cost, 0, limits::NUMBER, &|| format!("/sites/{j}/opening_cost"));
    }
    for (i, customer) in instance.customers.iter().enumerate() {
        check(customer.quantity, 1, limits::QUANTITY, &|| format!("/customers/{i}/quantity"));
        for (key, numbers) in [("demand", &customer.demand), ("costs", &customer.costs)] {
            for (j, &number) in numbers.iter().enumerate() {
                check(number, 0, limits::NUMBER, &|| format!("/customers/{i}/{key}/{j}"));
            }
        }
    }
    let decimals = u64::from(instance.cost_decimals);
    check(decimals, 0, limits::DECIMALS.into(), &|| "/cost_decimals".to_owned());
}

/// `SA004`: a list of costs or demands does not fit the sites.
fn lists_fit(instance: &Instance, issues: &mut Vec<Issue>) {
    let sites = instance.sites.len();
    for (i, customer) in instance.customers.iter().enumerate() {
        let (costs, demands) = (customer.costs.len(), customer.demand.len());
        if costs != sites {
            let (path, cause) = (format!("/customers/{i}/costs"), format!("{costs} numbers"));
            let action = format!("give one per site, {sites} in all");
            issues.push(Issue::new("SA004", path, cause, action));
        }
        if demands != 1 && demands != sites {
            let (path, cause) = (format!("/customers/{i}/demand"), format!("{demands} numbers"));
            let action = format!("give one for all sites, or {sites}");
            issues.push(Issue::new("SA004", path, cause, action));
        }
    }
}

/// `SA005`: where customers may be split, a unit takes one of capacity.
fn split_in_units(instance: &Instance, issues: &mut Vec<Issue>) {
    if instance.service == Service::Whole {
        return;
    }
    for (i, customer) in instance.customers.iter().enumerate() {
        if customer.demand.iter().any(|&demand| demand != 1) {
            let cause = "a unit of a customer that may be split takes other than 1";
            let action = "leave the demand out and count the quantity in units of capacity";
            issues.push(Issue::new("SA005", format!("/customers/{i}/demand"), cause, action));
        }
    }
}

/// `SA006`: conflicts are between two customers that there are.
fn conflicts_are_known(instance: &Instance, issues: &mut Vec<Issue>) {
    if instance.conflicts.is_empty() {
        return;
    }
    let known: HashSet<&str> = instance.customers.iter().map(|each| each.name.as_str()).collect();
    for (index, [a, b]) in instance.conflicts.iter().enumerate() {
        for (side, name) in [a, b].into_iter().enumerate() {
            if !known.contains(name.as_str()) {
                let (path, cause) = (
                    format!("/conflicts/{index}/{side}"),
                    format!("there is no customer {name:?}"),
                );
                issues.push(Issue::new("SA006", path, cause, "check the spelling, or add it"));
            }
        }
        if a == b {
            let cause = format!("{a:?} is in conflict with itself");
            let path = format!("/conflicts/{index}");
            issues.push(Issue::new("SA006", path, cause, "name two customers"));
        }
    }
}

/// `SA007`: at most as many open sites as there are, at least no more than at most.
fn open_sites_are_possible(instance: &Instance, issues: &mut Vec<Issue>) {
    let (open, sites) = (instance.open_sites, instance.sites.len() as u64);
    let least = open.at_least.unwrap_or(0);
    let most = open.at_most.unwrap_or(sites);
    if least > sites || least > most || most == 0 {
        let cause = format!("at least {least} and at most {most} of {sites} sites");
        let action = "give numbers between which there is one";
        issues.push(Issue::new("SA007", "/open_sites", cause, action));
    }
}

/// `SA008`: everything together is too much to be counted.
fn totals_in_range(instance: &Instance, issues: &mut Vec<Issue>) {
    let (mut cost, mut demand) = (0_u128, 0_u128);
    for site in &instance.sites {
        cost += u128::from(site.opening_cost);
    }
    for customer in &instance.customers {
        let largest = |list: &[u64]| u128::from(list.iter().copied().max().unwrap_or(0));
        cost += u128::from(customer.quantity) * largest(&customer.costs);
        demand += u128::from(customer.quantity) * largest(&customer.demand);
    }
    for (what, total) in [("cost", cost), ("demand", demand)] {
        if total > limits::TOTAL {
            let cause = format!("all could {what} {total} together, at most 2^60 is possible");
            issues.push(Issue::new("SA008", "/customers", cause, "count in a larger unit"));
        }
    }
}
