//! Descent by shifts, swaps and ejection chains, with a price on what exceeds capacities.
//!
//! A chain takes a customer out of its site; the room that leaves goes to the customer who would
//! profit most from that site, which leaves room at another one, and so on; after every step the
//! first customer is tried at the best site of all. Who profits is told by prices of a bound. See
//! M. Yagiura, T. Ibaraki, F. Glover, *An ejection chain approach for the generalized assignment
//! problem*, INFORMS J. Comput. 16 (2004). Guarantee: a local optimum of the priced cost under
//! shifts, swaps and those chains, among the sites that customers look at.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::assigned::{Assigned, Table};

/// Customers in a chain beside the first.
const LONGEST_CHAIN: usize = 12;
/// What is less than this is nothing.
const NOTHING: f64 = -1e-9;

/// Which sites customers look at, and which customers sites do.
pub struct Looks {
    /// By customer, the best sites.
    sites: Vec<Vec<u32>>,
    /// Customer by customer, site by site: whether the site is among the customer's.
    among: Vec<bool>,
    /// By site, customers who look at it, those who would profit most first.
    customers: Vec<Vec<u32>>,
}

impl Looks {
    /// From the sites of every customer. `profit` says what a site gives a customer beyond what
    /// service is worth to it. O(pairs · log customers).
    #[must_use]
    pub fn new(table: &Table, sites: Vec<Vec<u32>>, profit: impl Fn(usize, usize) -> f64) -> Self {
        let mut among = vec![false; sites.len() * table.sites];
        let mut customers = vec![Vec::new(); table.sites];
        for (customer, sites) in sites.iter().enumerate() {
            for &site in sites {
                among[customer * table.sites + site as usize] = true;
                customers[site as usize].push(customer as u32);
            }
        }
        for (site, customers) in customers.iter_mut().enumerate() {
            customers.sort_by(|&a: &u32, &b: &u32| {
                profit(b as usize, site).total_cmp(&profit(a as usize, site)).then(a.cmp(&b))
            });
        }
        Self { sites, among, customers }
    }

    /// The sites of a customer.
    #[must_use]
    pub fn of(&self, customer: usize) -> &[u32] {
        &self.sites[customer]
    }
}

/// A descent: tables, and the price of a unit that a site lacks, by site.
pub struct Descent<'a> {
    /// Costs and demands.
    pub table: &'a Table,
    /// Where to look.
    pub looks: Looks,
    /// Prices of excess.
    pub prices: Vec<f64>,
    /// The cheapest plan without excess.
    pub best: Option<Assigned>,
    /// Changes evaluated so far.
    pub evaluations: u64,
    /// By site, the pass of this descent in which it last changed.
    changed: Vec<u32>,
    pass: u32,
}

impl<'a> Descent<'a> {
    /// A descent that has seen nothing yet.
    #[must_use]
    pub fn new(table: &'a Table, looks: Looks, prices: Vec<f64>) -> Self {
        let changed = vec![0; table.sites];
        Self { table, looks, prices, best: None, evaluations: 0, changed, pass: 0 }
    }

    fn shift(&mut self, plan: &mut Assigned, customer: usize, to: usize) {
        self.changed[plan.site(customer)] = self.pass;
        self.changed[to] = self.pass;
        plan.shift(self.table, customer, to);
    }

    /// Whether a swap between two sites was tried in the pass before and nothing happened since.
    fn is_settled(&self, a: usize, b: usize) -> bool {
        self.changed[a].max(self.changed[b]) + 1 < self.pass
    }

    fn excess_price(&self, site: usize, room: i64) -> f64 {
        if room < 0 { self.prices[site] * -room as f64 } else { 0.0 }
    }

    /// What the excess of a site costs more after a change of its room.
    fn change(&self, plan: &Assigned, site: usize, more_room: i64) -> f64 {
        let room = plan.room[site];
        self.excess_price(site, room + more_room) - self.excess_price(site, room)
    }

    /// Cost with excess. O(sites).
    #[must_use]
    pub fn priced(&self, plan: &Assigned) -> f64 {
        let excess =
            plan.room.iter().enumerate().map(|(site, &room)| self.excess_price(site, room));
        plan.cost as f64 + excess.sum::<f64>()
    }

    /// What taking a customer out of its site saves, as a change of the priced cost.
    fn leaving(&self, plan: &Assigned, customer: usize) -> f64 {
        let from = plan.site(customer);
        let pair = self.table.pair(customer, from);
        self.change(plan, from, pair.demand) - pair.cost as f64
    }

    /// What serving a customer who is nowhere costs at a site.
    fn entering(&self, plan: &Assigned, customer: usize, site: usize) -> f64 {
        let pair = self.table.pair(customer, site);
        self.change(plan, site, -pair.demand) + pair.cost as f64
    }

    /// What a shift changes.
    #[must_use]
    pub fn shifting(&self, plan: &Assigned, customer: usize, to: usize) -> f64 {
        self.leaving(plan, customer) + self.entering(plan, customer, to)
    }

    /// Keeps a plan that is the best so far.
    pub fn note(&mut self, plan: &Assigned) {
        if self.best.as_ref().is_none_or(|best| plan.cost < best.cost) && plan.is_feasible() {
            self.best = Some(plan.clone());
        }
    }

