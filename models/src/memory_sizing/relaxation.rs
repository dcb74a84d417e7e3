//! The Lagrangian relaxation of everything the types share.
//!
//! The formula stands in `certificate`, whose referee recomputes what is claimed here. This
//! side is the fast one: candidates prepared once, ladders by the convex-hull program, types in
//! parallel, identical nodes under one price.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use placewright_solver::certificate::{Certificate, Claim, DualPrices, Proof};
use placewright_solver::objective::Objective;
use rayon::prelude::*;

use super::instance::Instance;
use super::ladder::{Amount, Rung, Scale, cheapest_ladder};
use super::menu_table::{LARGEST_MENU, MenuTable};
use super::prepared::Prepared;
use super::priced::{Prices, SHIFT};
use super::profile::Profile;

/// A run of sizes that the relaxation treats as one entry of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Smallest size in use within the bin, in MiB.
    pub smallest_mib: u64,
    /// Largest size in use within the bin, in MiB.
    pub largest_mib: u64,
    /// Number of sizes in use.
    pub sizes: usize,
}

/// A rung a type may use, without prices.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    size_mib: u64,
    level: u32,
    bin: u32,
}

/// Nodes with the same cores and memory; they share one price.
#[derive(Clone, Debug)]
struct NodeClass {
    cores: u32,
    memory_mib: u64,
    members: Vec<usize>,
}

/// The relaxation of one instance.
pub struct Relaxation<'a> {
    instance: &'a Instance,
    prepared: &'a Prepared,
    bins: Vec<Bin>,
    classes: Vec<NodeClass>,
    /// Per type: the candidate rungs.
    candidates: Vec<Vec<Candidate>>,
}

/// The relaxation's answer at one point.
pub struct Evaluation {
    /// The bound in MiB·ms, up to rounding errors; see [`Relaxation::bound`] for the exact one.
    pub value: f64,
    /// How much each relaxed constraint is exceeded (positive) or slack (negative).
    pub excess: Vec<f64>,
    /// The menu bins that the prices select, as indices.
    pub selected_bins: Vec<usize>,
}

/// Tables of more than this many (type, bin) pairs are kept small by wide bins.
const LARGEST_TABLE: usize = 2_000_000;
const WIDE_BINS: usize = 256;

impl<'a> Relaxation<'a> {
    /// Prepares the relaxation.
    #[must_use]
    pub fn new(instance: &'a Instance, prepared: &'a Prepared) -> Self {
        let bins = bins(instance, prepared);
        let candidates = prepared.profiles.par_iter().map(|p| candidates(p, &bins)).collect();
        Self { instance, prepared, bins, classes: node_classes(instance), candidates }
    }

