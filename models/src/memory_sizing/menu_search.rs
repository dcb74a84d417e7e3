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

use super::completion::Completion;
use super::ladder::{Scale, cheapest_ladder, own_rungs};
use super::menu_table::{LARGEST_MENU, MenuTable};
use super::prepared::{Prepared, Shared};
use super::priced::Prices;
use super::problem::MemorySizing;
use super::profile::Profile;

/// The heuristic `menu-search`, or its first descent alone, `menu-descent`.
#[derive(Clone, Debug)]
pub struct MenuSearch {
    /// Prepared data, shared with the other methods.
    pub shared: Shared,
    /// How far to go.
    pub effort: Effort,
}

/// How far a menu search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// To the first local optimum.
    Descent,
    /// Until kicks stop helping.
    Search,
}

/// Descents without a better menu after which the search is done.
const PATIENCE: u32 = 24;
/// Types that a first descent looks at where there are many.
const SAMPLE: usize = 200;

/// Candidate sizes up to which a descent looks at all of them.
const FULL_NEIGHBOURHOOD: usize = 200;
/// Random sizes a descent looks at per entry when it cannot look at all.
const RANDOM_TARGETS: usize = 24;

impl Method<MemorySizing> for MenuSearch {
    fn name(&self) -> &'static str {
        match self.effort {
            Effort::Descent => "menu-descent",
            Effort::Search => "menu-search",
        }
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
        let entries = (entries as usize).min(prepared.sizes_mib.len()).min(LARGEST_MENU);
        search(context, prepared, entries, self.effort);
        Ok(())
    }
}

/// Descends on a sample where types are many, then on all of them, then kicks.
fn search(
    context: &Context<'_, MemorySizing>,
    prepared: &Prepared,
    entries: usize,
    effort: Effort,
) {
    let Some(mut menu_mib) = first_menu(context, prepared, entries) else { return };
    let mut generator = context.seed.generator();
    if prepared.profiles.len() > 2 * SAMPLE {
        // Far from the optimum a sample of the types shows the way as well as all of them.
        let free = Prices::default();
        let table = MenuTable::sampled(context.instance, prepared, free, &menu_mib, SAMPLE);
        let mut sample = Search { context, prepared, table, entries, generator };
        let start = sample.start(&menu_mib);
        let menu = sample.descend(start);
        menu_mib = sample.sizes_mib(&menu);
        sample.complete(&menu);
        generator = sample.generator;
    }
    let table = MenuTable::new(context.instance, prepared, Prices::default(), &menu_mib);
    Search { context, prepared, table, entries, generator }.run(&menu_mib, effort);
}

/// The best ladder of all types thrown together.
fn first_menu(
    context: &Context<'_, MemorySizing>,
    prepared: &Prepared,
    entries: usize,
) -> Option<Vec<u64>> {
    let together = together(prepared, entries);
    let rungs = own_rungs(&together);
    let failure_price = i128::from(context.instance.failure_price_mib_ms);
    let ladder = cheapest_ladder(&together, &rungs, Scale { shift: 0, failure_price })?;
    Some(ladder.rungs.iter().map(|&rung| rungs[rung as usize].size_mib).collect())
}

/// Completes a menu and offers the plan: its cost, and the prices that made it feasible.
fn complete(
    context: &Context<'_, MemorySizing>,
    prepared: &Prepared,
    menu_mib: Option<&[u64]>,
) -> Option<(i128, Prices)> {
    let completion = Completion::new(context.instance, prepared, menu_mib, context.budget);
    let (plan, prices) = completion.run()?;
    let cost = context.offer(plan, "menu completed")?.first();
    Some((cost, prices))
}

struct Search<'a, 'b> {
    context: &'a Context<'b, MemorySizing>,
    prepared: &'a Prepared,
    table: MenuTable,
    entries: usize,
    generator: Xoshiro256PlusPlus,
}

/// Indices into the candidate sizes, ascending, and the menu's priced cost.
#[derive(Clone, Debug)]
struct Menu {
    entries: Vec<u32>,
    cost: f64,
}

