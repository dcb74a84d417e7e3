//! The bound `supply-prices`: prices on devices that make jobs keep out of each other's way.
//!
//! The bound of given prices is that of `supply_prices`. It is concave in the prices, and a price
//! should rise where jobs together want more than there is. The volume algorithm goes that way:
//! steps from the best prices so far, along the excess of a moving average of what jobs take, with
//! lengths after Polyak towards the cost of the best plan. The average approaches an optimum of the
//! relaxation, so the average completions also suggest an order of the jobs, which is served as a
//! list.
//!
//! **Reference.** F. Barahona, R. Anbil, *The volume algorithm: producing primal solutions with a
//! subgradient method*, Mathematical Programming 87 (2000) 385–399. **Complexity.** One choice per
//! job and step, see `priced_choice`. **Guarantee.** Any prices prove what they prove.

use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::instance::{Instance, JobId, Supply};
use super::list_scheduling::{self, offer_list};
use super::mean_busy::FoundPrices;
use super::price_grid::{of_mean_busy, starts_ms, suggested};
use super::priced_choice::{PricedSupply, TooLarge};
use super::problem::IrsMatching;
use super::supply_prices::{MOST_SHIFT, SUPPLY_PRICES, SupplyPrices, whole_ms};

/// Steps at most.
const MOST_STEPS: usize = 500;
/// So many steps without a gain of [`WORTH_WHILE`] end the search.
const PATIENCE: usize = 60;
/// Relative gain that counts.
const WORTH_WHILE: f64 = 1e-5;
/// Weight of the newest step in the average.
const NEWEST: f64 = 0.1;
/// Steps without any gain after which steps become shorter.
const SHORTER_AFTER: usize = 8;

/// The bound `supply-prices`.
#[derive(Clone, Debug, Default)]
pub struct PriceSearch {
    /// Prices to begin with.
    pub found: FoundPrices,
}

impl Method<IrsMatching> for PriceSearch {
    fn name(&self) -> &'static str {
        "supply-prices"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, IrsMatching>) -> Result<(), EngineError> {
        let instance = context.instance;
        let best = context.best();
        let plan = best.as_ref().map(|(plan, _)| plan);
        let starts_ms = starts_ms(instance, plan);
        let mut starts = Vec::new();
        starts.extend(self.found.take().map(|found| of_mean_busy(instance, &found, &starts_ms)));
        starts.extend(plan.map(|plan| suggested(instance, plan, &starts_ms)));
        if starts.is_empty() {
            starts.push(vec![vec![0.0; starts_ms.len()]; instance.classes.len()]);
        }
        let target = best.as_ref().map(|(_, cost)| cost.first() as f64);
        let supply = PricedSupply::new(instance, &starts_ms);
        let mut search = Search::new(context, &supply, starts_ms, target);
        match search.run(starts) {
            Ok(()) => {}
            Err(TooLarge) => context.note("no supply prices: the numbers are too large"),
        }
        let Some((value, prices)) = search.best else { return Ok(()) };
        let claim = Claim::AtLeast(Objective::single(value));
        let proof =
            Proof::Combinatorial { rule: SUPPLY_PRICES.to_owned(), witness: prices.witness() };
        context.raise(Certificate { claim, proof }, "every job alone, at prices for devices")?;
        let mut order: Vec<JobId> = (0..instance.jobs.len() as u32).map(JobId).collect();
        let last_ms = &search.last_ms;
        order.sort_by(|a, b| last_ms[a.index()].total_cmp(&last_ms[b.index()]));
        context.budget.spend(list_scheduling::work(instance));
        offer_list(context, &order, "in the order of completion at prices");
        Ok(())
    }
}

/// Prices, amounts and the like, class by class and cell by cell.
type Table = Vec<Vec<f64>>;

struct Search<'a, 'b> {
    context: &'a Context<'b, IrsMatching>,
    supply: &'a PricedSupply<'a>,
    starts_ms: Vec<u64>,
    target: Option<f64>,
    /// What comes, per class and cell; none in the last.
    comes: Table,
    /// Average of what jobs take.
    taken: Table,
    /// Average of when jobs have their last device.
    last_ms: Vec<f64>,
    best: Option<(i128, SupplyPrices)>,
    work: u64,
}

impl<'a, 'b> Search<'a, 'b> {
    fn new(
        context: &'a Context<'b, IrsMatching>,
        supply: &'a PricedSupply<'a>,
        starts_ms: Vec<u64>,
        target: Option<f64>,
    ) -> Self {
        let own = |class: usize| {
            let pairs = starts_ms.windows(2);
            let amount = |pair: &[u64]| supply.curves.between(class, pair[0], pair[1]) as f64;
            pairs.map(amount).chain([0.0]).collect()
        };
        let comes: Table = (0..context.instance.classes.len()).map(own).collect();
        let taken = comes.iter().map(|own: &Vec<f64>| vec![0.0; own.len()]).collect();
        let last_ms = vec![0.0; context.instance.jobs.len()];
        let work = work(context.instance, supply);
        Self { context, supply, starts_ms, target, comes, taken, last_ms, best: None, work }
    }

