//! The heuristic `beam-search`: large neighbourhoods of a plan, searched with knapsack bounds, for
//! customers who are served whole where only capacities tie them together, which is generalised
//! assignment.
//!
//! Some sites are drawn, more often those where the plan loses most against the bound, and what they
//! serve is assigned to them anew (see `search::beam`): first with all sites, then with ever other
//! sets of few and of many (see `search::sizes`). Now and then a plan as cheap as the one at hand
//! will do, which leads on where nothing better is near. Where nothing better is found for long, an
//! attempt ends and another one begins with all sites, each more patient than the last (M. Luby, A.
//! Sinclair, D. Zuckerman, *Optimal speedup of Las Vegas algorithms*, Inf. Process. Lett. 47, 1993,
//! say why). Guarantee: when the beam over all sites was never too narrow, the plan is optimal.

use std::sync::{Mutex, PoisonError};

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;
use rand::RngExt;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::certificate::Exactness;
use super::instance::{Index, Instance, Service};
use super::lagrangian::{multipliers, second_cheapest};
use super::prices::Prices;
use super::problem::SiteAssignment;
use super::search::assigned::{Assigned, Table};
use super::search::beam::{self, Beam};
use super::search::knapsacks::{Knapsacks, Neighbourhood};
use super::search::neighbourhood_prices::{MOST_COST, TablePrices};
use super::search::sizes::{Fate, Size, Sizes};

/// The heuristic `beam-search`.
#[derive(Debug, Default)]
pub struct BeamSearch {
    /// Prices that guide it.
    pub prices: Prices,
    kept: Mutex<Option<Kept>>,
}

/// What a run leaves to the next one.
#[derive(Debug)]
struct Kept {
    /// The plan of this attempt.
    plan: Option<Assigned>,
    sizes: Sizes,
    /// The cheapest plan of all attempts.
    best: Option<Assigned>,
    /// Work of this attempt, and when it last found something better.
    work: u64,
    work_at_best: u64,
    /// Work without anything better, beyond what it took to come so far, that ends an attempt.
    patience: u64,
}

impl Kept {
    fn new(index: &Index) -> Self {
        let (sites, customers) = (index.sites(), index.customers());
        let sizes = Sizes::new(sites, customers);
        let states = sizes.whole().width * sites * customers;
        let patience = FIRST_PATIENCE * (states as u64 / STATES_PER_WORK + 1);
        Self { plan: None, sizes, best: None, work: 0, work_at_best: 0, patience }
    }

    /// Notes a plan that is cheaper than the one at hand.
    fn improve(&mut self, plan: Assigned) {
        if plan.cost < cost(&self.best) {
            self.best = Some(plan.clone());
        }
        self.plan = Some(plan);
        self.work_at_best = self.work;
    }

    /// Whether this attempt has had its time. Without any plan there is no other one to begin.
    fn is_stale(&self) -> bool {
        self.best.is_some() && self.work > 2 * self.work_at_best + self.patience
    }

    /// Begins anew: from nothing, or from the best plan where that led to none.
    fn restart(&mut self, index: &Index) {
        let best = self.best.take();
        let plan = if self.plan.is_some() { None } else { best.clone() };
        let patience = self.patience + self.patience / MORE_PATIENCE;
        *self = Self { plan, best, patience, ..Self::new(index) };
    }
}

fn cost(plan: &Option<Assigned>) -> i64 {
    plan.as_ref().map_or(i64::MAX, |plan| plan.cost)
}

impl BeamSearch {
    /// A search guided by prices that become known later.
    #[must_use]
    pub fn guided(prices: Prices) -> Self {
        Self { prices, kept: Mutex::default() }
    }

    /// Whether an instance is one for this method: customers are served whole, nothing but
    /// capacities ties them together, and knapsacks are small enough for tables.
    #[must_use]
    pub fn suits(instance: &Instance) -> bool {
        let index = Index::new(instance);
        let widths = || (0..index.sites()).map(|site| i128::from(index.capacity(site)) + 1);
        let costs = || (0..index.customers()).map(|customer| dearest(&index, customer));
        instance.service == Service::Whole
            && (1..=MOST_CUSTOMERS).contains(&index.customers())
            && !index.has_conflicts()
            && !index.opening_matters()
            && Exactness::of(&index) == Exactness::Tabled
            && widths().sum::<i128>() * index.customers() as i128 <= MOST_CELLS
            && costs().map(i128::from).sum::<i128>() <= MOST_COST
    }
}

fn dearest(index: &Index, customer: usize) -> i64 {
    (0..index.sites()).map(|site| index.whole_cost(customer, site)).max().unwrap_or(0)
}

