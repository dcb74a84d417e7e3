//! The walk: random changes, accepted if they make things better or, with a probability that falls
//! with the temperature, somewhat worse.
//!
//! Capacities may be exceeded where customers are served whole, at a price per unit that rises
//! while too little of the walk is feasible and falls while too much is (strategic oscillation, as
//! in the adaptive penalties of Yagiura, Ibaraki and Glover, 2004). Where customers may be split
//! capacities are kept. Reference: S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, *Optimization by
//! simulated annealing*, Science 220 (1983). Guarantee: none.

use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::board::{Board, Share, with_least};
use super::moves::{Change, Transfer, chain, shift, swap};
use super::preference::Preferences;
use super::site_moves;
use crate::site_assignment::instance::SiteId;
use crate::site_assignment::plan::{Part, Plan};

/// Changes tried in a step of [`Walk::step`]; budgets are asked between steps.
pub const STEP: u32 = 500;
/// Steps after which the price of excess is looked at.
const STEPS_PER_PRICE: u32 = 4;
/// Feasible shares of a walk between which the price of excess stays.
const FEASIBLE_SHARE: (f64, f64) = (0.01, 0.05);
/// Factor by which the price of excess rises or falls.
const PRICE_FACTOR: f64 = 1.15;
/// One change in so many is one of sites, where it matters which are open.
const SITE_MOVES: u32 = 40;

/// A walk over boards.
pub struct Walk<'a> {
    board: Board<'a>,
    preferences: &'a Preferences,
    random: Xoshiro256PlusPlus,
    price: f64,
    feasible: u32,
    steps: u32,
    opens: bool,
    best: Option<i64>,
    best_shares: Vec<Vec<Share>>,
    /// Customers who may differ from the best plan.
    changed: Vec<u32>,
    is_changed: Vec<bool>,
}

impl<'a> Walk<'a> {
    /// A walk from a board on which everybody is served.
    #[must_use]
    pub fn new(
        mut board: Board<'a>,
        preferences: &'a Preferences,
        random: Xoshiro256PlusPlus,
    ) -> Self {
        board.commit();
        let index = board.index;
        let customers = 0..index.customers();
        let price = mean_cost_of_demand(&board);
        let mut walk = Self {
            opens: index.opening_matters(),
            best_shares: customers.clone().map(|i| board.shares(i).to_vec()).collect(),
            changed: Vec::new(),
            is_changed: vec![false; customers.len()],
            board,
            preferences,
            random,
            price,
            feasible: 0,
            steps: 0,
            best: None,
        };
        walk.remember();
        walk
    }

    /// Cost of the best plan so far.
    #[must_use]
    pub fn best_cost(&self) -> Option<i64> {
        self.best
    }

