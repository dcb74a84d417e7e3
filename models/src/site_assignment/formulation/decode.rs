//! Plans as vectors of the compact model, and back.

use placewright_solver::graph::{FlowNetwork, MinCostFlowMethod, NodeId, min_cost_flow};

use super::layout::{Layout, parts};
use crate::site_assignment::instance::{Index, SiteId};
use crate::site_assignment::plan::{Part, Plan};
use crate::site_assignment::search::board::with_least;

/// A plan that the referee accepts as a vector; parts that the model has no column for are left out.
pub(super) fn encode(index: &Index, layout: &Layout, plan: &Plan) -> Vec<f64> {
    let whole = parts(index);
    let mut values = vec![0.0; layout.columns()];
    for (customer, parts) in plan.services.iter().enumerate() {
        for part in parts {
            let site = part.site.index();
            if let Some(column) = layout.share(customer, site) {
                values[column.index()] =
                    whole * part.quantity as f64 / index.quantity(customer) as f64;
            }
            if let Some(column) = layout.uses(customer, site) {
                values[column.index()] = 1.0;
            }
        }
    }
    for site in &plan.open_sites {
        if let Some(column) = layout.open(site.index()) {
            values[column.index()] = 1.0;
        }
    }
    values
}

/// The plan of a vector. Where customers may be split, the best one with these open sites and uses,
/// in whole units.
pub(super) fn decode(index: &Index, layout: &Layout, values: &[f64]) -> Plan {
    let on = |column: Option<placewright_solver::mip::Column>| {
        column.is_none_or(|column| values.get(column.index()).is_some_and(|value| *value > 0.5))
    };
    let services: Vec<Vec<Part>> = if index.splits() {
        let may =
            |customer: usize, site: usize| on(layout.open(site)) && on(layout.uses(customer, site));
        transport(index, layout, may).unwrap_or_default()
    } else {
        (0..index.customers())
            .map(|customer| {
                let chosen = layout.of_customer(customer).filter(|(_, column)| on(Some(*column)));
                let part = |(site, _)| Part {
                    site: SiteId(site as u32),
                    quantity: index.instance.customers[customer].quantity,
                };
                chosen.map(part).collect()
            })
            .collect()
    };
    let mut used = vec![false; index.sites()];
    for part in services.iter().flatten() {
        used[part.site.index()] = true;
    }
    let open = (0..index.sites()).filter(|&site| used[site]).collect();
    Plan { open_sites: with_least(index, open), services }
}

/// Cheapest whole units from the sites that may serve a customer, as a flow; `None` where there is
/// none, which the referee would say of any plan.
fn transport(
    index: &Index,
    layout: &Layout,
    may: impl Fn(usize, usize) -> bool,
) -> Option<Vec<Vec<Part>>> {
    let (customers, sites) = (index.customers(), index.sites());
    // Sites, customers, and what takes up the capacity that is left.
    let mut network = FlowNetwork::new(sites + customers + 1).ok()?;
    let rest = NodeId((sites + customers) as u32);
    let mut arcs = Vec::new();
    let dearest = (0..customers)
        .flat_map(|customer| layout.of_customer(customer).map(move |(site, _)| (customer, site)))
        .map(|(customer, site)| index.cost(customer, site))
        .max()
        .unwrap_or(0);
    // The simplex wants (cost + 1) (nodes + 1) below 2^60; beyond it costs lose their last bits.
    let mut loss = 0;
    while (u128::from(dearest.unsigned_abs() >> loss) + 1) * (sites + customers + 2) as u128
        >= 1 << 60
    {
        loss += 1;
    }
    let mut left = 0_i64;
    for site in 0..sites {
        let capacity = index.capacity(site).min(1 << 45);
        network.set_supply(NodeId(site as u32), capacity).ok()?;
        network.add_arc(NodeId(site as u32), rest, capacity).ok()?;
        left += capacity;
    }
    for customer in 0..customers {
        let node = NodeId((sites + customer) as u32);
        let quantity = index.quantity(customer);
        network.set_supply(node, -quantity).ok()?;
        left -= quantity;
        for (site, _) in layout.of_customer(customer) {
            if may(customer, site) {
                let cost = index.cost(customer, site) >> loss;
                let from = NodeId(site as u32);
                let arc = network.add_arc_with_cost(from, node, quantity, cost).ok()?;
                arcs.push((customer, site, arc));
            }
        }
    }
    if left < 0 {
        return None;
    }
    network.set_supply(rest, -left).ok()?;
    let flow = min_cost_flow(&network, MinCostFlowMethod::Auto).ok()?;
    let mut services = vec![Vec::new(); customers];
    for (customer, site, arc) in arcs {
        let quantity = flow.flows[arc.index()];
        if quantity > 0 {
            services[customer].push(Part { site: SiteId(site as u32), quantity: quantity as u64 });
        }
    }
    Some(services)
}
