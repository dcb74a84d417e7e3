//! From a menu to a feasible plan: prices that make the ladders keep the failure budget and fit
//! on the nodes, then exchanges that use up what the prices left over.
//!
//! Raising the price of failures makes ladders fail less, raising the price of memory makes first
//! attempts smaller; both are found by bisection (the budget is the multiple-choice knapsack of
//! Sinha and Zoltners 1979, whose Lagrangian solution is off by less than one type's step). The
//! ladders met on the way form a pool; where the types are few it also gets the ladders between
//! the prices, and the failure budget is then kept exactly by a knapsack. Moves of one type, then
//! of two, take the cheapest member that keeps everything feasible. Guarantee: none.

use std::collections::HashSet;

use placewright_solver::budget::Budget;
use rayon::prelude::*;

use super::failure_knapsack::{Member, select};
use super::instance::Instance;
use super::ladder::own_rungs;
use super::packing::pack;
use super::pareto::{Criteria, undominated};
use super::plan::{Placement, Plan};
use super::prepared::Prepared;
use super::priced::{Choice, Prices, SHIFT, menu_rungs, priced_choices};

/// Completes a menu (or, without one, the types' own sizes) to a feasible plan.
pub struct Completion<'a> {
    instance: &'a Instance,
    prepared: &'a Prepared,
    menu_mib: Option<&'a [u64]>,
    budget: &'a Budget,
    /// Per type, the distinct ladders met so far.
    pool: Vec<Vec<Choice>>,
}

/// Picks ladders within the failure budget at a price of memory.
type Choose<'a> = fn(&mut Completion<'a>, i128) -> Option<(Vec<Choice>, Prices)>;

/// A feasible choice for every type.
#[derive(Clone)]
struct Complete {
    choices: Vec<Choice>,
    /// Failed attempts of all choices together.
    failures: i64,
    placements: Vec<Placement>,
    prices: Prices,
}

impl Complete {
    fn new(choices: Vec<Choice>, placements: Vec<Placement>, prices: Prices) -> Self {
        let failures = choices.iter().map(|choice| choice.failures).sum();
        Self { choices, failures, placements, prices }
    }

    fn cost(&self) -> i128 {
        self.choices.iter().map(|choice| choice.cost).sum()
    }
}

impl<'a> Completion<'a> {
    /// Prepares a completion.
    #[must_use]
    pub fn new(
        instance: &'a Instance,
        prepared: &'a Prepared,
        menu_mib: Option<&'a [u64]>,
        budget: &'a Budget,
    ) -> Self {
        let pool = vec![Vec::new(); instance.types.len()];
        Self { instance, prepared, menu_mib, budget, pool }
    }

    /// The best feasible plan this heuristic finds and the prices that made it feasible, or `None`.
    #[must_use]
    pub fn run(mut self) -> Option<(Plan, Prices)> {
        let priced = self.with_memory_price(Self::with_failure_price);
        let complete = if self.is_coupled() && self.instance.types.len() <= LARGEST_FOR_PAIRS {
            self.add_undominated();
            let prices = priced.as_ref().map(|complete| complete.prices);
            let exact = self.with_memory_price(Self::with_failure_knapsack);
            let exact = exact
                .map(|complete| Complete { prices: prices.unwrap_or(complete.prices), ..complete });
            let cheapest = priced.into_iter().chain(exact).min_by_key(Complete::cost);
            // A menu is one of many to complete; what fits no node is left to the others.
            let squeezed =
                if self.menu_mib.is_none() || cheapest.is_none() { self.squeeze() } else { None };
            cheapest.into_iter().chain(squeezed).min_by_key(Complete::cost)?
        } else {
            priced?
        };
        let complete = self.exchange(complete);
        let ladders = complete.choices.into_iter().map(|choice| choice.ladder).collect();
        Some((Plan { ladders, placements: complete.placements }, complete.prices))
    }

    fn is_coupled(&self) -> bool {
        self.instance.max_failures.is_some() || !self.instance.nodes.is_empty()
    }

