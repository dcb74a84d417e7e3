//! Local search over the menu: which sizes the types may use.
//!
//! Given a menu every type is a tiny ladder program, so a menu's cost is exact and cheap, and the
//! search only moves sizes: one entry to a nearby or to any other size in use. It starts from the
//! ladder of all types thrown together, descends by first improvement, then kicks two entries
//! and descends again (iterated local search; Lourenço, Martin, Stützle 2003). Prices for
//! failures and memory come from completing the first menu. Guarantee: none.

use std::collections::HashSet;

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

/// Single moves completed after every descent.
const NUDGES: usize = 64;
/// Table cells beyond which prices stay, since a new table takes longer than many descents.
const LARGEST_REPRICED: usize = 400_000;
/// Prices tried while no menu can be completed stay below two to this.
const DEAREST_EXPONENT: u32 = 60;
/// Menus up to which all of them are tried.
const FEW_MENUS: usize = 300;
/// Partial menus looked at when counting.
const LARGEST_ENUMERATION: usize = 5_000;
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
        let completed = HashSet::new();
        let mut sample = Search { context, prepared, table, entries, generator, completed };
        let start = sample.start(&menu_mib);
        let menu = sample.descend(start);
        menu_mib = sample.sizes_mib(&menu);
        complete(context, prepared, Some(&menu_mib));
        generator = sample.generator;
    }
    let table = MenuTable::new(context.instance, prepared, Prices::default(), &menu_mib);
    let completed = HashSet::new();
    Search { context, prepared, table, entries, generator, completed }.run(&menu_mib, effort);
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
    /// Menus that were completed, or could not be.
    completed: HashSet<Vec<u64>>,
}

/// Indices into the candidate sizes, ascending, and the menu's priced cost.
#[derive(Clone, Debug)]
struct Menu {
    entries: Vec<u32>,
    cost: f64,
}

/// The menu with the cheapest plan so far.
struct Best {
    sizes_mib: Vec<u64>,
    /// What completed it.
    prices: Prices,
    /// The plan's cost; [`i128::MAX`] before there is one.
    cost: i128,
}

impl Search<'_, '_> {
    /// Iterated local search. Menus are compared by what their completed plans cost; descents
    /// run near the prices that completed the best menu so far.
    fn run(&mut self, start_mib: &[u64], effort: Effort) {
        let prices = Prices::default();
        let mut best = Best { sizes_mib: start_mib.to_vec(), prices, cost: i128::MAX };
        if self.try_all_menus(&mut best) {
            return;
        }
        // Completing a menu brings the prices under which to look for a better one, twice.
        let start = self.start(start_mib);
        self.consider(&start, &mut best);
        self.descend_from(&mut best);
        self.descend_from(&mut best);
        let mut failures = 0;
        while effort == Effort::Search && failures < PATIENCE && !self.context.should_stop() {
            let prices = self.near(&best);
            let menu = self.under_prices(&best.sizes_mib, prices);
            let kicked = self.kick(&menu);
            let candidate = self.descend(kicked);
            let better = self.consider(&candidate, &mut best) | self.nudge(&mut best);
            failures = if better { 0 } else { failures + 1 };
        }
    }

    /// Moves single entries of the best menu and completes each, whatever the prices say of it.
    /// Only where completing changes something: with a menu alone, a descent has seen it all.
    fn nudge(&mut self, best: &mut Best) -> bool {
        let mut better = false;
        for _ in 0..if best.prices == Prices::default() { 0 } else { NUDGES } {
            if self.context.should_stop() {
                break;
            }
            let mut menu = self.start(&best.sizes_mib);
            let position = self.generator.random_range(0..menu.entries.len());
            let targets = self.targets(menu.entries[position]);
            let target = targets[self.generator.random_range(0..targets.len())];
            if menu.entries.binary_search(&target).is_err() {
                menu.entries[position] = target;
                menu.entries.sort_unstable();
                better |= self.consider(&menu, best);
            }
        }
        better
    }

    /// Completes every menu there is, when there are few.
    fn try_all_menus(&mut self, best: &mut Best) -> bool {
        let sizes = self.table.sizes_mib.len() as u32;
        let menus = menus_of(sizes, self.entries);
        if let Some(menus) = &menus {
            for entries in menus {
                if !self.context.should_stop() {
                    self.consider(&Menu { entries: entries.clone(), cost: 0.0 }, best);
                }
            }
        }
        menus.is_some()
    }

    fn descend_from(&mut self, best: &mut Best) {
        let menu = self.under_prices(&best.sizes_mib, best.prices);
        let menu = self.descend(menu);
        self.consider(&menu, best);
    }

    /// Prices to descend under: up to three times more or less than those of the best menu, or
    /// anything as long as no menu could be completed.
    fn near(&mut self, best: &Best) -> Prices {
        if self.table.sizes_mib.len() * self.prepared.profiles.len() > LARGEST_REPRICED {
            return best.prices;
        }
        let instance = self.context.instance;
        let mut near = |price: i128, couples: bool| {
            if best.cost < i128::MAX {
                let factor = self.generator.random_range(-1.5_f64..1.5).exp2();
                (price as f64 * factor) as i128
            } else if couples {
                1 << self.generator.random_range(0..DEAREST_EXPONENT)
            } else {
                0
            }
        };
        Prices {
            failure: near(best.prices.failure, instance.max_failures.is_some()),
            memory: near(best.prices.memory, !instance.nodes.is_empty()),
        }
    }

    /// Completes a menu not seen before; it becomes the best if its plan is the cheapest.
    fn consider(&mut self, menu: &Menu, best: &mut Best) -> bool {
        let sizes_mib = self.sizes_mib(menu);
        if !self.completed.insert(sizes_mib.clone()) {
            return false;
        }
        let Some((cost, prices)) = complete(self.context, self.prepared, Some(&sizes_mib)) else {
            return false;
        };
        if cost >= best.cost {
            return false;
        }
        *best = Best { sizes_mib, prices, cost };
        true
    }

    /// A menu in a table under the given prices.
    fn under_prices(&mut self, sizes_mib: &[u64], prices: Prices) -> Menu {
        if prices != self.table.prices {
            self.table = MenuTable::new(self.context.instance, self.prepared, prices, sizes_mib);
            let cells = self.table.sizes_mib.len() * self.prepared.profiles.len();
            self.context.budget.spend(cells as u64 / 20);
        }
        self.start(sizes_mib)
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

/// Every menu of `entries` sizes as ascending indices, or `None` when they are many.
fn menus_of(sizes: u32, entries: usize) -> Option<Vec<Vec<u32>>> {
    let mut menus = vec![Vec::new()];
    for _ in 0..entries {
        let longer = |menu: &Vec<u32>| {
            let menu = menu.clone();
            let next = menu.last().map_or(0, |last| last + 1);
            (next..sizes).map(move |size| [menu.as_slice(), &[size]].concat())
        };
        menus = menus.iter().flat_map(longer).take(LARGEST_ENUMERATION + 1).collect();
        if menus.len() > LARGEST_ENUMERATION {
            return None;
        }
    }
    (menus.len() <= FEW_MENUS).then_some(menus)
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
