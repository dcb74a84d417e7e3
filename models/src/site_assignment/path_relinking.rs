//! The heuristic `path-relinking`: ejection chains and path relinking for customers who are served
//! whole where only capacities tie them together, which is generalised assignment.
//!
//! See `search::ejection` and `search::relinking`. What sites lack has a price that rises after
//! descents that end with excess and falls after those that don't, so that descents end on either
//! side. Customers look at the sites with the least reduced costs, at more of them in every fourth
//! run. Good plans are kept from run to run.

use std::sync::{Mutex, PoisonError};

use placewright_solver::budget::Budget;
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;

use super::beam_search::BeamSearch;
use super::instance::{Index, Instance, Service};
use super::prices::Prices;
use super::problem::SiteAssignment;
use super::search::assigned::{Assigned, Table};
use super::search::ejection::{Descent, Looks};
use super::search::preference::Preferences;
use super::search::relinking::Elite;

/// The heuristic `path-relinking`.
#[derive(Debug, Default)]
pub struct PathRelinking {
    /// Prices that guide it.
    pub prices: Prices,
    kept: Mutex<Kept>,
}

/// What a run leaves to the next one.
#[derive(Debug, Default)]
struct Kept {
    elite: Elite,
    excess_prices: Vec<f64>,
    runs: usize,
}

impl PathRelinking {
    /// A search guided by prices that become known later.
    #[must_use]
    pub fn guided(prices: Prices) -> Self {
        Self { prices, kept: Mutex::default() }
    }

    /// Whether an instance is one for this method: customers are served whole, nothing but
    /// capacities ties them together, there are not too many pairs of them for a pass, and it is
    /// none for `beam-search`.
    #[must_use]
    pub fn suits(instance: &Instance) -> bool {
        let index = Index::new(instance);
        instance.service == Service::Whole
            && (1..=MOST_CUSTOMERS).contains(&index.customers())
            && index.sites() * index.customers() <= MOST_PAIRS
            && !index.has_conflicts()
            && !index.opening_matters()
            && !BeamSearch::suits(instance)
    }
}

/// Customers beyond which a pass over their pairs takes too long.
const MOST_CUSTOMERS: usize = 2_000;
/// Pairs of customers and sites that tables are made for.
const MOST_PAIRS: usize = 1 << 20;
/// Sites that customers look at, and in one run out of so many.
const LOOKS: usize = 6;
const WIDE_LOOKS: usize = 24;
const RUNS_PER_WIDE: usize = 4;
/// By what part prices of excess fall after a plan that keeps capacities.
const FALL: f64 = 0.015;
/// By what part they rise where a site lacks a twentieth of its capacity or more, otherwise less.
const RISE: f64 = 0.03;
/// The share of a capacity at which prices rise fastest.
const MUCH: f64 = 0.05;
/// Descents without a limit, per customer.
const DESCENTS: u64 = 20;
/// Evaluations in a unit of work.
const EVALUATIONS_PER_WORK: u64 = 150;