    /// Number of multipliers: one for failures, two per node class, one per type and bin.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.menu_start() + self.bins.len() * self.prepared.profiles.len()
    }

    /// The menu bins; none without a menu.
    #[must_use]
    pub fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// Typical size of each constraint's activity, by which steps are scaled.
    #[must_use]
    pub fn scales(&self) -> Vec<f64> {
        let mut scales = vec![1.0; self.dimension()];
        scales[0] = (self.instance.max_failures.unwrap_or(0) as f64).max(1.0);
        for (class, node) in self.classes.iter().enumerate() {
            scales[1 + 2 * class] = node.memory_mib as f64 * node.members.len() as f64;
            scales[2 + 2 * class] = f64::from(node.cores) * node.members.len() as f64;
        }
        scales
    }

    /// Multipliers that a menu and the prices of its completion suggest: a type pays for a size
    /// on the menu what it would lose without it, for any other what it would save with it.
    #[must_use]
    pub fn suggested(&self, menu_mib: &[u64], prices: Prices) -> Vec<f64> {
        let unit = f64::from(1_u32 << SHIFT);
        let mut multipliers = vec![0.0; self.dimension()];
        multipliers[0] = prices.failure as f64 / unit;
        for class in 0..self.classes.len() {
            multipliers[1 + 2 * class] = prices.memory as f64 / unit;
        }
        if self.bins.is_empty() {
            return multipliers;
        }
        let smallest = self.bins.iter().map(|bin| bin.smallest_mib).collect();
        let types: Vec<usize> = (0..self.prepared.profiles.len()).collect();
        let table = MenuTable::over(self.instance, self.prepared, prices, &types, smallest);
        let bin_of = |&size: &u64| self.bins.partition_point(|bin| bin.largest_mib < size) as u32;
        let mut menu: Vec<u32> = menu_mib.iter().map(bin_of).collect();
        menu.dedup();
        menu.truncate(LARGEST_MENU - 1);
        let (start, width) = (self.menu_start(), self.bins.len());
        multipliers[start..]
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(t, row)| suggest_row(&table, t, &menu, row));
        multipliers
    }

    fn menu_start(&self) -> usize {
        1 + 2 * self.classes.len()
    }

    /// Where the relaxation stands at non-negative multipliers in MiB·ms, in floating point.
    /// `None` when some type has no ladder at all. Time O(Σ K·candidates).
    #[must_use]
    pub fn evaluate(&self, multipliers: &[f64]) -> Option<Evaluation> {
        let unit = f64::from(1_u32 << SHIFT);
        let prices: Vec<f64> = multipliers.iter().map(|&x| x * unit).collect();
        let answers: Vec<TypeAnswer<f64>> = self.solve_types(&prices)?;
        // Summed in the order of the types, so that threads change nothing.
        let mut total: f64 = answers.iter().map(|answer| answer.cost).sum();
        let mut excess = self.excess(&answers);
        total -= self.fixed_terms(&prices);
        let selected_bins = self.select_menu(&prices);
        let menu: f64 = selected_bins.iter().map(|bin| bin.total * bin.taken as f64).sum();
        self.take_selected(&selected_bins, &mut excess);
        let selected_bins = selected_bins.into_iter().map(|bin| bin.bin).collect();
        Some(Evaluation { value: (total - menu) / unit, excess, selected_bins })
    }

    /// The bound in MiB·ms at multipliers rounded to `2^-SHIFT`, exactly, and rounded up.
    #[must_use]
    pub fn bound(&self, multipliers: &[f64]) -> Option<i128> {
        let prices: Vec<i128> = multipliers.iter().map(|&x| scaled(x).into()).collect();
        let answers: Vec<TypeAnswer<i128>> = self.solve_types(&prices)?;
        let total: i128 = answers.iter().map(|answer| answer.cost).sum();
        let menu: i128 =
            self.select_menu(&prices).iter().map(|bin| bin.total * bin.taken as i128).sum();
        let total = total - self.fixed_terms(&prices) - menu;
        Some(-((-total) >> SHIFT))
    }

    fn solve_types<A: Amount>(&self, prices: &[A]) -> Option<Vec<TypeAnswer<A>>> {
        let types = 0..self.prepared.profiles.len();
        types.into_par_iter().map(|t| self.solve_type(t, prices)).collect()
    }

    fn solve_type<A: Amount>(&self, t: usize, prices: &[A]) -> Option<TypeAnswer<A>> {
        let profile = &self.prepared.profiles[t];
        let candidates = &self.candidates[t];
        let menu = self.menu_start() + t * self.bins.len();
        let (mut rungs, mut class_of) = (Vec::with_capacity(candidates.len()), Vec::new());
        for &Candidate { size_mib, level, bin } in candidates {
            let price =
                if self.bins.is_empty() { A::default() } else { prices[menu + bin as usize] };
            let (class, first_price) = self.cheapest_class(t, size_mib, prices);
            class_of.push(class);
            rungs.push(Rung { size_mib, level, price, first_price });
        }
        let mut failure_price = A::scaled(self.instance.failure_price_mib_ms as i64, SHIFT);
        failure_price += prices[0];
        let ladder = cheapest_ladder(profile, &rungs, Scale { shift: SHIFT, failure_price })?;
        let levels = ladder.rungs.iter().map(|&rung| rungs[rung as usize].level as usize);
        let first = *ladder.rungs.first()? as usize;
        Some(TypeAnswer {
            cost: ladder.cost - A::usage(profile.usage_mib_ms, SHIFT),
            failures: levels.map(|level| profile.count_above[level]).sum(),
            first_mib: rungs[first].size_mib,
            class: class_of[first],
            bins: ladder.rungs.iter().map(|&rung| candidates[rung as usize].bin).collect(),
        })
    }

    /// The class of nodes on which a slot of the type is cheapest, and the price of all its slots.
    fn cheapest_class<A: Amount>(&self, t: usize, size_mib: u64, prices: &[A]) -> (usize, A) {
        let task_type = &self.instance.types[t];
        let mut cheapest = None;
        for (class, node) in self.classes.iter().enumerate() {
            if node.cores >= task_type.cores && node.memory_mib >= size_mib {
                let memory = prices[1 + 2 * class].times(size_mib as i64);
                let price = memory + prices[2 + 2 * class].times(task_type.cores.into());
                if cheapest.is_none_or(|(_, least)| price < least) {
                    cheapest = Some((class, price));
                }
            }
        }
        let (class, price) = cheapest.unwrap_or_default();
        (class, price.times(task_type.slots.into()))
    }

    /// What the relaxed constraints' right-hand sides are worth, menu aside.
    fn fixed_terms<A: Amount>(&self, prices: &[A]) -> A {
        let mut total = prices[0].times(self.instance.max_failures.unwrap_or(0) as i64);
        for (class, node) in self.classes.iter().enumerate() {
            let count = node.members.len() as i64;
            total += prices[1 + 2 * class].times(count).times(node.memory_mib as i64);
            total += prices[2 + 2 * class].times(count).times(node.cores.into());
        }
        total
    }

    /// How far the answers exceed each relaxed constraint, what the menu holds aside.
    fn excess<A>(&self, answers: &[TypeAnswer<A>]) -> Vec<f64> {
        let mut excess = vec![0.0; self.dimension()];
        if let Some(budget) = self.instance.max_failures {
            let failures: i64 = answers.iter().map(|answer| answer.failures).sum();
            excess[0] = failures as f64 - budget as f64;
        }
        for (class, node) in self.classes.iter().enumerate() {
            let count = node.members.len() as f64;
            excess[1 + 2 * class] = -count * node.memory_mib as f64;
            excess[2 + 2 * class] = -count * f64::from(node.cores);
        }
        for (t, answer) in answers.iter().enumerate() {
            let task_type = &self.instance.types[t];
            if !self.classes.is_empty() {
                let slots = f64::from(task_type.slots);
                excess[1 + 2 * answer.class] += slots * answer.first_mib as f64;
                excess[2 + 2 * answer.class] += slots * f64::from(task_type.cores);
            }
            if !self.bins.is_empty() {
                let row = self.menu_start() + t * self.bins.len();
                answer.bins.iter().for_each(|&bin| excess[row + bin as usize] += 1.0);
            }
        }
        excess
    }

    /// Takes the dearest bins into the menu, which is the relaxation's best answer to the prices.
    fn select_menu<A: Amount>(&self, prices: &[A]) -> Vec<Selected<A>> {
        let Some(menu) = self.instance.max_distinct_sizes else { return Vec::new() };
        let mut totals = vec![A::default(); self.bins.len()];
        for row in prices[self.menu_start()..].chunks(self.bins.len()) {
            totals.iter_mut().zip(row).for_each(|(total, &price)| *total += price);
        }
        let mut order: Vec<usize> = (0..totals.len()).collect();
        order.sort_by(|&a, &b| totals[b].partial_cmp(&totals[a]).unwrap_or(Ordering::Equal));
        let (mut left, mut selected) = (menu as usize, Vec::new());
        for bin in order {
            let taken = self.bins[bin].sizes.min(left);
            left -= taken;
            if taken > 0 {
                selected.push(Selected { bin, taken, total: totals[bin] });
            }
        }
        selected
    }

    fn take_selected(&self, selected: &[Selected<f64>], excess: &mut [f64]) {
        for bin in selected {
            let column = excess[self.menu_start()..].iter_mut().skip(bin.bin);
            column.step_by(self.bins.len()).for_each(|excess| *excess -= bin.taken as f64);
        }
    }

    /// The certificate of the bound at these multipliers.
    #[must_use]
    pub fn certificate(&self, multipliers: &[f64], bound: i128) -> Certificate {
        let mut groups = BTreeMap::new();
        let mut add = |group: &str, row: Vec<i64>| {
            groups.entry(group.to_owned()).or_insert_with(Vec::new).push(row);
        };
        let nonzero = |index: usize| Some(scaled(multipliers[index])).filter(|&price| price > 0);
        if let Some(price) = nonzero(0) {
            add("failures", vec![price]);
        }
        for (class, nodes) in self.classes.iter().enumerate() {
            for (group, index) in [("node_memory", 1 + 2 * class), ("node_cores", 2 + 2 * class)] {
                if let Some(price) = nonzero(index) {
                    nodes.members.iter().for_each(|&node| add(group, vec![node as i64, price]));
                }
            }
        }
        if self.bins.iter().any(|bin| bin.sizes > 1) {
            self.bins.iter().for_each(|bin| add("menu_bins", vec![bin.largest_mib as i64]));
        }
        let start = self.menu_start();
        for index in start..self.dimension() {
            if let Some(price) = nonzero(index) {
                let (t, bin) =
                    ((index - start) / self.bins.len(), (index - start) % self.bins.len());
                add("menu", vec![t as i64, bin as i64, price]);
            }
        }
        let claim = Claim::AtLeast(Objective::single(bound));
        Certificate { claim, proof: Proof::DualPrices(DualPrices { shift: SHIFT, groups }) }
    }
}