    /// The smallest price of memory at which the first attempts fit on the nodes; `choose` picks
    /// ladders within the failure budget at a price.
    fn with_memory_price(&mut self, choose: Choose<'a>) -> Option<Complete> {
        let free = choose(self, 0)?;
        if let Some(complete) = self.place(free) {
            return Some(complete);
        }
        let mut high = 1 << SHIFT;
        let mut best = loop {
            if let Some(complete) = choose(self, high).and_then(|c| self.place(c)) {
                break complete;
            }
            high = high.checked_mul(16).filter(|&high| high < LARGEST_PRICE)?;
            if self.budget.stop().is_some() {
                return None;
            }
        };
        let mut low = high / 16;
        while low + low / 64 + 1 < high && self.budget.stop().is_none() {
            let middle = low + (high - low) / 2;
            match choose(self, middle).and_then(|choices| self.place(choices)) {
                Some(complete) => (best, high) = (complete, middle),
                None => low = middle,
            }
        }
        Some(best)
    }

    /// At a price of memory, the cheapest members of the pool within the failure budget.
    fn with_failure_knapsack(&mut self, memory: i128) -> Option<(Vec<Choice>, Prices)> {
        let prices = Prices { failure: 0, memory };
        let types = self.pool.iter().zip(&self.instance.types);
        let members = types.map(|(pool, task_type)| {
            let slot_price = memory * i128::from(task_type.slots);
            let member = |choice: &Choice| Member {
                failures: choice.failures as u64,
                cost: (choice.cost << SHIFT) + slot_price * i128::from(choice.first_mib()),
            };
            pool.iter().map(member).collect()
        });
        let members: Vec<Vec<Member>> = members.collect();
        let (selection, cells) = select(&members, self.instance.max_failures);
        self.budget.spend(cells / 500 + 1);
        let choices = self.pool.iter().zip(selection?);
        let choices = choices.map(|(pool, member)| pool[member].clone()).collect();
        Some((choices, prices))
    }

    /// From the cheapest ladders within the failure budget, whether they fit on the nodes or not,
    /// the moves of one type that take most off the overflow for what they cost. Prices treat
    /// all types alike; often one of them is what does not fit.
    fn squeeze(&mut self) -> Option<Complete> {
        let members: usize = self.pool.iter().map(Vec::len).sum();
        if self.instance.nodes.is_empty() || members > MOST_SQUEEZED {
            return None;
        }
        let (mut choices, prices) = self.with_failure_knapsack(0)?;
        let mut overflow = match self.pack(&choices) {
            Ok(placements) => return Some(Complete::new(choices, placements, prices)),
            Err(overflow) => overflow,
        };
        loop {
            let mut best: Option<(f64, f64, usize, usize)> = None;
            for (t, member) in self.members_within_failures(&choices) {
                if self.budget.stop().is_some() {
                    return None;
                }
                let choice = self.pool[t][member].clone();
                let dearer = (choice.cost - choices[t].cost).max(1) as f64;
                let before = std::mem::replace(&mut choices[t], choice);
                let left_over = self.pack(&choices).err().unwrap_or(0.0);
                choices[t] = before;
                let rate = (overflow - left_over) / dearer;
                if left_over < overflow && best.is_none_or(|best| rate > best.0) {
                    best = Some((rate, left_over, t, member));
                }
            }
            let (_, left_over, t, member) = best?;
            choices[t] = self.pool[t][member].clone();
            overflow = left_over;
            if overflow == 0.0 {
                let placements = self.pack(&choices).ok()?;
                return Some(Complete::new(choices, placements, prices));
            }
        }
    }

    /// Every member of the pool that one type could take.
    fn members_within_failures(&self, choices: &[Choice]) -> Vec<(usize, usize)> {
        let failures: i64 = choices.iter().map(|choice| choice.failures).sum();
        let within = |t: usize, choice: &Choice| {
            let changed = failures - choices[t].failures + choice.failures;
            self.instance.max_failures.is_none_or(|most| changed as u64 <= most)
        };
        let mut members = Vec::new();
        for (t, pool) in self.pool.iter().enumerate() {
            let all = pool.iter().enumerate();
            members.extend(all.filter(|(_, c)| within(t, c)).map(|(member, _)| (t, member)));
        }
        members
    }