impl Search<'_, '_> {
    /// Iterated local search. Menus are compared by what their completed plans cost; descents
    /// run under the prices that completed the best menu so far.
    fn run(&mut self, start_mib: &[u64], effort: Effort) {
        let start = self.start(start_mib);
        let mut best = (start.clone(), i128::MAX);
        let first = self.descend(start);
        self.consider(first, &mut best);
        // The first completion brought prices; the same menu descends once more under them.
        let again = self.descend(best.0.clone());
        self.consider(again, &mut best);
        let mut failures = 0;
        while effort == Effort::Search && failures < PATIENCE && !self.context.should_stop() {
            let kicked = self.kick(&best.0);
            let candidate = self.descend(kicked);
            failures = if self.consider(candidate, &mut best) { 0 } else { failures + 1 };
        }
    }

    /// Completes a menu; the better of the two stays, under its own prices.
    fn consider(&mut self, menu: Menu, best: &mut (Menu, i128)) -> bool {
        let Some((cost, prices)) = self.complete(&menu) else { return false };
        if cost >= best.1 {
            return false;
        }
        *best = (self.under_prices(menu, prices), cost);
        true
    }

    /// The same menu in a table under new prices.
    fn under_prices(&mut self, menu: Menu, prices: Prices) -> Menu {
        if prices == self.table.prices {
            return menu;
        }
        let menu_mib = self.sizes_mib(&menu);
        self.table = MenuTable::new(self.context.instance, self.prepared, prices, &menu_mib);
        let cells = self.table.sizes_mib.len() * self.prepared.profiles.len();
        self.context.budget.spend(cells as u64 / 20);
        self.start(&menu_mib)
    }

    fn complete(&self, menu: &Menu) -> Option<(i128, Prices)> {
        complete(self.context, self.prepared, Some(&self.sizes_mib(menu)))
    }

    fn sizes_mib(&self, menu: &Menu) -> Vec<u64> {
        menu.entries.iter().map(|&entry| self.table.sizes_mib[entry as usize]).collect()
    }

    /// A menu of sizes as indices, filled up with random ones.
    fn start(&mut self, start_mib: &[u64]) -> Menu {
        let index = |size: &u64| self.table.sizes_mib.partition_point(|s| s < size) as u32;
        let mut entries: Vec<u32> = start_mib.iter().map(index).collect();
        while entries.len() < self.entries {
            let entry = self.random_entry();
            if let Err(position) = entries.binary_search(&entry) {
                entries.insert(position, entry);
            }
        }
        self.priced(entries)
    }

    fn random_entry(&mut self) -> u32 {
        self.generator.random_range(0..self.table.sizes_mib.len() as u32)
    }

    fn priced(&self, entries: Vec<u32>) -> Menu {
        self.context.budget.spend(self.table.work(entries.len()));
        Menu { cost: self.table.cost(&entries), entries }
    }

    /// First improvement until no entry can be moved for less.
    fn descend(&mut self, mut menu: Menu) -> Menu {
        let mut position = 0;
        let mut unmoved = 0;
        while unmoved < menu.entries.len() && !self.context.should_stop() {
            position %= menu.entries.len();
            let targets = self.targets(menu.entries[position]);
            match self.first_improvement(&menu, position, &targets) {
                Some(better) => (menu, unmoved) = (better, 0),
                None => unmoved += 1,
            }
            position += 1;
        }
        menu
    }

    /// Where an entry may move: everywhere when sizes are few, otherwise by powers of two in both
    /// directions and to a few random sizes.
    fn targets(&mut self, entry: u32) -> Vec<u32> {
        let count = self.table.sizes_mib.len() as u32;
        if count as usize <= FULL_NEIGHBOURHOOD {
            let mut all: Vec<u32> = (0..count).collect();
            all.shuffle(&mut self.generator);
            return all;
        }
        let steps = (0..u32::BITS).map(|bit| 1_u32 << bit).take_while(|&step| step < count);
        let mut near: Vec<u32> = steps
            .flat_map(|step| [entry.checked_sub(step), Some(entry + step)])
            .flatten()
            .filter(|&target| target < count)
            .collect();
        near.extend((0..RANDOM_TARGETS).map(|_| self.random_entry()));
        near
    }

    fn first_improvement(&self, menu: &Menu, position: usize, targets: &[u32]) -> Option<Menu> {
        for &target in targets {
            if self.context.should_stop() {
                return None;
            }
            if menu.entries.binary_search(&target).is_ok() {
                continue;
            }
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
        let mut entries = menu.entries.clone();
        for _ in 0..2 {
            let position = self.generator.random_range(0..entries.len());
            let target = self.random_entry();
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
