//! The Lagrangian relaxation of everything the types share.
//!
//! The formula stands in `certificate`, whose referee recomputes what is claimed here. This
//! side is the fast one: candidates prepared once, ladders by the convex-hull program, types in
//! parallel, identical nodes under one price.

use std::collections::BTreeMap;

use placewright_solver::certificate::{Certificate, Claim, DualPrices, Proof};
use placewright_solver::objective::Objective;
use rayon::prelude::*;

use super::instance::Instance;
use super::ladder::{Rung, Scale, cheapest_ladder};
use super::prepared::Prepared;
use super::priced::SHIFT;
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
    /// Per type: candidate rungs without prices, and the bin of each.
    candidates: Vec<(Vec<Rung>, Vec<u32>)>,
}

/// The relaxation's answer at one point.
pub struct Evaluation {
    /// The bound in MiB·ms, rounded up.
    pub bound: i128,
    /// The bound before rounding, for step sizes.
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

    fn menu_start(&self) -> usize {
        1 + 2 * self.classes.len()
    }

    /// The bound at non-negative multipliers in MiB·ms, which are rounded to `2^-SHIFT`.
    /// `None` when some type has no ladder at all. Time O(Σ K·candidates).
    #[must_use]
    pub fn evaluate(&self, multipliers: &[f64]) -> Option<Evaluation> {
        let prices: Vec<i128> = multipliers.iter().map(|&x| scaled(x).into()).collect();
        let solved: Option<Vec<TypeAnswer>> = (0..self.prepared.profiles.len())
            .into_par_iter()
            .map(|t| self.solve_type(t, &prices))
            .collect();
        Some(self.assemble(solved?, &prices))
    }

    fn solve_type(&self, t: usize, prices: &[i128]) -> Option<TypeAnswer> {
        let profile = &self.prepared.profiles[t];
        let (bare, bin_of) = &self.candidates[t];
        let mut rungs = bare.clone();
        let menu = self.menu_start() + t * self.bins.len();
        let mut class_of = Vec::new();
        for (rung, &bin) in rungs.iter_mut().zip(bin_of) {
            if !self.bins.is_empty() {
                rung.price = prices[menu + bin as usize];
            }
            let (class, price) = self.cheapest_class(t, rung.size_mib, prices);
            class_of.push(class);
            rung.first_price = price;
        }
        let own = i128::from(self.instance.failure_price_mib_ms) << SHIFT;
        let scale = Scale { shift: SHIFT, failure_price: own + prices[0] };
        let ladder = cheapest_ladder(profile, &rungs, scale)?;
        let levels = ladder.rungs.iter().map(|&rung| rungs[rung as usize].level as usize);
        let first = *ladder.rungs.first()? as usize;
        Some(TypeAnswer {
            cost: ladder.cost - (profile.usage_mib_ms << SHIFT),
            failures: levels.map(|level| profile.count_above[level]).sum(),
            first_mib: rungs[first].size_mib,
            class: class_of[first],
            bins: ladder.rungs.iter().map(|&rung| bin_of[rung as usize]).collect(),
        })
    }

    /// The class of nodes on which a slot of the type is cheapest, and the price of all its slots.
    fn cheapest_class(&self, t: usize, size_mib: u64, prices: &[i128]) -> (usize, i128) {
        let task_type = &self.instance.types[t];
        let fits =
            |class: &NodeClass| class.cores >= task_type.cores && class.memory_mib >= size_mib;
        let price = |class: usize| {
            prices[1 + 2 * class] * i128::from(size_mib)
                + prices[2 + 2 * class] * i128::from(task_type.cores)
        };
        let fitting = (0..self.classes.len()).filter(|&class| fits(&self.classes[class]));
        let cheapest = fitting.map(|class| (price(class), class)).min();
        let (price, class) = cheapest.unwrap_or((0, 0));
        (class, price * i128::from(task_type.slots))
    }