    /// Descends to a local optimum; customers are looked at in a random order. Ends early when
    /// `stop` says so. A pass is O(customers² + customers · chain length · sites looked at).
    pub fn descend(
        &mut self,
        plan: &mut Assigned,
        random: &mut Xoshiro256PlusPlus,
        stop: impl Fn() -> bool,
    ) {
        self.note(plan);
        let mut order: Vec<usize> = (0..plan.sites.len()).collect();
        self.changed = vec![0; self.table.sites];
        self.pass = 0;
        loop {
            self.pass += 1;
            order.shuffle(random);
            let mut better = false;
            for &customer in &order {
                better |= self.try_shift(plan, customer);
            }
            for (place, &customer) in order.iter().enumerate() {
                better |= self.try_swaps(plan, customer, &order[..place]);
                if place % 64 == 63 && stop() {
                    return;
                }
            }
            if better {
                continue;
            }
            for &customer in &order {
                better |= self.try_chain(plan, customer);
            }
            if !better || stop() {
                return;
            }
        }
    }

    fn try_shift(&mut self, plan: &mut Assigned, customer: usize) -> bool {
        let (from, leaving) = (plan.site(customer), self.leaving(plan, customer));
        let looks = self.looks.of(customer);
        let others = looks.iter().map(|&site| site as usize).filter(|&site| site != from);
        let best = least(others.map(|to| (leaving + self.entering(plan, customer, to), to)));
        self.evaluations += looks.len() as u64;
        let Some((_, to)) = best.filter(|&(change, _)| change < NOTHING) else { return false };
        self.shift(plan, customer, to);
        self.note(plan);
        true
    }

    fn try_swaps(&mut self, plan: &mut Assigned, customer: usize, others: &[usize]) -> bool {
        let sites = self.table.sites;
        let mut better = false;
        self.evaluations += others.len() as u64 / 2;
        for &other in others {
            let (a, b) = (plan.site(customer), plan.site(other));
            let looks = |customer: usize, site: usize| self.looks.among[customer * sites + site];
            if a == b || self.is_settled(a, b) || !looks(customer, b) || !looks(other, a) {
                continue;
            }
            let (left_a, to_b) = (self.table.pair(customer, a), self.table.pair(customer, b));
            let (left_b, to_a) = (self.table.pair(other, b), self.table.pair(other, a));
            let cost = to_b.cost - left_a.cost + to_a.cost - left_b.cost;
            let change = cost as f64
                + self.change(plan, a, left_a.demand - to_a.demand)
                + self.change(plan, b, left_b.demand - to_b.demand);
            if change < NOTHING {
                self.shift(plan, customer, b);
                self.shift(plan, other, a);
                self.note(plan);
                better = true;
            }
        }
        better
    }

    /// A chain that begins with a customer; undone unless it makes the plan better.
    fn try_chain(&mut self, plan: &mut Assigned, first: usize) -> bool {
        let home = plan.site(first);
        let own = self.table.pair(first, home);
        let mut change = self.leaving(plan, first);
        plan.room[home] += own.demand;
        plan.cost -= own.cost;
        let mut moved = [(0, 0); LONGEST_CHAIN];
        let (mut hole, mut length) = (home, 0);
        while length < LONGEST_CHAIN {
            let Some(next) = self.next_in_chain(plan, hole, first, &moved[..length]) else { break };
            let from = plan.site(next);
            change += self.shifting(plan, next, hole);
            plan.shift(self.table, next, hole);
            moved[length] = (next, from);
            (length, hole) = (length + 1, from);
            let looks = self.looks.of(first);
            self.evaluations += looks.len() as u64;
            let sites = looks.iter().map(|&site| site as usize);
            let best = least(sites.map(|site| (self.entering(plan, first, site), site)));
            if let Some((entering, site)) = best
                && change + entering < NOTHING
            {
                self.enter(plan, first, site);
                self.changed[home] = self.pass;
                self.changed[site] = self.pass;
                for &(_, from) in &moved[..length] {
                    self.changed[from] = self.pass;
                }
                self.note(plan);
                return true;
            }
        }
        for &(customer, from) in moved[..length].iter().rev() {
            plan.shift(self.table, customer, from);
        }
        self.enter(plan, first, home);
        false
    }

    fn enter(&self, plan: &mut Assigned, customer: usize, site: usize) {
        let pair = self.table.pair(customer, site);
        plan.room[site] -= pair.demand;
        plan.cost += pair.cost;
        plan.sites[customer] = site as u32;
    }

    /// The customer who profits most from the room of a site and has not moved yet.
    fn next_in_chain(
        &mut self,
        plan: &Assigned,
        hole: usize,
        first: usize,
        moved: &[(usize, usize)],
    ) -> Option<usize> {
        let room = plan.room[hole];
        let (mut seen, mut found) = (0, None);
        for &customer in &self.looks.customers[hole] {
            let customer = customer as usize;
            seen += 1;
            if self.table.pair(customer, hole).demand <= room
                && plan.site(customer) != hole
                && customer != first
                && moved.iter().all(|&(other, _)| other != customer)
            {
                found = Some(customer);
                break;
            }
        }
        self.evaluations += seen / 4;
        found
    }

    /// A plan with every customer at a random one of its sites.
    pub fn random_plan(&self, random: &mut Xoshiro256PlusPlus) -> Assigned {
        let any = |sites: &Vec<u32>| sites[random.random_range(0..sites.len())];
        Assigned::at(self.table, self.looks.sites.iter().map(any).collect())
    }
}

/// The least of some changes, the first of equals.
fn least(changes: impl Iterator<Item = (f64, usize)>) -> Option<(f64, usize)> {
    changes.min_by(|a, b| a.0.total_cmp(&b.0))
}