    /// The board as it is.
    #[must_use]
    pub fn board(&self) -> &Board<'a> {
        &self.board
    }

    /// What a shift that makes things worse costs, about: the mean over random ones. Where excess is
    /// possible, capacity is paid for at the prices of preferences.
    #[must_use]
    pub fn typical_change(&mut self) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for _ in 0..2_000 {
            let change = shift(&self.board, self.preferences, &mut self.random);
            let guided = change.map_or(0.0, |change| self.guided_cost(&change.first, change.cost));
            if guided > 0.0 {
                sum += guided;
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { 1.0 }
    }

    fn guided_cost(&self, transfer: &Transfer, cost: i64) -> f64 {
        if self.board.index.splits() {
            return cost as f64;
        }
        let paid = |site: u32| {
            let demand = self.board.index.demand(transfer.customer as usize, site as usize);
            self.preferences.unit_prices[site as usize] * (transfer.amount * demand) as f64
        };
        cost as f64 + paid(transfer.to) - paid(transfer.from)
    }

    /// Tries [`STEP`] changes at a temperature.
    pub fn step(&mut self, temperature: f64) {
        for _ in 0..STEP {
            if self.opens && self.random.random_range(0..SITE_MOVES) == 0 {
                self.try_sites(temperature);
            } else {
                let change = self.draw();
                if let Some(change) = change {
                    self.try_change(&change, temperature);
                }
            }
            self.feasible += u32::from(self.board.excess() == 0);
        }
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_PER_PRICE) {
            let share = f64::from(self.feasible) / f64::from(STEP * STEPS_PER_PRICE);
            self.feasible = 0;
            if share < FEASIBLE_SHARE.0 {
                self.price *= PRICE_FACTOR;
            } else if share > FEASIBLE_SHARE.1 {
                self.price /= PRICE_FACTOR;
            }
        }
    }

    fn draw(&mut self) -> Option<Change> {
        let (board, random) = (&self.board, &mut self.random);
        match random.random_range(0..16) {
            0..6 => shift(board, self.preferences, random),
            6..12 => swap(board, self.preferences, random),
            _ if board.index.splits() => swap(board, self.preferences, random),
            _ => chain(board, self.preferences, random, self.price),
        }
    }

    fn accepts(&mut self, energy: f64, temperature: f64) -> bool {
        energy <= 0.0
            || (temperature > 0.0 && self.random.random::<f64>() < (-energy / temperature).exp())
    }

    fn try_change(&mut self, change: &Change, temperature: f64) {
        let energy = change.cost as f64 + self.price * change.excess as f64;
        if self.accepts(energy, temperature) {
            change.make(&mut self.board);
            self.keep();
        }
    }

    fn try_sites(&mut self, temperature: f64) {
        let (cost, excess) = (self.board.cost(), self.board.excess());
        let made = site_moves::make(&mut self.board, self.preferences, &mut self.random);
        let energy =
            (self.board.cost() - cost) as f64 + self.price * (self.board.excess() - excess) as f64;
        if made && self.accepts(energy, temperature) {
            self.keep();
        } else {
            self.board.roll_back();
        }
    }

    fn keep(&mut self) {
        for customer in self.board.touched() {
            if !self.is_changed[customer as usize] {
                self.is_changed[customer as usize] = true;
                self.changed.push(customer);
            }
        }
        self.board.commit();
        self.remember();
    }

    fn remember(&mut self) {
        let cost = self.board.cost();
        if self.board.excess() > 0 || self.best.is_some_and(|best| best <= cost) {
            return;
        }
        self.best = Some(cost);
        for customer in self.changed.drain(..) {
            let customer = customer as usize;
            self.is_changed[customer] = false;
            self.best_shares[customer].clear();
            self.best_shares[customer].extend_from_slice(self.board.shares(customer));
        }
    }

    /// Goes back to the best plan.
    pub fn return_to_best(&mut self) {
        if self.best.is_none() {
            return;
        }
        let changed = std::mem::take(&mut self.changed);
        for &customer in &changed {
            let customer = customer as usize;
            self.is_changed[customer] = false;
            for share in self.board.shares(customer).to_vec() {
                self.board.take(customer, share.site, share.amount);
            }
        }
        for &customer in &changed {
            for share in self.best_shares[customer as usize].clone() {
                self.board.put(customer as usize, share.site, share.amount);
            }
        }
        self.board.commit();
    }

    /// The best plan so far; the walk goes on from where it is.
    #[must_use]
    pub fn best_copy(&self) -> Option<Plan> {
        self.best?;
        let part = |share: &Share| Part { site: SiteId(share.site), quantity: share.amount as u64 };
        let services = self.best_shares.iter().map(|shares| shares.iter().map(part).collect());
        let services: Vec<Vec<Part>> = services.collect();
        let mut sites: Vec<usize> =
            services.iter().flatten().map(|part| part.site.index()).collect();
        sites.sort_unstable();
        sites.dedup();
        Some(Plan { open_sites: with_least(self.board.index, sites), services })
    }

    /// The best plan so far; the walk goes on from it.
    pub fn best_plan(&mut self) -> Option<Plan> {
        self.best?;
        self.return_to_best();
        Some(self.board.plan())
    }
}

/// What a unit of demand costs on average: the first price of excess.
fn mean_cost_of_demand(board: &Board) -> f64 {
    let (mut cost, mut demand) = (0.0, 0.0);
    for customer in 0..board.index.customers() {
        for share in board.shares(customer) {
            let site = share.site as usize;
            cost += (share.amount * board.index.cost(customer, site)) as f64;
            demand += (share.amount * board.index.demand(customer, site)) as f64;
        }
    }
    (cost + 1.0) / (demand + 1.0)
}
