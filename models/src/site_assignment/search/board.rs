//! A plan under small changes: who is served from where, loads of sites, conflicts, cost.
//!
//! Capacities may be exceeded on the way; conflicts are for callers to avoid, in O(1), with
//! [`Board::is_free`]. Every change is O(enemies of the customer), and can be taken back.

use placewright_solver::search::row_loads::{RowLimit, RowLoads};

use crate::site_assignment::instance::{Index, SiteId};
use crate::site_assignment::plan::{Part, Plan};

/// What a site serves of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The site.
    pub site: u32,
    /// Units.
    pub amount: i64,
    /// Place of the customer in the site's list.
    at: u32,
}

/// A change that was made.
#[derive(Clone, Copy, Debug)]
struct Step {
    customer: u32,
    site: u32,
    amount: i64,
}

/// Services of customers with what they cost and use together.
pub struct Board<'a> {
    /// The instance.
    pub index: &'a Index<'a>,
    rows: RowLoads,
    shares: Vec<Vec<Share>>,
    served: Vec<Vec<u32>>,
    /// Enemies of a customer at a site; empty without conflicts.
    enemies: Vec<u16>,
    open: usize,
    cost: i64,
    excess: i64,
    journal: Vec<Step>,
}

impl<'a> Board<'a> {
    /// A board on which nobody is served. Space O(customers · sites) with conflicts, else
    /// O(customers + sites).
    #[must_use]
    pub fn new(index: &'a Index<'a>) -> Self {
        let (sites, customers) = (index.sites(), index.customers());
        let limit = |site: usize| {
            let most = index.capacity(site);
            RowLimit { free: most, price: 0, most }
        };
        let counted = if index.has_conflicts() { sites * customers } else { 0 };
        Self {
            index,
            rows: RowLoads::new((0..sites).map(limit).collect()),
            shares: vec![Vec::new(); customers],
            served: vec![Vec::new(); sites],
            enemies: vec![0; counted],
            open: 0,
            cost: 0,
            excess: 0,
            journal: Vec::new(),
        }
    }

    /// A board with the services of a plan.
    #[must_use]
    pub fn with_plan(index: &'a Index<'a>, plan: &Plan) -> Self {
        let mut board = Self::new(index);
        for (customer, parts) in plan.services.iter().enumerate() {
            for part in parts {
                board.put(customer, part.site.0, part.quantity as i64);
            }
        }
        board.commit();
        board
    }

    /// The shares of a customer.
    #[must_use]
    pub fn shares(&self, customer: usize) -> &[Share] {
        &self.shares[customer]
    }

    /// Customers that a site serves.
    #[must_use]
    pub fn served(&self, site: u32) -> &[u32] {
        &self.served[site as usize]
    }

    /// Whether a site serves anybody.
    #[must_use]
    pub fn is_open(&self, site: u32) -> bool {
        !self.served[site as usize].is_empty()
    }

    /// Whether another site may be used.
    #[must_use]
    pub fn may_open_more(&self) -> bool {
        self.open < self.index.open_range().1
    }

    /// What a site has left; negative where it serves too much.
    #[must_use]
    pub fn room(&self, site: u32) -> i64 {
        self.rows.room(site)
    }

    /// What a change of a site's load adds to all that is too much.
    #[must_use]
    pub fn excess_change(&self, site: u32, change: i64) -> i64 {
        self.rows.excess_change(site, change)
    }

    /// Enemies of a customer that a site serves.
    #[must_use]
    pub fn enemies_at(&self, customer: usize, site: u32) -> u16 {
        match self.enemies.get(customer * self.index.sites() + site as usize) {
            Some(&count) => count,
            None => 0,
        }
    }

    /// Whether a site serves no enemy of a customer.
    #[must_use]
    pub fn is_free(&self, customer: usize, site: u32) -> bool {
        self.enemies_at(customer, site) == 0
    }

    /// Cost of all services and of the sites they use.
    #[must_use]
    pub fn cost(&self) -> i64 {
        self.cost
    }

    /// What all sites serve beyond their capacities.
    #[must_use]
    pub fn excess(&self) -> i64 {
        self.excess
    }

    /// Units of a customer that a site serves.
    #[must_use]
    pub fn amount(&self, customer: usize, site: u32) -> i64 {
        let share = self.shares[customer].iter().find(|share| share.site == site);
        share.map_or(0, |share| share.amount)
    }