    /// Adds to the pool the ladders that no price finds.
    fn add_undominated(&mut self) {
        let criteria = Criteria {
            failures: self.instance.max_failures.is_some(),
            first_attempt: !self.instance.nodes.is_empty(),
        };
        let (instance, prepared, menu_mib) = (self.instance, self.prepared, self.menu_mib);
        let found: Vec<Vec<Choice>> = self
            .pool
            .par_iter()
            .zip(&prepared.profiles)
            .map(|(pool, profile)| {
                let rungs =
                    menu_mib.map_or_else(|| own_rungs(profile), |menu| menu_rungs(profile, menu));
                let preferred: HashSet<u64> =
                    pool.iter().flat_map(|choice| &choice.ladder.0).copied().collect();
                let preferred = |size_mib: u64| preferred.contains(&size_mib);
                undominated(instance, profile, &rungs, preferred, criteria)
            })
            .collect();
        for (pool, found) in self.pool.iter_mut().zip(found) {
            self.budget.spend(found.len() as u64 / 4 + 1);
            let known: HashSet<Choice> = pool.iter().cloned().collect();
            pool.extend(found.into_iter().filter(|choice| !known.contains(choice)));
        }
    }

    /// At a price of memory, the smallest price of failures that keeps the failure budget.
    fn with_failure_price(&mut self, memory: i128) -> Option<(Vec<Choice>, Prices)> {
        let mut prices = Prices { failure: 0, memory };
        let free = self.choices(prices)?;
        if self.within_failures(&free) {
            return Some((free, prices));
        }
        let mut high = 1 << SHIFT;
        let mut best = loop {
            let choices = self.choices(Prices { failure: high, memory })?;
            if self.within_failures(&choices) {
                break choices;
            }
            high = high.checked_mul(256).filter(|&high| high < LARGEST_PRICE)?;
        };
        let mut low = high / 256;
        while low + low / 1024 + 1 < high && self.budget.stop().is_none() {
            let middle = low + (high - low) / 2;
            let choices = self.choices(Prices { failure: middle, memory })?;
            if self.within_failures(&choices) {
                (best, high) = (choices, middle);
            } else {
                low = middle;
            }
        }
        prices.failure = high;
        Some((best, prices))
    }

    fn choices(&mut self, prices: Prices) -> Option<Vec<Choice>> {
        let choices = priced_choices(self.instance, self.prepared, self.menu_mib, prices)?;
        self.budget.spend(work_of_pricing(self.prepared, self.menu_mib));
        for (pool, choice) in self.pool.iter_mut().zip(&choices) {
            if !pool.contains(choice) {
                pool.push(choice.clone());
            }
        }
        Some(choices)
    }

    fn within_failures(&self, choices: &[Choice]) -> bool {
        let failures: i64 = choices.iter().map(|choice| choice.failures).sum();
        self.instance.max_failures.is_none_or(|budget| failures as u64 <= budget)
    }

    fn place(&self, (choices, prices): (Vec<Choice>, Prices)) -> Option<Complete> {
        let placements = self.pack(&choices).ok()?;
        Some(Complete::new(choices, placements, prices))
    }

    fn pack(&self, choices: &[Choice]) -> Result<Vec<Placement>, f64> {
        if self.instance.nodes.is_empty() {
            return Ok(Vec::new());
        }
        self.budget.spend(choices.len() as u64 / 10 + 1);
        let first_mib: Vec<u64> = choices.iter().map(Choice::first_mib).collect();
        pack(self.instance, &first_mib)
    }

    /// Passes of moves of one type, and when they end, a move of two, until nothing improves.
    fn exchange(&self, mut complete: Complete) -> Complete {
        while self.is_coupled() && self.budget.stop().is_none() {
            let moves = self.single_moves(&complete);
            if !self.single_pass(&mut complete, &moves) {
                match self.pair_move(&complete, &moves) {
                    Some(better) => complete = better,
                    None => break,
                }
            }
        }
        complete
    }

