//! An instance with names resolved and numbers signed.

use std::collections::HashMap;

use super::{Instance, Service};

/// A valid instance prepared for counting. Space O(customers + conflicts); costs and demands stay
/// where they are.
pub struct Index<'a> {
    /// The instance.
    pub instance: &'a Instance,
    enemies: Vec<Vec<u32>>,
}

impl<'a> Index<'a> {
    /// Prepares an instance. Time O(customers + conflicts).
    #[must_use]
    pub fn new(instance: &'a Instance) -> Self {
        let mut enemies = vec![Vec::new(); instance.customers.len()];
        if !instance.conflicts.is_empty() {
            let names = instance.customers.iter().map(|customer| customer.name.as_str());
            let names: HashMap<&str, u32> = names.zip(0..).collect();
            for [a, b] in &instance.conflicts {
                if let (Some(&a), Some(&b)) = (names.get(a.as_str()), names.get(b.as_str())) {
                    enemies[a as usize].push(b);
                    enemies[b as usize].push(a);
                }
            }
            for list in &mut enemies {
                list.sort_unstable();
                list.dedup();
            }
        }
        Self { instance, enemies }
    }

    /// Number of sites.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.instance.sites.len()
    }

    /// Number of customers.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.instance.customers.len()
    }

    /// Whether customers may be split.
    #[must_use]
    pub fn splits(&self) -> bool {
        self.instance.service == Service::Split
    }

    /// Units of a customer.
    #[must_use]
    pub fn quantity(&self, customer: usize) -> i64 {
        self.instance.customers[customer].quantity as i64
    }

    /// What serving a unit of a customer from a site costs.
    #[must_use]
    pub fn cost(&self, customer: usize, site: usize) -> i64 {
        self.instance.customers[customer].costs[site] as i64
    }

    /// What a unit of a customer takes of a site.
    #[must_use]
    pub fn demand(&self, customer: usize, site: usize) -> i64 {
        self.instance.customers[customer].demand_at(site) as i64
    }

    /// What serving a customer whole costs.
    #[must_use]
    pub fn whole_cost(&self, customer: usize, site: usize) -> i64 {
        self.quantity(customer) * self.cost(customer, site)
    }

    /// What serving a customer whole takes of a site.
    #[must_use]
    pub fn whole_demand(&self, customer: usize, site: usize) -> i64 {
        self.quantity(customer) * self.demand(customer, site)
    }

    /// What a site offers.
    #[must_use]
    pub fn capacity(&self, site: usize) -> i64 {
        self.instance.sites[site].capacity as i64
    }

    /// What opening a site costs.
    #[must_use]
    pub fn opening_cost(&self, site: usize) -> i64 {
        self.instance.sites[site].opening_cost as i64
    }

    /// Fewest and most open sites.
    #[must_use]
    pub fn open_range(&self) -> (usize, usize) {
        let open = self.instance.open_sites;
        let within = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).min(self.sites());
        (open.at_least.map_or(0, within), open.at_most.map_or(self.sites(), within))
    }

    /// Customers that must not share a site with this one, ascending.
    #[must_use]
    pub fn enemies(&self, customer: usize) -> &[u32] {
        &self.enemies[customer]
    }

    /// Whether any two customers must not share a site.
    #[must_use]
    pub fn has_conflicts(&self) -> bool {
        !self.instance.conflicts.is_empty()
    }

    /// Whether it matters which sites are open.
    #[must_use]
    pub fn opening_matters(&self) -> bool {
        let (least, most) = self.open_range();
        least > 0
            || most < self.sites()
            || self.instance.sites.iter().any(|site| site.opening_cost > 0)
    }

    /// Whether a site alone could serve a customer whole, or at least a unit of it where customers
    /// may be split.
    #[must_use]
    pub fn may_serve(&self, customer: usize, site: usize) -> bool {
        let units = if self.splits() { 1 } else { self.quantity(customer) };
        units * self.demand(customer, site) <= self.capacity(site)
    }
}
