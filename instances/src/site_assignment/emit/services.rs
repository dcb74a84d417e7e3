//! What emitters need of a plan: numbers from 1 instead of names, in the order of the instance.

use placewright_models::site_assignment::cost_text::decimal_text;
use placewright_models::site_assignment::instance::Instance;
use placewright_models::site_assignment::plan::Plan;

/// A plan in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Services {
    /// The cost with its decimals.
    pub cost: String,
    /// Open sites, ascending.
    pub open: Vec<u32>,
    /// The parts of every customer.
    pub customers: Vec<Vec<PartOf>>,
}

/// A part of a customer's quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartOf {
    /// The site.
    pub site: u32,
    /// Units from it.
    pub quantity: u64,
    /// Units of the customer.
    pub of: u64,
}

impl Services {
    /// A plan that the referee accepts, in numbers.
    #[must_use]
    pub fn of(instance: &Instance, plan: &Plan) -> Self {
        let opening = plan
            .open_sites
            .iter()
            .map(|site| i128::from(instance.sites[site.index()].opening_cost));
        let mut cost: i128 = opening.sum();
        let mut customers = Vec::with_capacity(plan.services.len());
        for (customer, parts) in instance.customers.iter().zip(&plan.services) {
            let mut own: Vec<PartOf> = parts
                .iter()
                .map(|part| PartOf {
                    site: part.site.0 + 1,
                    quantity: part.quantity,
                    of: customer.quantity,
                })
                .collect();
            own.sort_unstable();
            let price = |part: &PartOf| customer.costs[part.site as usize - 1];
            cost += own.iter().map(|p| i128::from(p.quantity) * i128::from(price(p))).sum::<i128>();
            customers.push(own);
        }
        let open = plan.open_sites.iter().map(|site| site.0 + 1).collect();
        Self { cost: decimal_text(cost, instance.cost_decimals), open, customers }
    }
}
