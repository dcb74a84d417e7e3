//! Which sites a customer would like, in order.
//!
//! Without prices a site costs a customer what it asks, a share of its opening, and capacity in
//! proportion to how scarce it is. With prices from a bound, capacity is priced by the item that a
//! site's knapsack cuts, so that the order is that of reduced costs.

use crate::site_assignment::certificate::{Exactness, Pricing, SiteChoice};
use crate::site_assignment::instance::Index;

/// Sites per customer that the search looks at first.
const MOST: usize = 40;

/// The best sites of every customer, and a price of capacity.
pub struct Preferences {
    lists: Vec<u32>,
    length: usize,
    fans: Vec<Vec<u32>>,
    /// What a unit of a site's capacity is worth.
    pub unit_prices: Vec<f64>,
}

impl Preferences {
    /// Time O(pairs · log sites), space O(customers · 40).
    #[must_use]
    pub fn new(index: &Index, pricing: Option<&Pricing>) -> Self {
        let unit_prices = match pricing {
            Some(pricing) => critical_prices(index, pricing),
            None => scarcity_prices(index),
        };
        let length = index.sites().min(MOST);
        let mut lists = Vec::with_capacity(index.customers() * length);
        let mut fans = vec![Vec::new(); index.sites()];
        let mut keyed: Vec<(f64, u32)> = Vec::with_capacity(index.sites());
        for customer in 0..index.customers() {
            keyed.clear();
            keyed.extend((0..index.sites()).map(|site| {
                let demand = index.whole_demand(customer, site) as f64;
                let guided = index.whole_cost(customer, site) as f64 + unit_prices[site] * demand;
                let able = index.may_serve(customer, site);
                (if able { guided } else { f64::INFINITY }, site as u32)
            }));
            let order = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            if keyed.len() > length {
                keyed.select_nth_unstable_by(length - 1, order);
                keyed.truncate(length);
            }
            keyed.sort_unstable_by(order);
            for (rank, &(_, site)) in keyed.iter().enumerate() {
                lists.push(site);
                if rank < FAN_RANK {
                    fans[site as usize].push(customer as u32);
                }
            }
        }
        Self { lists, length, fans, unit_prices }
    }

    /// The best sites of a customer, best first.
    #[must_use]
    pub fn of(&self, customer: usize) -> &[u32] {
        &self.lists[customer * self.length..][..self.length]
    }

    /// Customers for whom a site is among the best.
    #[must_use]
    pub fn fans(&self, site: u32) -> &[u32] {
        &self.fans[site as usize]
    }
}

/// Ranks up to which a customer is a fan of a site.
const FAN_RANK: usize = 20;

/// What opening a site costs per unit of capacity, and the mean cost of a unit of demand times how
/// scarce capacity is.
fn scarcity_prices(index: &Index) -> Vec<f64> {
    let opening =
        |site: usize| index.opening_cost(site) as f64 / (index.capacity(site).max(1)) as f64;
    (0..index.sites()).map(opening).collect()
}

/// The profit per unit of the item that a site's knapsack cuts; sites that would not open at these
/// prices ask for what they lack as well.
fn critical_prices(index: &Index, pricing: &Pricing) -> Vec<f64> {
    let scale = 2.0_f64.powi(pricing.shift as i32);
    let mut choice = SiteChoice::default();
    let mut price = |site: usize| {
        let value = pricing.site_value(index, site, Exactness::Relaxed, &mut choice);
        let cut = choice.chosen.iter().find(|chosen| chosen.share < 1.0);
        let unit = cut.map_or(0.0, |chosen| {
            let customer = chosen.customer as usize;
            let demand = index.whole_demand(customer, site).max(1) as f64;
            pricing.profit(index, customer, site) as f64 / scale / demand
        });
        let lacking = value.unwrap_or(0).max(0) as f64 / scale;
        unit + lacking / index.capacity(site).max(1) as f64
    };
    (0..index.sites()).map(&mut price).collect()
}