impl Method<SiteAssignment> for PathRelinking {
    fn name(&self) -> &'static str {
        "path-relinking"
    }

    fn symbol(&self) -> char {
        'P'
    }

    fn applies(&self, instance: &Instance) -> bool {
        Self::suits(instance)
    }

    fn run(&self, context: &Context<'_, SiteAssignment>) -> Result<(), EngineError> {
        if !Self::suits(context.instance) {
            context.note("not generalised assignment, too large, or one for beam-search");
            return Ok(());
        }
        let index = Index::new(context.instance);
        let table = Table::new(&index);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Kept { elite, excess_prices, runs } = &mut *kept;
        let start = context.best().map(|(plan, _)| Assigned::of_plan(&table, &plan));
        *runs += 1;
        let number = if runs.is_multiple_of(RUNS_PER_WIDE) { WIDE_LOOKS } else { LOOKS };
        let Some(looks) = self.looks(&index, &table, number, start.as_ref()) else {
            return Ok(());
        };
        context.budget.spend((index.sites() * index.customers()) as u64 / 10 + 1);
        if excess_prices.is_empty() {
            *excess_prices = vec![table.mean_unit_cost(); index.sites()];
        }
        let mut descent = Descent::new(&table, looks, std::mem::take(excess_prices));
        let mut random = context.seed.generator();
        let mut offered = start.as_ref().map(|plan| plan.cost);
        let mut next = start;
        let (mut descents, mut paid) = (0, 0);
        while !context.should_stop() && (is_limited(context.budget) || descents < most(&index)) {
            let mut plan = next.take().unwrap_or_else(|| elite.next(&descent, &mut random));
            descent.descend(&mut plan, &mut random, || context.should_stop());
            adjust(&mut descent, &plan);
            elite.enter(&descent, plan);
            descents += 1;
            context.budget.spend((descent.evaluations - paid) / EVALUATIONS_PER_WORK + 1);
            paid = descent.evaluations;
            if let Some(best) = &descent.best
                && offered.is_none_or(|offered| best.cost < offered)
            {
                offered = Some(best.cost);
                context.offer(best.to_plan(&index), "chains");
            }
        }
        *excess_prices = descent.prices;
        Ok(())
    }
}

impl PathRelinking {
    /// The sites with the least reduced costs, and that of the plan at hand. `None` where a
    /// customer has none.
    fn looks(
        &self,
        index: &Index,
        table: &Table,
        number: usize,
        start: Option<&Assigned>,
    ) -> Option<Looks> {
        let pricing = self.prices.known();
        let preferences = Preferences::new(index, pricing.as_ref());
        let guided = |customer: usize, site: usize| {
            let pair = table.pair(customer, site);
            pair.cost as f64 + preferences.unit_prices[site] * pair.demand as f64
        };
        let sites = (0..index.customers()).map(|customer| {
            let preferred = preferences.of(customer).iter().copied();
            let able = preferred.filter(|&site| index.may_serve(customer, site as usize));
            let mut sites: Vec<u32> = able.take(number).collect();
            if let Some(&site) = start.map(|plan| &plan.sites[customer])
                && !sites.contains(&site)
            {
                sites.push(site);
            }
            sites
        });
        let sites: Vec<Vec<u32>> = sites.collect();
        if sites.iter().any(Vec::is_empty) {
            return None;
        }
        // What service is worth to a customer: the price of a bound, or what its second best site
        // asks.
        let worth: Vec<f64> = match &pricing {
            Some(pricing) => {
                let scale = 2.0_f64.powi(pricing.shift as i32);
                let prices = pricing.prices.iter().enumerate();
                prices.map(|(i, &price)| price as f64 / scale * index.quantity(i) as f64).collect()
            }
            None => {
                let second = |(i, sites): (usize, &Vec<u32>)| {
                    guided(i, sites[1.min(sites.len() - 1)] as usize)
                };
                sites.iter().enumerate().map(second).collect()
            }
        };
        let profit =
            |customer: usize, site: usize| worth[customer] - table.pair(customer, site).cost as f64;
        Some(Looks::new(table, sites, profit))
    }
}

fn is_limited(budget: &Budget) -> bool {
    budget.time_left().is_some() || budget.work_left().is_some()
}

fn most(index: &Index) -> u64 {
    DESCENTS * index.customers() as u64
}

fn adjust(descent: &mut Descent, plan: &Assigned) {
    let feasible = plan.is_feasible();
    for (site, price) in descent.prices.iter_mut().enumerate() {
        if feasible {
            *price *= 1.0 - FALL;
        } else {
            let lacking = (-plan.room[site]).max(0) as f64;
            let part = lacking / (MUCH * descent.table.capacity(site) as f64).max(1.0);
            *price *= 1.0 + RISE * part.min(1.0);
        }
    }
}