    /// Makes every move that is still possible, the largest saving first, one per type.
    fn single_pass(&self, complete: &mut Complete, moves: &[(usize, usize)]) -> bool {
        let mut moved = HashSet::new();
        for &(t, member) in moves {
            if self.budget.stop().is_some() {
                break;
            }
            if !moved.contains(&t) && self.try_moves(complete, &[(t, member)]) {
                moved.insert(t);
            }
        }
        !moved.is_empty()
    }

    /// Cheaper members of the pool, best saving first: `(type, member)`.
    fn single_moves(&self, complete: &Complete) -> Vec<(usize, usize)> {
        let mut moves: Vec<(i128, usize, usize)> = Vec::new();
        for (t, pool) in self.pool.iter().enumerate() {
            let current = complete.choices[t].cost;
            let cheaper = pool.iter().enumerate().filter(|(_, choice)| choice.cost < current);
            moves.extend(cheaper.map(|(member, choice)| (choice.cost - current, t, member)));
        }
        moves.sort_unstable();
        self.budget.spend(moves.len() as u64 / 100 + 1);
        moves.into_iter().map(|(_, t, member)| (t, member)).collect()
    }

    /// Two types at once: one becomes cheaper than the other becomes dearer.
    fn pair_move(&self, complete: &Complete, cheaper: &[(usize, usize)]) -> Option<Complete> {
        let all = |t: usize| (0..self.pool[t].len()).map(move |member| (t, member));
        let change =
            |(t, member): (usize, usize)| self.pool[t][member].cost - complete.choices[t].cost;
        let mut dearer: Vec<(usize, usize)> = (0..self.pool.len()).flat_map(all).collect();
        dearer.retain(|&mv| change(mv) >= 0);
        dearer.sort_by_key(|&mv| change(mv));
        if self.pool.len() > LARGEST_FOR_PAIRS {
            return None;
        }
        let mut better = complete.clone();
        for &cheap in cheaper.iter().take(PAIRS) {
            for &dear in dearer.iter().take(PAIRS) {
                if change(cheap) + change(dear) >= 0 || self.budget.stop().is_some() {
                    break;
                }
                if cheap.0 != dear.0 && self.try_moves(&mut better, &[cheap, dear]) {
                    return Some(better);
                }
            }
        }
        None
    }

    /// Makes the moves if they keep the failure budget and fit on the nodes.
    fn try_moves(&self, complete: &mut Complete, moves: &[(usize, usize)]) -> bool {
        self.budget.spend(1 + self.instance.nodes.len() as u64);
        let change = |&(t, member): &(usize, usize)| {
            self.pool[t][member].failures - complete.choices[t].failures
        };
        let failures = complete.failures + moves.iter().map(change).sum::<i64>();
        if self.instance.max_failures.is_some_and(|budget| failures as u64 > budget) {
            return false;
        }
        let before: Vec<(usize, Choice)> =
            moves.iter().map(|&(t, _)| (t, complete.choices[t].clone())).collect();
        for &(t, member) in moves {
            complete.choices[t] = self.pool[t][member].clone();
        }
        let placements = self.pack(&complete.choices);
        let possible = placements.is_ok();
        match placements {
            Ok(placements) => (complete.placements, complete.failures) = (placements, failures),
            Err(_) => before.into_iter().for_each(|(t, choice)| complete.choices[t] = choice),
        }
        possible
    }
}

/// Beyond this no price is tried: times 2^52 MiB-slots or 2^40 failures it still fits 127 bits.
const LARGEST_PRICE: i128 = 1 << 70;
/// Beyond this many types, what prices leave over is not worth looking for.
const LARGEST_FOR_PAIRS: usize = 300;
/// Beyond this many ladders, packing after each move of one takes too long.
const MOST_SQUEEZED: usize = 2_000;
/// How many members of either side a pair move looks at.
const PAIRS: usize = 200;

/// Work units of pricing all types once: about a hundred candidates a microsecond.
fn work_of_pricing(prepared: &Prepared, menu_mib: Option<&[u64]>) -> u64 {
    let candidates = |levels: usize| menu_mib.map_or(levels, |menu| menu.len());
    let cells: usize =
        prepared.profiles.iter().map(|p| candidates(p.levels()) * p.max_attempts).sum();
    cells as u64 / 30 + 1
}