    fn assemble(&self, answers: Vec<TypeAnswer>, prices: &[i128]) -> Evaluation {
        let mut total: i128 = answers.iter().map(|answer| answer.cost).sum();
        let mut excess = vec![0.0; self.dimension()];
        if let Some(budget) = self.instance.max_failures {
            let failures: i64 = answers.iter().map(|answer| answer.failures).sum();
            total -= prices[0] * i128::from(budget);
            excess[0] = failures as f64 - budget as f64;
        }
        for (class, node) in self.classes.iter().enumerate() {
            let (memory, cores) = (1 + 2 * class, 2 + 2 * class);
            let count = node.members.len() as i128;
            total -= count * prices[memory] * i128::from(node.memory_mib);
            total -= count * prices[cores] * i128::from(node.cores);
            excess[memory] -= count as f64 * node.memory_mib as f64;
            excess[cores] -= count as f64 * f64::from(node.cores);
        }
        for (answer, task_type) in answers.iter().zip(&self.instance.types) {
            if !self.classes.is_empty() {
                let slots = f64::from(task_type.slots);
                excess[1 + 2 * answer.class] += slots * answer.first_mib as f64;
                excess[2 + 2 * answer.class] += slots * f64::from(task_type.cores);
            }
        }
        let selected_bins = self.select_menu(&answers, prices, &mut total, &mut excess);
        let value = total as f64 / f64::from(1_u32 << SHIFT);
        Evaluation { bound: -((-total) >> SHIFT), value, excess, selected_bins }
    }

    /// Takes the dearest bins into the menu, which is the relaxation's best answer to the prices.
    fn select_menu(
        &self,
        answers: &[TypeAnswer],
        prices: &[i128],
        total: &mut i128,
        excess: &mut [f64],
    ) -> Vec<usize> {
        let Some(menu) = self.instance.max_distinct_sizes else { return Vec::new() };
        let width = self.bins.len();
        let start = self.menu_start();
        let mut totals = vec![0_i128; width];
        for row in prices[start..].chunks(width) {
            totals.iter_mut().zip(row).for_each(|(total, price)| *total += price);
        }
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by_key(|&bin| std::cmp::Reverse(totals[bin]));
        let (mut left, mut selected) = (menu as usize, Vec::new());
        for bin in order {
            let taken = self.bins[bin].sizes.min(left);
            left -= taken;
            if taken > 0 {
                *total -= totals[bin] * taken as i128;
                selected.push(bin);
                let column = excess[start..].iter_mut().skip(bin).step_by(width);
                column.for_each(|excess| *excess -= taken as f64);
            }
        }
        for (t, answer) in answers.iter().enumerate() {
            for &bin in &answer.bins {
                excess[start + t * width + bin as usize] += 1.0;
            }
        }
        selected
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

struct TypeAnswer {
    cost: i128,
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
fn candidates(profile: &Profile, bins: &[Bin]) -> (Vec<Rung>, Vec<u32>) {
    let mut sizes: Vec<u64> = profile.sizes_mib.clone();
    sizes.extend(bins.iter().map(|bin| bin.smallest_mib));
    sizes.sort_unstable();
    sizes.dedup();
    let rung = |size_mib: u64| Rung {
        size_mib,
        level: profile.level(size_mib) as u32,
        price: 0,
        first_price: 0,
    };
    let useful = |rung: &Rung| rung.level > 0 && rung.size_mib <= profile.limit_mib;
    let rungs: Vec<Rung> = sizes.into_iter().map(rung).filter(useful).collect();
    let bin_of = |rung: &Rung| bins.partition_point(|bin| bin.largest_mib < rung.size_mib) as u32;
    let bin_of = rungs.iter().map(bin_of).collect();
    (rungs, bin_of)
}

fn node_classes(instance: &Instance) -> Vec<NodeClass> {
    let mut classes: BTreeMap<(u32, u64), Vec<usize>> = BTreeMap::new();
    for (index, node) in instance.nodes.iter().enumerate() {
        classes.entry((node.cores, node.memory_mib)).or_default().push(index);
    }
    let class = |((cores, memory_mib), members)| NodeClass { cores, memory_mib, members };
    classes.into_iter().map(class).collect()
}
