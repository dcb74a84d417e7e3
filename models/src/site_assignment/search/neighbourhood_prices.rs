//! Prices for the customers of a neighbourhood: those of the whole instance, improved by a few steps
//! of a subgradient walk.

use placewright_solver::bound::subgradient::{self, Sign, SubgradientSettings, maximise};
use placewright_solver::budget::{Budget, CancelToken};

use super::assigned::Table;
use super::knapsacks::{Knapsacks, Neighbourhood};

/// Evaluations of a walk. Neighbourhoods are many, and the prices of the whole are close.
const EVALUATIONS: u64 = 20;

const WALK: SubgradientSettings = SubgradientSettings {
    scale: 1.0,
    patience: 20,
    freshness: 1.0,
    gap: 0.0,
    noticeable: 1e-9,
    smallest_scale: 1e-3,
};

/// Prices of a whole instance, and how finely tables can have them.
#[derive(Clone, Debug)]
pub struct TablePrices {
    /// Binary logarithm of the denominator of prices in tables.
    pub shift: u32,
    /// By customer, in the unit of costs.
    pub prices: Vec<f64>,
    /// By customer, what prices stay below on every walk.
    limits: Vec<f64>,
}

/// Prices stay below this many times what a customer costs where it is dearest.
const LIMIT: f64 = 8.0;
/// Binary logarithm of what sums of prices in tables stay below.
const BITS: u32 = 30;
/// Finer prices improve no bound.
const FINEST: u32 = 16;
/// Sums of what customers cost where they are dearest for which there is a scale.
pub const MOST_COST: i128 = 1 << 26;

impl TablePrices {
    /// Prices in the finest scale in which sums fit tables, for costs within [`MOST_COST`].
    #[must_use]
    pub fn new(table: &Table, mut prices: Vec<f64>) -> Self {
        let limit = |customer: usize| (table.dearest(customer) + 1) as f64 * LIMIT;
        let limits: Vec<f64> = (0..table.customers()).map(limit).collect();
        for (price, limit) in prices.iter_mut().zip(&limits) {
            *price = price.clamp(-limit, *limit);
        }
        let bits = (limits.iter().sum::<f64>() + 1.0).log2().ceil() as u32;
        Self { shift: BITS.saturating_sub(bits).min(FINEST), prices, limits }
    }

    /// A price as tables have it.
    fn rounded(&self, customer: usize, price: f64) -> i64 {
        let limit = self.limits[customer];
        (price.clamp(-limit, limit) * f64::from(1 << self.shift)).round() as i64
    }

    /// Fills tables with these prices.
    pub fn fill(&self, knapsacks: &mut Knapsacks, table: &Table, free: &Neighbourhood) {
        let price = |&customer: &usize| self.rounded(customer, self.prices[customer]);
        knapsacks.shift = self.shift;
        knapsacks.fill(table, free, free.customers.iter().map(price).collect());
    }

    /// Fills tables with prices whose bound is high: walks until it is above a cost, or a few
    /// evaluations are made. Returns how many cells were filled on the way.
    pub fn improve(
        &self,
        knapsacks: &mut Knapsacks,
        table: &Table,
        free: &Neighbourhood,
        cost: i64,
    ) -> u64 {
        knapsacks.shift = self.shift;
        let start: Vec<f64> =
            free.customers.iter().map(|&customer| self.prices[customer]).collect();
        let signs = vec![Sign::Free; start.len()];
        let budget = Budget::new(None, Some(EVALUATIONS), CancelToken::new());
        let best = (i64::MIN, Vec::new());
        let mut walk =
            Walk { prices: self, knapsacks, table, free, cost, best, budget: &budget, cells: 0 };
        maximise(&mut walk, &signs, start, WALK, &budget);
        let Walk { cells, best: (_, prices), .. } = walk;
        knapsacks.fill(table, free, prices);
        cells + knapsacks.size() as u64
    }
}

struct Walk<'a> {
    prices: &'a TablePrices,
    knapsacks: &'a mut Knapsacks,
    table: &'a Table,
    free: &'a Neighbourhood,
    cost: i64,
    /// The best bound and its prices.
    best: (i64, Vec<i64>),
    budget: &'a Budget,
    cells: u64,
}

impl subgradient::Lagrangian for Walk<'_> {
    fn evaluate(&mut self, multipliers: &[f64]) -> subgradient::Evaluation {
        let customers = self.free.customers.iter().zip(multipliers);
        let prices = customers.map(|(&customer, &price)| self.prices.rounded(customer, price));
        self.knapsacks.fill(self.table, self.free, prices.collect());
        let bound = self.knapsacks.bound();
        if bound > self.best.0 {
            self.best = (bound, self.knapsacks.prices.clone());
        }
        self.budget.spend(1);
        self.cells += self.knapsacks.size() as u64;
        let times = self.knapsacks.times_served(self.table, self.free);
        subgradient::Evaluation {
            value: bound as f64 / f64::from(1 << self.prices.shift),
            subgradient: times.into_iter().map(|times| 1.0 - f64::from(times)).collect(),
        }
    }

    fn target(&self, best_value: f64) -> f64 {
        // A bound that rounds up to more than the cost is as good as any higher one.
        let cost = self.cost as f64;
        if best_value > cost { best_value } else { cost + 1.0 }
    }
}
