//! Local search over the menu: which sizes the types may use.
//!
//! Given a menu every type is a tiny ladder program, so a menu's cost is exact and cheap, and the
//! search only moves sizes: one entry to a nearby or to any other size in use. It starts from the
//! ladder of all types thrown together, descends by first improvement, then kicks two entries
//! and descends again (iterated local search; Lourenço, Martin, Stützle 2003). Prices for
//! failures and memory come from completing the first menu. Guarantee: none.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use super::completion::Completion;
use super::ladder::{Scale, cheapest_ladder, own_rungs};
use super::prepared::{Prepared, Shared};
use super::priced::{Prices, SHIFT, menu_rungs};
use super::problem::MemorySizing;
use super::profile::Profile;

/// The heuristic `menu-search`.
#[derive(Clone, Debug, Default)]
pub struct MenuSearch {
    /// Prepared data, shared with the other methods.
    pub shared: Shared,
}

/// Descents without a better menu after which the search is done.
const PATIENCE: u32 = 12;
/// Sizes in use up to which a descent looks at all of them.
const FULL_NEIGHBOURHOOD: usize = 400;

impl Method<MemorySizing> for MenuSearch {
    fn name(&self) -> &'static str {
        "menu-search"
    }

    fn symbol(&self) -> char {
        'L'
    }

    fn run(&self, context: &Context<'_, MemorySizing>) -> Result<(), EngineError> {
        let Some(entries) = context.instance.max_distinct_sizes else {
            complete(context, self.shared.get(context.instance), None);
            return Ok(());
        };
        let prepared = self.shared.get(context.instance);
        let mut search = Search {
            context,
            prepared,
            entries: (entries as usize).min(prepared.sizes_mib.len()),
            prices: Prices::default(),
            generator: context.seed.generator(),
        };
        search.run();
        Ok(())
    }
}

/// Completes a menu and offers the plan; the prices that made it feasible.
fn complete(
    context: &Context<'_, MemorySizing>,
    prepared: &Prepared,
    menu_mib: Option<&[u64]>,
) -> Option<Prices> {
    let completion = Completion::new(context.instance, prepared, menu_mib, context.budget);
    let (plan, prices) = completion.run()?;
    context.offer(plan, "menu completed");
    Some(prices)
}

struct Search<'a, 'b> {
    context: &'a Context<'b, MemorySizing>,
    prepared: &'a Prepared,
    entries: usize,
    prices: Prices,
    generator: Xoshiro256PlusPlus,
}

/// Indices into the sizes in use, ascending, and the menu's priced cost.
#[derive(Clone, Debug)]
struct Menu {
    entries: Vec<usize>,
    cost: i128,
}

impl Search<'_, '_> {
    fn run(&mut self) {
        let Some(start) = self.start() else { return };
        self.prices = self.complete(&start).unwrap_or_default();
        let mut best = self.descend(self.priced(start.entries));
        self.prices = self.complete(&best).unwrap_or(self.prices);
        best = self.priced(best.entries);
        let mut failures = 0;
        while failures < PATIENCE && !self.context.should_stop() {
            let kicked = self.kick(&best);
            let candidate = self.descend(kicked);
            failures += 1;
            if candidate.cost < best.cost {
                failures = 0;
                best = candidate;
                self.complete(&best);
            }
        }
    }

    fn complete(&self, menu: &Menu) -> Option<Prices> {
        complete(self.context, self.prepared, Some(&self.sizes_mib(&menu.entries)))
    }

    fn sizes_mib(&self, entries: &[usize]) -> Vec<u64> {
        entries.iter().map(|&entry| self.prepared.sizes_mib[entry]).collect()
    }

    /// The best ladder of all types thrown together, filled up with random sizes.
    fn start(&mut self) -> Option<Menu> {
        let together = together(self.prepared, self.entries);
        let rungs = own_rungs(&together);
        let price = i128::from(self.context.instance.failure_price_mib_ms);
        let ladder = cheapest_ladder(&together, &rungs, Scale { shift: 0, failure_price: price })?;
        let mut entries: Vec<usize> = ladder.rungs.iter().map(|&rung| rung as usize).collect();
        while entries.len() < self.entries {
            let entry = self.generator.random_range(0..self.prepared.sizes_mib.len());
            if let Err(position) = entries.binary_search(&entry) {
                entries.insert(position, entry);
            }
        }
        Some(self.priced(entries))
    }

    /// Exact priced cost of a menu; `i128::MAX` when it leaves a type unserved.
    fn priced(&self, entries: Vec<usize>) -> Menu {
        let menu_mib = self.sizes_mib(&entries);
        let types = self.prepared.profiles.len();
        self.context.budget.spend((types * menu_mib.len()) as u64 / 10 + 1);
        let cost = |t: usize| self.type_cost(t, &menu_mib);
        let add = |a: Option<i128>, b: Option<i128>| Some(a? + b?);
        let total = if types < 64 {
            (0..types).map(cost).fold(Some(0), add)
        } else {
            (0..types).into_par_iter().map(cost).reduce(|| Some(0), add)
        };
        Menu { entries, cost: total.unwrap_or(i128::MAX) }
    }