    /// Goes on from the best of some prices.
    fn run(&mut self, starts: Vec<Table>) -> Result<(), TooLarge> {
        let (mut center, mut height) = (Table::new(), f64::NEG_INFINITY);
        for start in starts {
            let taken = (self.taken.clone(), self.last_ms.clone());
            let Some(value) = self.step(&start, 1.0)? else { return Ok(()) };
            if value > height {
                (center, height) = (start, value);
            } else {
                (self.taken, self.last_ms) = taken;
            }
        }
        let (mut length, mut failures, mut idle, mut reached) = (0.5, 0, 0, height);
        for _ in 0..MOST_STEPS {
            if self.context.should_stop() || self.is_proved() || idle > PATIENCE {
                break;
            }
            let Some(next) = self.moved(&center, height, length) else { break };
            let Some(value) = self.step(&next, NEWEST)? else { break };
            if value > height {
                (center, height, failures) = (next, value, 0);
                length = f64::min(length * 1.2, 2.0);
            } else {
                failures += 1;
                if failures >= SHORTER_AFTER {
                    (length, failures) = (length * 0.7, 0);
                }
            }
            idle += 1;
            if height > reached + WORTH_WHILE * reached.abs() {
                (reached, idle) = (height, 0);
            }
        }
        Ok(())
    }

    fn is_proved(&self) -> bool {
        let best = self.best.as_ref().map(|(value, _)| *value as f64);
        best.zip(self.target).is_some_and(|(best, target)| best >= target)
    }

    /// A step from prices of this height along the average excess; `None` where there is none.
    fn moved(&self, center: &Table, height: f64, length: f64) -> Option<Table> {
        let target = self.target.unwrap_or(height * 1.05).max(height * 1.0001);
        // Prices per unit of what comes: cells of any size are treated alike.
        let slope = |class: usize, cell: usize| {
            let comes = self.comes[class][cell];
            let slope = if comes > 0.0 { self.taken[class][cell] / comes - 1.0 } else { 0.0 };
            if center[class][cell] <= 0.0 { slope.max(0.0) } else { slope }
        };
        let cells = self.starts_ms.len();
        let all = || (0..center.len()).flat_map(|class| (0..cells).map(move |cell| (class, cell)));
        let norm: f64 = all().map(|(a, k)| self.comes[a][k] * slope(a, k).powi(2)).sum();
        if norm <= 0.0 {
            return None;
        }
        let factor = length * (target - height) / norm;
        let mut next = center.clone();
        for (class, cell) in all() {
            next[class][cell] = (next[class][cell] + factor * slope(class, cell)).max(0.0);
        }
        Some(next)
    }

    /// Values prices and mixes what jobs take into the average; `None` when it is time to stop.
    fn step(&mut self, prices: &Table, newest: f64) -> Result<Option<f64>, TooLarge> {
        let prices = self.whole(prices);
        let mut sum = self.supply.worth(&prices)?.checked_mul(-1000).ok_or(TooLarge)?;
        let mut taken: Table = self.taken.iter().map(|own| vec![0.0; own.len()]).collect();
        for job in 0..self.last_ms.len() {
            let id = JobId(job as u32);
            if self.context.budget.stop().is_some() {
                return Ok(None);
            }
            self.context.budget.spend(self.work);
            let choice = self.supply.choice(&prices, id)?.ok_or(TooLarge)?;
            sum = sum.checked_add(choice.value).ok_or(TooLarge)?;
            let mut take = |class: usize, cell: usize, amount: f64| taken[class][cell] += amount;
            let last_ms = self.supply.take(&prices, id, choice, &mut take);
            self.last_ms[job] += newest * (last_ms - self.last_ms[job]);
        }
        for (average, own) in self.taken.iter_mut().flatten().zip(taken.iter().flatten()) {
            *average += newest * (own - *average);
        }
        let value = whole_ms(sum, prices.shift);
        let height = sum as f64 / (1000.0 * 2.0_f64.powi(prices.shift as i32));
        if self.best.as_ref().is_none_or(|(best, _)| value > *best) {
            self.best = Some((value, prices));
        }
        Ok(Some(height))
    }

    /// Prices as integers, the dearest of about 40 bits.
    fn whole(&self, prices: &Table) -> SupplyPrices {
        let dearest = prices.iter().flatten().copied().fold(0.0, f64::max);
        let room = 40.0 - dearest.max(f64::MIN_POSITIVE).log2().ceil();
        let shift = room.clamp(0.0, f64::from(MOST_SHIFT)) as u32;
        let scale = 2.0_f64.powi(shift as i32);
        let whole = |price: &f64| (price * scale).min(2.0_f64.powi(61)) as u64;
        let own = |own: &Vec<f64>| {
            let mut whole: Vec<u64> = own.iter().map(whole).collect();
            whole.last_mut().into_iter().for_each(|last| *last = 0);
            whole
        };
        SupplyPrices {
            shift,
            starts_ms: self.starts_ms.clone(),
            prices: prices.iter().map(own).collect(),
        }
    }
}

/// Work units of one choice of the jobs on average, as measured: some 50 ns per class and cell, and
/// a few cells device by device.
fn work(instance: &Instance, supply: &PricedSupply<'_>) -> u64 {
    let (jobs, cells) = (supply.own.len().max(1), supply.cells.len());
    let pairs: usize = supply.own.iter().map(Vec::len).sum();
    let devices = match &instance.supply {
        Supply::Devices(arrivals) => 2 * arrivals.time_ms.len() / cells,
        Supply::Rates(_) => 0,
    };
    (cells * pairs / jobs / 20 + devices / 20) as u64 + 1
}
