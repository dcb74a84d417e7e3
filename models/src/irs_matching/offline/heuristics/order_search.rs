//! The default heuristic: the exact program of an order as a move evaluator.
//!
//! Starts from the best of some orders (mean busy times, shortest demand, shortest time alone,
//! scarcity, or what the caller knows), priced by the exact program of each ([`OrderPrices`]). Then jobs are moved to other
//! places of the order, nearest places first, and every improvement is kept; a candidate's program
//! is abandoned as soon as its bound reaches the incumbent, which most do after a few pivots. Moves
//! that the exchange argument rules out are skipped. The result is rounded to whole milliseconds.
//!
//! **Complexity.** At most `programs` linear programs; O(n²) of them for a local optimum.
//! **Guarantee.** No worse than the order program of the starts, if there is time for it.

use placewright_solver::budget::Budget;

use crate::irs_matching::offline::fluid::{Fluid, FluidSchedule};
use crate::irs_matching::offline::order_lp::{Completions, ExactError, OrderPrices};
use crate::irs_matching::offline::precedence::Precedence;
use crate::irs_matching::offline::rounding::round_up;

use super::lp_order::lp_order;
use super::scarcity::scarcity_order;
use super::srsf::shortest_order;

/// How much the search may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderSearch {
    /// Programs solved or abandoned, at most.
    pub programs: usize,
    /// How far a job is moved, at most.
    pub farthest: usize,
}

impl OrderSearch {
    /// A second or so: to a local optimum up to 20 jobs, and at least the starting orders beyond.
    #[must_use]
    pub fn for_jobs(jobs: usize) -> Self {
        Self { programs: 200_000 / (jobs * jobs).max(100), farthest: 4 }
    }
}

/// What the search found.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchedOrder {
    /// The order of completions.
    pub order: Vec<usize>,
    /// Completion times in continuous time.
    pub completions: Completions,
    /// Programs spent.
    pub programs: usize,
}

/// Orders to start from, without repetition: mean busy times, and [`simple_orders`].
#[must_use]
pub fn starting_orders(fluid: &Fluid) -> Vec<Vec<usize>> {
    let mut starts: Vec<Vec<usize>> = lp_order(fluid).into_iter().collect();
    starts.extend(simple_orders(fluid));
    without_repetition(starts)
}

/// Orders that cost nothing: shortest demand, shortest time alone, scarcity.
#[must_use]
pub fn simple_orders(fluid: &Fluid) -> Vec<Vec<usize>> {
    let mut alone: Vec<usize> = (0..fluid.jobs.len()).collect();
    let time = |job: usize| {
        let data = &fluid.jobs[job];
        let work = data.demand_micro as f64 / fluid.own_rate_micro_per_s(job) as f64;
        data.release_ms as f64 + 1000.0 * work / data.weight.max(1) as f64
    };
    alone.sort_by(|&a, &b| time(a).total_cmp(&time(b)));
    without_repetition(vec![shortest_order(fluid), alone, scarcity_order(fluid)])
}

fn without_repetition(orders: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut kept: Vec<Vec<usize>> = Vec::new();
    for order in orders {
        if !kept.contains(&order) {
            kept.push(order);
        }
    }
    kept
}

/// Searches for a good order of a fluid, from the best of some orders, until it is locally optimal
/// or the budget ends.
///
/// # Errors
/// [`ExactError`].
pub fn search_order(
    fluid: &Fluid,
    starts: &[Vec<usize>],
    settings: OrderSearch,
    budget: &Budget,
) -> Result<SearchedOrder, ExactError> {
    let prices = OrderPrices::new(fluid)?;
    let mut best: Option<SearchedOrder> = None;
    let mut programs = 0;
    for order in starts {
        programs += 1;
        let cutoff = best.as_ref().map_or(f64::INFINITY, |best| best.completions.weighted_ms);
        match prices.best_below(order, cutoff, budget) {
            // Completion times may tie in another order than the one asked for.
            Ok(Some(completions)) => {
                best = Some(SearchedOrder { order: order.clone(), completions, programs });
            }
            Ok(None) => {}
            Err(ExactError::Stopped) => break,
            Err(error) => return Err(error),
        }
    }
    let best = best.ok_or(ExactError::Stopped)?;
    let (settled, _) = Precedence::by_exchange(fluid);
    let mut search = Search { prices: &prices, settled: &settled, best, settings, budget };
    search.best.programs = programs;
    match search.run() {
        Ok(()) | Err(ExactError::Stopped) => Ok(search.best),
        Err(error) => Err(error),
    }
}

/// [`search_order`] and a schedule in integers.
///
/// # Errors
/// [`ExactError`].
pub fn order_search_schedule(
    fluid: &Fluid,
    starts: &[Vec<usize>],
    settings: OrderSearch,
    budget: &Budget,
) -> Result<FluidSchedule, ExactError> {
    round_up(fluid, &search_order(fluid, starts, settings, budget)?.completions)
}

struct Search<'a> {
    prices: &'a OrderPrices,
    settled: &'a Precedence,
    best: SearchedOrder,
    settings: OrderSearch,
    budget: &'a Budget,
}

impl Search<'_> {
    /// Moves until a whole round brings nothing.
    fn run(&mut self) -> Result<(), ExactError> {
        let jobs = self.best.order.len();
        for distance in 1..=self.settings.farthest.min(jobs.saturating_sub(1)) {
            let mut from = 0;
            let mut improved = false;
            while from < jobs {
                let later = from + distance < jobs && self.try_move(from, from + distance)?;
                // Moving by one place back is the neighbour's move by one place on.
                let earlier = !later
                    && distance > 1
                    && from >= distance
                    && self.try_move(from, from - distance)?;
                improved |= later || earlier;
                from += 1;
                if self.best.programs >= self.settings.programs {
                    return Ok(());
                }
            }
            if improved {
                return self.run();
            }
        }
        Ok(())
    }

    fn try_move(&mut self, from: usize, to: usize) -> Result<bool, ExactError> {
        let order = &self.best.order;
        let job = order[from];
        let passed = if from < to { &order[from + 1..=to] } else { &order[to..from] };
        let forbidden = |&other: &usize| {
            if from < to { self.settled.holds(job, other) } else { self.settled.holds(other, job) }
        };
        if passed.iter().any(forbidden) {
            return Ok(false);
        }
        let mut order = order.clone();
        order.remove(from);
        order.insert(to, job);
        self.best.programs += 1;
        let cutoff = self.best.completions.weighted_ms * (1.0 - 1e-9);
        let found = self.prices.best_below(&order, cutoff, self.budget)?;
        let improved = found.is_some();
        if let Some(completions) = found {
            (self.best.order, self.best.completions) = (order, completions);
        }
        Ok(improved)
    }
}