/// Savings of one type per bin against a menu.
fn suggest_row(table: &MenuTable, t: usize, menu: &[u32], row: &mut [f64]) {
    let cost = table.type_cost(t, menu);
    for (bin, price) in row.iter_mut().enumerate() {
        let bin = bin as u32;
        let mut other = menu.to_vec();
        let saving = match other.binary_search(&bin) {
            Ok(position) => {
                other.remove(position);
                table.type_cost(t, &other) - cost
            }
            Err(position) => {
                other.insert(position, bin);
                cost - table.type_cost(t, &other)
            }
        };
        // A size that a type cannot do without is worth a lot, but not infinitely much.
        *price = if saving.is_finite() { saving.max(0.0) } else { cost.max(0.0) };
    }
}

/// A bin on the relaxation's menu: how many of its sizes, and the sum of its prices.
struct Selected<A> {
    bin: usize,
    taken: usize,
    total: A,
}

struct TypeAnswer<A> {
    cost: A,
    failures: i64,
    first_mib: u64,
    class: usize,
    bins: Vec<u32>,
}

fn scaled(multiplier: f64) -> i64 {
    // The cast saturates, and a NaN becomes zero: both are valid, if weak, prices.
    (multiplier * f64::from(1_u32 << SHIFT)).round().clamp(0.0, 4.0e18) as i64
}

