//! What a menu costs, fast: a table of sums per type and size, and a tiny program per type.
//!
//! For every type and candidate size the table holds the line `x ↦ x·S + …` of the ladder program
//! (see `ladder`), so that a menu of `C` sizes is priced in O(T·K·C²) flops without any search.
//! Floating point: the numbers steer a search and are never reported.

use rayon::prelude::*;

use super::instance::Instance;
use super::prepared::Prepared;
use super::priced::{Prices, SHIFT};
use super::profile::Profile;

/// Tables of more than this many entries are built over a selection of the sizes.
const LARGEST_TABLE: usize = 4_000_000;
/// From this many types on, menus are priced in parallel.
const PARALLEL: usize = 256;
/// Largest menu that the search handles.
pub const LARGEST_MENU: usize = 64;

/// Sums of all types at the candidate sizes.
pub struct MenuTable {
    /// Candidate sizes in MiB, ascending; a menu is a list of indices into them.
    pub sizes_mib: Vec<u64>,
    /// The prices the table was built under.
    pub prices: Prices,
    sizes: Vec<f64>,
    rows: Vec<Row>,
    usage: f64,
}

/// One type.
struct Row {
    max_attempts: usize,
    /// Weighted run time of all samples.
    total_time: f64,
    /// Indices of sizes this type may use: first useful, first that admits all, end of the limit.
    first: usize,
    terminal: usize,
    end: usize,
    cells: Vec<Cell>,
}

/// One type at one size.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// Weighted run time above the level the size reaches.
    time_above: f64,
    /// Everything the rung costs whatever came before it.
    fixed: f64,
    /// What starting with it costs beyond that.
    first: f64,
}

impl MenuTable {
    /// Builds the table under prices. Sizes in `kept_mib` are candidates in any case.
    /// Time O(T·U·log levels) for `U` candidates.
    #[must_use]
    pub fn new(instance: &Instance, prepared: &Prepared, prices: Prices, kept_mib: &[u64]) -> Self {
        let types: Vec<usize> = (0..prepared.profiles.len()).collect();
        let sizes_mib = candidates(prepared, types.len(), kept_mib);
        Self::over(instance, prepared, prices, &types, sizes_mib)
    }

    /// As [`MenuTable::new`], over an even selection of about `sample` types and the one with the
    /// largest need.
    #[must_use]
    pub fn sampled(
        instance: &Instance,
        prepared: &Prepared,
        prices: Prices,
        kept_mib: &[u64],
        sample: usize,
    ) -> Self {
        let count = prepared.profiles.len();
        let largest = (0..count).max_by_key(|&t| prepared.profiles[t].largest_mib());
        let mut types: Vec<usize> = (0..count).step_by(count.div_ceil(sample).max(1)).collect();
        types.extend(largest);
        types.sort_unstable();
        types.dedup();
        let sizes_mib = candidates(prepared, types.len(), kept_mib);
        Self::over(instance, prepared, prices, &types, sizes_mib)
    }

    /// Builds the table over given types and sizes, both ascending.
    #[must_use]
    pub fn over(
        instance: &Instance,
        prepared: &Prepared,
        prices: Prices,
        types: &[usize],
        sizes_mib: Vec<u64>,
    ) -> Self {
        let rows = types
            .par_iter()
            .map(|&t| Row::new(instance, &prepared.profiles[t], t, prices, &sizes_mib))
            .collect();
        let sizes = sizes_mib.iter().map(|&size| size as f64).collect();
        let usage = types.iter().map(|&t| prepared.profiles[t].usage_mib_ms as f64).sum();
        Self { sizes_mib, prices, sizes, rows, usage }
    }

    /// The priced cost of a menu given as ascending indices; infinite when a type is unserved.
    #[must_use]
    pub fn cost(&self, menu: &[u32]) -> f64 {
        let of_type = |row: &Row| row.cost(&self.sizes, menu);
        // Summed in the order of the types either way, so that threads change nothing.
        let total: f64 = if self.rows.len() < PARALLEL {
            self.rows.iter().map(of_type).sum()
        } else {
            let costs: Vec<f64> = self.rows.par_iter().map(of_type).collect();
            costs.into_iter().sum()
        };
        total - self.usage
    }