    /// Units of a customer that nobody serves.
    #[must_use]
    pub fn missing(&self, customer: usize) -> i64 {
        let served: i64 = self.shares[customer].iter().map(|share| share.amount).sum();
        self.index.quantity(customer) - served
    }

    /// Serves more units of a customer from a site.
    pub fn put(&mut self, customer: usize, site: u32, amount: i64) {
        self.journal.push(Step { customer: customer as u32, site, amount });
        self.change(customer, site, amount);
    }

    /// Serves fewer units of a customer from a site; it must serve as many.
    pub fn take(&mut self, customer: usize, site: u32, amount: i64) {
        self.put(customer, site, -amount);
    }

    /// Serves units of a customer from another site.
    pub fn transfer(&mut self, customer: usize, from: u32, to: u32, amount: i64) {
        self.take(customer, from, amount);
        self.put(customer, to, amount);
    }

    /// Keeps all changes since the last call.
    pub fn commit(&mut self) {
        self.journal.clear();
    }

    /// Customers touched since the last commit, with repetitions.
    pub fn touched(&self) -> impl Iterator<Item = u32> + '_ {
        self.journal.iter().map(|step| step.customer)
    }

    /// Takes all changes since the last commit back.
    pub fn roll_back(&mut self) {
        while let Some(step) = self.journal.pop() {
            self.change(step.customer as usize, step.site, -step.amount);
        }
    }

    fn change(&mut self, customer: usize, site: u32, amount: i64) {
        let load = amount * self.index.demand(customer, site as usize);
        self.excess += self.rows.excess_change(site, load);
        self.rows.shift(site, load);
        self.cost += amount * self.index.cost(customer, site as usize);
        match self.shares[customer].iter_mut().position(|share| share.site == site) {
            None => self.enter(customer, site, amount),
            Some(place) => {
                self.shares[customer][place].amount += amount;
                if self.shares[customer][place].amount == 0 {
                    self.leave(customer, place);
                }
            }
        }
    }

    fn enter(&mut self, customer: usize, site: u32, amount: i64) {
        let list = &mut self.served[site as usize];
        if list.is_empty() {
            self.open += 1;
            self.cost += self.index.opening_cost(site as usize);
        }
        self.shares[customer].push(Share { site, amount, at: list.len() as u32 });
        list.push(customer as u32);
        if !self.enemies.is_empty() {
            for &enemy in self.index.enemies(customer) {
                self.enemies[enemy as usize * self.index.sites() + site as usize] += 1;
            }
        }
    }

    fn leave(&mut self, customer: usize, place: usize) {
        let Share { site, at, .. } = self.shares[customer].swap_remove(place);
        let list = &mut self.served[site as usize];
        list.swap_remove(at as usize);
        if let Some(&moved) = list.get(at as usize) {
            let mut shares = self.shares[moved as usize].iter_mut();
            if let Some(share) = shares.find(|share| share.site == site) {
                share.at = at;
            }
        }
        if list.is_empty() {
            self.open -= 1;
            self.cost -= self.index.opening_cost(site as usize);
        }
        if !self.enemies.is_empty() {
            for &enemy in self.index.enemies(customer) {
                self.enemies[enemy as usize * self.index.sites() + site as usize] -= 1;
            }
        }
    }

    /// The plan; sites that must be open though nobody needs them are the cheapest ones.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let part = |share: &Share| Part { site: SiteId(share.site), quantity: share.amount as u64 };
        let services = self.shares.iter().map(|shares| shares.iter().map(part).collect());
        let services = services.collect();
        let used = (0..self.index.sites()).filter(|&site| !self.served[site].is_empty());
        Plan { open_sites: with_least(self.index, used.collect()), services }
    }
}

/// Sites in use, and the cheapest others where more must be open; ascending.
#[must_use]
pub fn with_least(index: &Index, mut sites: Vec<usize>) -> Vec<SiteId> {
    let least = index.open_range().0;
    if sites.len() < least {
        let mut others: Vec<usize> =
            (0..index.sites()).filter(|site| !sites.contains(site)).collect();
        others.sort_by_key(|&site| (index.opening_cost(site), site));
        sites.extend(others.into_iter().take(least - sites.len()));
        sites.sort_unstable();
    }
    sites.into_iter().map(|site| SiteId(site as u32)).collect()
}
