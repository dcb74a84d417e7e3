//! Strategies for property tests over site assignment: random instances that shrink.
//!
//! Numbers are small on purpose: capacities that just bind, ties, and customers whom nobody can serve
//! are frequent only among small numbers.

use placewright_models::site_assignment::instance::{Customer, Instance, OpenSites, Service, Site};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Valid instances with all rules, feasible or not.
pub fn instances() -> BoxedStrategy<Instance> {
    instances_up_to(6, 4)
}

/// Valid instances with all rules and at most so many customers and sites, feasible or not.
pub fn instances_up_to(customers: usize, sites: usize) -> BoxedStrategy<Instance> {
    let sizes = (1..=customers, 1..=sites);
    sizes.prop_flat_map(|(customers, sites)| sized(customers, sites)).boxed()
}

fn sized(customers: usize, sites: usize) -> impl Strategy<Value = Instance> {
    let service = prop_oneof![Just(Service::Whole), Just(Service::Split)];
    let site = (0_u64..14, prop_oneof![Just(0_u64), 1_u64..30]);
    let customer = (1_u64..5, demand(sites), vec(0_u64..20, sites));
    let pair = (0..customers, 0..customers);
    let parts = (
        service,
        vec(site, sites),
        vec(customer, customers),
        option::weighted(0.3, 0..=sites as u64),
        option::weighted(0.3, 1..=sites as u64),
        prop_oneof![Just(Vec::new()), vec(pair, 0..4)],
    );
    parts.prop_map(|(service, sites, customers, at_least, at_most, pairs)| {
        let split = service == Service::Split;
        let site = |(number, (capacity, opening_cost))| {
            let number: usize = number;
            Site { name: format!("s{number}"), capacity, opening_cost }
        };
        let customer = |(number, (quantity, demand, costs)): (usize, (u64, Vec<u64>, Vec<u64>))| {
            let demand = if split { vec![1] } else { demand };
            Customer { name: format!("c{number}"), quantity, demand, costs }
        };
        let name = |number: usize| format!("c{number}");
        let pairs = pairs.into_iter().filter(|(a, b)| a != b);
        let at_least = at_least.filter(|&least| at_most.is_none_or(|most| least <= most));
        Instance {
            service,
            sites: sites.into_iter().enumerate().map(site).collect(),
            customers: customers.into_iter().enumerate().map(customer).collect(),
            open_sites: OpenSites { at_least, at_most },
            conflicts: pairs.map(|(a, b)| [name(a), name(b)]).collect(),
            cost_decimals: 0,
        }
    })
}

fn demand(sites: usize) -> impl Strategy<Value = Vec<u64>> {
    prop_oneof![vec(0_u64..5, 1), vec(0_u64..5, sites)]
}
