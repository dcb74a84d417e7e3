//! Customers served whole, each from one site: flat tables and a plan under shifts.

use crate::site_assignment::instance::{Index, SiteId};
use crate::site_assignment::plan::{Part, Plan};

/// What serving a customer whole from a site costs and takes.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Cost.
    pub cost: i64,
    /// Units of the site's capacity.
    pub demand: i64,
}

/// Costs, demands and capacities without their names.
pub struct Table {
    /// Sites.
    pub sites: usize,
    pairs: Vec<Pair>,
    capacities: Vec<i64>,
}

impl Table {
    /// Time and space O(customers · sites).
    #[must_use]
    pub fn new(index: &Index) -> Self {
        let sites = index.sites();
        let pair = |customer: usize, site: usize| Pair {
            cost: index.whole_cost(customer, site),
            demand: index.whole_demand(customer, site),
        };
        let customers = 0..index.customers();
        Self {
            sites,
            pairs: customers.flat_map(|i| (0..sites).map(move |j| pair(i, j))).collect(),
            capacities: (0..sites).map(|site| index.capacity(site)).collect(),
        }
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.pairs.len() / self.sites.max(1)
    }

    /// A customer at a site.
    #[must_use]
    pub fn pair(&self, customer: usize, site: usize) -> Pair {
        self.pairs[customer * self.sites + site]
    }

    /// What a site offers.
    #[must_use]
    pub fn capacity(&self, site: usize) -> i64 {
        self.capacities[site]
    }

    /// What a customer costs where it is dearest. O(sites).
    #[must_use]
    pub fn dearest(&self, customer: usize) -> i64 {
        let costs = self.pairs[customer * self.sites..][..self.sites].iter().map(|pair| pair.cost);
        costs.max().unwrap_or(0)
    }

    /// What a unit of demand costs on average.
    #[must_use]
    pub fn mean_unit_cost(&self) -> f64 {
        let sum = |part: fn(&Pair) -> i64| self.pairs.iter().map(part).sum::<i64>() as f64;
        (sum(|pair| pair.cost) + 1.0) / (sum(|pair| pair.demand) + 1.0)
    }
}

/// The site of every customer; sites may serve more than they offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Sites by customer.
    pub sites: Vec<u32>,
    /// What sites have left; negative where they serve too much.
    pub room: Vec<i64>,
    /// Cost of all services.
    pub cost: i64,
}

impl Assigned {
    /// Customers at these sites. O(customers + sites).
    #[must_use]
    pub fn at(table: &Table, sites: Vec<u32>) -> Self {
        let (mut room, mut cost) = (table.capacities.clone(), 0);
        for (customer, &site) in sites.iter().enumerate() {
            let pair = table.pair(customer, site as usize);
            room[site as usize] -= pair.demand;
            cost += pair.cost;
        }
        Self { sites, room, cost }
    }

    /// A plan that serves every customer whole. O(customers + sites).
    #[must_use]
    pub fn of_plan(table: &Table, plan: &Plan) -> Self {
        let site = |parts: &Vec<Part>| parts.first().map_or(0, |part| part.site.0);
        Self::at(table, plan.services.iter().map(site).collect())
    }

    /// As a plan that opens the sites it needs. O(customers · log customers).
    #[must_use]
    pub fn to_plan(&self, index: &Index) -> Plan {
        let parts = |(customer, &site): (usize, &u32)| {
            let quantity = index.quantity(customer) as u64;
            (quantity > 0).then_some(Part { site: SiteId(site), quantity }).into_iter().collect()
        };
        let mut open_sites: Vec<SiteId> = self.sites.iter().map(|&site| SiteId(site)).collect();
        open_sites.sort_unstable_by_key(|site| site.0);
        open_sites.dedup();
        Plan { open_sites, services: self.sites.iter().enumerate().map(parts).collect() }
    }

    /// The site of a customer.
    #[must_use]
    pub fn site(&self, customer: usize) -> usize {
        self.sites[customer] as usize
    }

    /// Whether no site serves more than it offers. O(sites).
    #[must_use]
    pub fn is_feasible(&self) -> bool {
        self.room.iter().all(|&room| room >= 0)
    }

    /// Customers that are elsewhere in another plan. O(customers).
    pub fn differences(&self, other: &Self) -> impl Iterator<Item = usize> {
        let pairs = self.sites.iter().zip(&other.sites).enumerate();
        pairs.filter(|(_, (a, b))| a != b).map(|(customer, _)| customer)
    }

    /// Serves a customer from another site. O(1).
    pub fn shift(&mut self, table: &Table, customer: usize, to: usize) {
        let from = self.site(customer);
        let (left, entered) = (table.pair(customer, from), table.pair(customer, to));
        self.room[from] += left.demand;
        self.room[to] -= entered.demand;
        self.cost += entered.cost - left.cost;
        self.sites[customer] = to as u32;
    }
}