    fn type_cost(&self, t: usize, menu_mib: &[u64]) -> Option<i128> {
        let profile = &self.prepared.profiles[t];
        let instance = self.context.instance;
        let slots = i128::from(instance.types[t].slots);
        let mut rungs = menu_rungs(profile, menu_mib);
        for rung in &mut rungs {
            rung.first_price = self.prices.memory * slots * i128::from(rung.size_mib);
        }
        let own = i128::from(instance.failure_price_mib_ms) << SHIFT;
        let scale = Scale { shift: SHIFT, failure_price: own + self.prices.failure };
        cheapest_ladder(profile, &rungs, scale).map(|ladder| ladder.cost)
    }

    /// First improvement until no entry can be moved for less.
    fn descend(&mut self, mut menu: Menu) -> Menu {
        let mut position = 0;
        let mut unmoved = 0;
        while unmoved < menu.entries.len() && !self.context.should_stop() {
            let targets = self.targets(menu.entries[position]);
            match self.first_improvement(&menu, position, &targets) {
                Some(better) => (menu, unmoved) = (better, 0),
                None => unmoved += 1,
            }
            position = (position + 1) % menu.entries.len();
        }
        menu
    }

    /// Where an entry may move: everywhere when sizes are few, otherwise by powers of two in both
    /// directions and to a few random sizes.
    fn targets(&mut self, entry: usize) -> Vec<usize> {
        let count = self.prepared.sizes_mib.len();
        if count <= FULL_NEIGHBOURHOOD {
            let mut all: Vec<usize> = (0..count).collect();
            all.shuffle(&mut self.generator);
            return all;
        }
        let steps = (0..usize::BITS).map(|bit| 1_usize << bit).take_while(|&step| step < count);
        let mut near: Vec<usize> = steps
            .flat_map(|step| [entry.checked_sub(step), Some(entry + step)])
            .flatten()
            .filter(|&target| target < count)
            .collect();
        near.extend((0..8).map(|_| self.generator.random_range(0..count)));
        near
    }

    fn first_improvement(&self, menu: &Menu, position: usize, targets: &[usize]) -> Option<Menu> {
        for &target in targets {
            if self.context.should_stop() {
                return None;
            }
            let Err(_) = menu.entries.binary_search(&target) else { continue };
            let mut entries = menu.entries.clone();
            entries[position] = target;
            entries.sort_unstable();
            let candidate = self.priced(entries);
            if candidate.cost < menu.cost {
                return Some(candidate);
            }
        }
        None
    }

    /// Moves two entries anywhere.
    fn kick(&mut self, menu: &Menu) -> Menu {
        let count = self.prepared.sizes_mib.len();
        let mut entries = menu.entries.clone();
        for _ in 0..2 {
            let position = self.generator.random_range(0..entries.len());
            let target = self.generator.random_range(0..count);
            if entries.binary_search(&target).is_err() {
                entries[position] = target;
                entries.sort_unstable();
            }
        }
        self.priced(entries)
    }
}

/// All types as if they were one, with as many attempts as the menu has entries.
fn together(prepared: &Prepared, max_attempts: usize) -> Profile {
    let sizes_mib = prepared.sizes_mib.clone();
    let mut together = Profile {
        time_above_ms: vec![0; sizes_mib.len() + 1],
        failed_above_ms: vec![0; sizes_mib.len() + 1],
        count_above: vec![0; sizes_mib.len() + 1],
        usage_mib_ms: 0,
        max_attempts,
        limit_mib: prepared.profiles.iter().map(|p| p.limit_mib).max().unwrap_or(0),
        sizes_mib,
    };
    for profile in &prepared.profiles {
        together.usage_mib_ms += profile.usage_mib_ms;
        for (own, size) in profile.sizes_mib.iter().enumerate() {
            let level = together.level(*size) - 1;
            let columns = [
                (&mut together.time_above_ms, &profile.time_above_ms),
                (&mut together.failed_above_ms, &profile.failed_above_ms),
                (&mut together.count_above, &profile.count_above),
            ];
            for (sum, column) in columns {
                sum[level] += column[own] - column[own + 1];
            }
        }
    }
    for level in (1..together.count_above.len()).rev() {
        together.time_above_ms[level - 1] += together.time_above_ms[level];
        together.failed_above_ms[level - 1] += together.failed_above_ms[level];
        together.count_above[level - 1] += together.count_above[level];
    }
    together
}
