//! What a plan does, for people, as text and as data.

use placewright_models::site_assignment::cost_text::decimal_text;
use placewright_models::site_assignment::instance::Instance;
use placewright_models::site_assignment::plan::Plan;
use serde_json::json;

use crate::family::Report;
use crate::text_table::{render, shortened};

const NAME_WIDTH: usize = 40;

/// What a site does in a plan.
#[derive(Clone, Copy, Default)]
struct Usage {
    customers: usize,
    load: u128,
    cost: i128,
}

fn usages(instance: &Instance, plan: &Plan) -> Vec<Usage> {
    let mut usages = vec![Usage::default(); instance.sites.len()];
    for (customer, parts) in instance.customers.iter().zip(&plan.services) {
        for part in parts {
            let site = part.site.index();
            let usage = &mut usages[site];
            usage.customers += 1;
            usage.load += u128::from(part.quantity) * u128::from(customer.demand_at(site));
            usage.cost += i128::from(part.quantity) * i128::from(customer.costs[site]);
        }
    }
    usages
}

/// The report of a plan that the referee accepts.
#[must_use]
pub fn report(instance: &Instance, plan: &Plan) -> Report {
    let usages = usages(instance, plan);
    let (mut rows, mut sites) = (Vec::new(), Vec::new());
    for id in &plan.open_sites {
        let (site, usage) = (&instance.sites[id.index()], usages[id.index()]);
        let cost = |cost: i128| decimal_text(cost, instance.cost_decimals);
        rows.push(vec![
            shortened(&site.name, NAME_WIDTH),
            usage.customers.to_string(),
            usage.load.to_string(),
            site.capacity.to_string(),
            cost(site.opening_cost.into()),
            cost(usage.cost),
        ]);
        sites.push(json!({
            "site": site.name,
            "customers": usage.customers,
            "load": usage.load.to_string(),
            "capacity": site.capacity,
            "opening_cost": cost(site.opening_cost.into()),
            "service_cost": cost(usage.cost),
        }));
    }
    let header = ["site", "customers", "load", "capacity", "opening", "service"];
    let mut text = render(&header, &rows, 0);
    text.push_str(&headline(instance, plan));
    text.push('\n');
    Report { text, json: json!({ "sites": sites }) }
}

/// What a plan that the referee accepts achieves, in one line.
#[must_use]
pub fn headline(instance: &Instance, plan: &Plan) -> String {
    let opening: i128 =
        plan.open_sites.iter().map(|id| i128::from(instance.sites[id.index()].opening_cost)).sum();
    let service: i128 = usages(instance, plan).iter().map(|usage| usage.cost).sum();
    let cost = |cost: i128| decimal_text(cost, instance.cost_decimals);
    let shared = plan.services.iter().filter(|parts| parts.len() > 1).count();
    format!(
        "cost {}: opening {} sites {}, service {}; {shared} customers are split",
        cost(opening + service),
        plan.open_sites.len(),
        cost(opening),
        cost(service)
    )
}