fn bins(instance: &Instance, prepared: &Prepared) -> Vec<Bin> {
    if instance.max_distinct_sizes.is_none() {
        return Vec::new();
    }
    let sizes = &prepared.sizes_mib;
    let wide = sizes.len().saturating_mul(instance.types.len()) > LARGEST_TABLE;
    let width = if wide { sizes.len().div_ceil(WIDE_BINS).max(1) } else { 1 };
    let bin = |run: &[u64]| Bin {
        smallest_mib: run[0],
        largest_mib: run[run.len() - 1],
        sizes: run.len(),
    };
    sizes.chunks(width).map(bin).collect()
}

/// A type's own sizes and the smallest size of every bin, as far as they are useful to it.
fn candidates(profile: &Profile, bins: &[Bin]) -> Vec<Candidate> {
    let mut sizes: Vec<u64> = profile.sizes_mib.clone();
    sizes.extend(bins.iter().map(|bin| bin.smallest_mib));
    sizes.sort_unstable();
    sizes.dedup();
    let candidate = |size_mib: u64| Candidate {
        size_mib,
        level: profile.level(size_mib) as u32,
        bin: bins.partition_point(|bin| bin.largest_mib < size_mib) as u32,
    };
    let useful = |c: &Candidate| c.level > 0 && c.size_mib <= profile.limit_mib;
    sizes.into_iter().map(candidate).filter(useful).collect()
}

fn node_classes(instance: &Instance) -> Vec<NodeClass> {
    let mut classes: BTreeMap<(u32, u64), Vec<usize>> = BTreeMap::new();
    for (index, node) in instance.nodes.iter().enumerate() {
        classes.entry((node.cores, node.memory_mib)).or_default().push(index);
    }
    let class = |((cores, memory_mib), members)| NodeClass { cores, memory_mib, members };
    classes.into_iter().map(class).collect()
}