    /// What the table's `row`-th type pays on a menu, usage included; infinite when it is unserved.
    #[must_use]
    pub fn type_cost(&self, row: usize, menu: &[u32]) -> f64 {
        self.rows[row].cost(&self.sizes, menu)
    }

    /// Work units of one call of [`MenuTable::cost`].
    #[must_use]
    pub fn work(&self, entries: usize) -> u64 {
        (self.rows.len() * entries) as u64 / 50 + 1
    }
}

/// The sizes in use or, where they are too many, an even selection of them.
fn candidates(prepared: &Prepared, types: usize, kept_mib: &[u64]) -> Vec<u64> {
    let all = &prepared.sizes_mib;
    let most = (LARGEST_TABLE / types.max(1)).max(kept_mib.len() * 4).max(64);
    if all.len() <= most {
        return all.clone();
    }
    let mut selected: Vec<u64> = (0..most).map(|i| all[i * (all.len() - 1) / (most - 1)]).collect();
    selected.extend(kept_mib);
    selected.sort_unstable();
    selected.dedup();
    selected
}

impl Row {
    fn new(
        instance: &Instance,
        profile: &Profile,
        type_index: usize,
        prices: Prices,
        sizes_mib: &[u64],
    ) -> Self {
        let unit = f64::from(1_u32 << SHIFT);
        let per_failure = instance.failure_price_mib_ms as f64 + prices.failure as f64 / unit;
        let slots = f64::from(instance.types[type_index].slots);
        let per_first_mib = slots * prices.memory as f64 / unit;
        let cell = |&size_mib: &u64| {
            let level = profile.level(size_mib);
            let (size, above) = (size_mib as f64, profile.time_above_ms[level] as f64);
            let failed = profile.failed_above_ms[level] as f64;
            Cell {
                time_above: above,
                fixed: size * (failed - above) + per_failure * profile.count_above[level] as f64,
                first: per_first_mib * size,
            }
        };
        let smallest = profile.sizes_mib.first().copied().unwrap_or(0);
        let below = |bound: u64| sizes_mib.partition_point(|&size| size < bound);
        let end = sizes_mib.partition_point(|&size| size <= profile.limit_mib);
        Self {
            max_attempts: profile.max_attempts,
            total_time: profile.time_above_ms[0] as f64,
            first: below(smallest).min(end),
            terminal: below(profile.largest_mib()).min(end),
            end,
            cells: sizes_mib[..end].iter().map(cell).collect(),
        }
    }

    /// The cheapest ladder over the menu, usage included.
    fn cost(&self, sizes: &[f64], menu: &[u32]) -> f64 {
        let from = menu.partition_point(|&entry| (entry as usize) < self.first);
        let to = menu.partition_point(|&entry| (entry as usize) < self.end);
        // One rung that admits all is enough: the smallest of them.
        let terminal = menu.partition_point(|&entry| (entry as usize) < self.terminal);
        if terminal >= to {
            return f64::INFINITY;
        }
        let rungs = &menu[from..=terminal];
        let mut cost = [0.0_f64; LARGEST_MENU];
        let line = |j: usize| (sizes[rungs[j] as usize], self.cells[rungs[j] as usize]);
        for (j, cost) in cost[..rungs.len()].iter_mut().enumerate() {
            let (size, cell) = line(j);
            *cost = size * self.total_time + cell.fixed + cell.first;
        }
        let last = rungs.len() - 1;
        for _ in 1..self.max_attempts.min(rungs.len()) {
            // From the back, so that every rung still sees the shorter ladders before it.
            for j in (1..rungs.len()).rev() {
                let (size, cell) = line(j);
                let mut best = f64::INFINITY;
                for (i, &rung) in rungs[..j].iter().enumerate() {
                    best = best.min(cost[i] + size * self.cells[rung as usize].time_above);
                }
                cost[j] = cost[j].min(best + cell.fixed);
            }
        }
        cost[last]
    }
}