/// Customers beyond which a few beams take all the time there is.
const MOST_CUSTOMERS: usize = 2_000;
/// Cells of tables if every customer pays every site more than it costs; few do.
const MOST_CELLS: i128 = 1 << 27;
/// One neighbourhood in so many may keep a plan that costs the same.
const TIES: u32 = 3;
/// How patient the first attempt is, in narrow beams over all sites at their largest, and by which
/// part each is more patient than the last.
const FIRST_PATIENCE: u64 = 6;
const MORE_PATIENCE: u64 = 8;
/// Neighbourhoods without a limit, per customer.
const NEIGHBOURHOODS: u64 = 20;
/// What is added to the loss of every site, as a part of the mean, so that all are drawn.
const LEAST_LOSS: f64 = 0.2;
/// By what part the weights of customers in the order of turns vary.
const SHUFFLE: f64 = 0.3;
/// Cells filled, and states looked at, in a unit of work.
const CELLS_PER_WORK: u64 = 1_500;
const STATES_PER_WORK: u64 = 15;

impl Method<SiteAssignment> for BeamSearch {
    fn name(&self) -> &'static str {
        "beam-search"
    }

    fn symbol(&self) -> char {
        'K'
    }

    fn applies(&self, instance: &Instance) -> bool {
        Self::suits(instance)
    }

    fn run(&self, context: &Context<'_, SiteAssignment>) -> Result<(), EngineError> {
        if !Self::suits(context.instance) {
            context.note("not generalised assignment, or too large");
            return Ok(());
        }
        let index = Index::new(context.instance);
        let table = Table::new(&index);
        let prices = TablePrices::new(&table, self.multipliers(&index));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get_or_insert_with(|| Kept::new(&index));
        if let Some((incumbent, _)) = context.best() {
            let incumbent = Assigned::of_plan(&table, &incumbent);
            if incumbent.cost < cost(&kept.best) {
                kept.improve(incumbent);
            }
        }
        Search::new(context, &table, &prices).run(&index, kept)
    }
}

impl BeamSearch {
    /// Prices of whole customers, in the unit of costs.
    fn multipliers(&self, index: &Index) -> Vec<f64> {
        match self.prices.known() {
            Some(pricing) => multipliers(index, &pricing),
            None => second_cheapest(index),
        }
    }
}

/// One run.
struct Search<'a> {
    context: &'a Context<'a, SiteAssignment>,
    table: &'a Table,
    prices: &'a TablePrices,
    knapsacks: Knapsacks,
    /// What every site gains at most at these prices, times `2^shift`.
    gains: Vec<i64>,
    random: Xoshiro256PlusPlus,
}

impl<'a> Search<'a> {
    fn new(
        context: &'a Context<'a, SiteAssignment>,
        table: &'a Table,
        prices: &'a TablePrices,
    ) -> Self {
        let mut knapsacks = Knapsacks::default();
        prices.fill(&mut knapsacks, table, &everything(table));
        context.budget.spend(knapsacks.size() as u64 / CELLS_PER_WORK + 1);
        let gain = |site: usize| knapsacks.gain(0, site, knapsacks.rooms[site]);
        let gains = (0..table.sites).map(gain).collect();
        Self { context, table, prices, knapsacks, gains, random: context.seed.generator() }
    }

    fn run(&mut self, index: &Index, kept: &mut Kept) -> Result<(), EngineError> {
        let budget = self.context.budget;
        let limited = budget.time_left().is_some() || budget.work_left().is_some();
        let most = if limited { u64::MAX } else { NEIGHBOURHOODS * index.customers() as u64 };
        for _ in 0..most {
            if self.context.should_stop() {
                break;
            }
            let whole = kept.sizes.whole();
            let next = if kept.plan.is_some() { kept.sizes.next() } else { Some(whole) };
            let Some(size) = next else { break };
            let fate = self.visit(size, kept);
            if let (Fate::Better, Some(plan)) = (fate, &kept.plan)
                && plan.cost == cost(&kept.best)
            {
                self.context.offer(plan.to_plan(index), "beam");
            }
            if fate == Fate::Barren && size.sites == whole.sites {
                return self.claim(kept.plan.as_ref());
            }
            if kept.is_stale() {
                kept.restart(index);
            }
        }
        Ok(())
    }

    /// Searches a neighbourhood of the plan at hand and keeps what it finds.
    fn visit(&mut self, size: Size, kept: &mut Kept) -> Fate {
        let mut free = match &kept.plan {
            Some(plan) if size.sites < self.table.sites => self.draw(plan, size.sites),
            _ => everything(self.table),
        };
        self.shuffle(&mut free);
        let cost = |&customer: &usize| match &kept.plan {
            Some(plan) => self.table.pair(customer, plan.site(customer)).cost,
            None => self.table.dearest(customer) + 1,
        };
        let before: i64 = free.customers.iter().map(cost).sum();
        let tie = self.random.random_range(0..TIES) == 0;
        let most = if tie { before } else { before - 1 };
        let cells = self.prices.improve(&mut self.knapsacks, self.table, &free, most);
        let mut work = cells / CELLS_PER_WORK + 1;
        let (mut fate, mut next) = (Fate::Barren, None);
        if self.knapsacks.bound() <= most << self.knapsacks.shift {
            let beam = Beam { width: size.width, most };
            let stop = || self.context.should_stop();
            let found = beam::search(self.table, &free, &self.knapsacks, beam, stop);
            work += found.states / STATES_PER_WORK;
            fate = match &found.plan {
                Some((cost, _)) if *cost < before => Fate::Better,
                _ if found.complete => Fate::Barren,
                _ => Fate::Unknown,
            };
            next = found.plan.map(|(_, sites)| self.changed(kept.plan.take(), &free, sites));
        }
        self.context.budget.spend(work);
        kept.work += work;
        kept.sizes.learn(size, work, fate);
        match next {
            Some(plan) if fate == Fate::Better => kept.improve(plan),
            Some(plan) => kept.plan = Some(plan),
            None => {}
        }
        fate
    }

    /// A plan with other sites for some customers, or for all.
    fn changed(&self, plan: Option<Assigned>, free: &Neighbourhood, sites: Vec<usize>) -> Assigned {
        let mut all = plan.map_or_else(|| vec![0; self.table.customers()], |plan| plan.sites);
        for (&customer, site) in free.customers.iter().zip(sites) {
            all[customer] = site as u32;
        }
        Assigned::at(self.table, all)
    }

    /// Sites, drawn by what the plan loses there against the bound (P. Efraimidis, P. Spirakis,
    /// *Weighted random sampling with a reservoir*, Inf. Process. Lett. 97, 2006), and whom they
    /// serve. O(customers + sites · log sites).
    fn draw(&mut self, plan: &Assigned, number: usize) -> Neighbourhood {
        let mut losses: Vec<f64> = self.gains.iter().map(|&gain| gain as f64).collect();
        let unit = f64::from(1 << self.prices.shift);
        for (customer, price) in self.prices.prices.iter().enumerate() {
            let site = plan.site(customer);
            losses[site] -= (price - self.table.pair(customer, site).cost as f64) * unit;
        }
        let least = LEAST_LOSS * losses.iter().sum::<f64>() / losses.len() as f64;
        let mut key =
            |loss: f64| self.random.random::<f64>().ln() / (loss.max(0.0) + least.max(1.0));
        let mut sites: Vec<(f64, usize)> =
            losses.iter().enumerate().map(|(site, &loss)| (key(loss), site)).collect();
        sites.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let sites: Vec<usize> = sites.iter().take(number).map(|&(_, site)| site).collect();
        let served = |&customer: &usize| sites.contains(&plan.site(customer));
        let customers = (0..self.table.customers()).filter(served).collect();
        Neighbourhood { sites, customers }
    }

    /// An order of turns: those who take much first, or last, or any.
    fn shuffle(&mut self, free: &mut Neighbourhood) {
        let sign = f64::from(self.random.random_range(-1..=1));
        let mut key = |customer: usize| {
            let demands = free.sites.iter().map(|&site| self.table.pair(customer, site).demand);
            let much = (demands.sum::<i64>() + 1) as f64;
            much.powf(sign) * self.random.random_range(1.0 - SHUFFLE..1.0 + SHUFFLE)
        };
        let mut keyed: Vec<(f64, usize)> =
            free.customers.iter().map(|&customer| (key(customer), customer)).collect();
        keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        free.customers = keyed.into_iter().map(|(_, customer)| customer).collect();
    }

    /// Nothing is better than this plan: the whole instance was searched.
    fn claim(&self, plan: Option<&Assigned>) -> Result<(), EngineError> {
        let claim = match plan {
            Some(plan) => Claim::AtLeast(Objective::single(i128::from(plan.cost))),
            None => Claim::Infeasible,
        };
        let proof = Proof::SolverClaim { solver: SOLVER.to_owned() };
        self.context.raise(Certificate { claim, proof }, "nothing better is in the whole beam")
    }
}

/// Who claims what a complete beam proves.
const SOLVER: &str = concat!("placewright beam-search ", env!("CARGO_PKG_VERSION"));

fn everything(table: &Table) -> Neighbourhood {
    Neighbourhood { sites: (0..table.sites).collect(), customers: (0..table.customers()).collect() }
}
