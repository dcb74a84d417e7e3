//! The referee's side of bounds: re-verifies certificates from the instance alone.
//!
//! **Lagrangian bound.** Relax what ties the types together and price it: `λ` per failed attempt,
//! `π_pb` for type `p` using a size of menu bin `b`, `μ_n` per MiB and `ν_n` per core of node `n`.
//! For any non-negative prices every feasible plan costs at least
//!
//! ```text
//! Σ_p min_ladder [ wastage + (φ + λ)·failures + Σ_rungs π_pb(rung)
//!                  + slots_p · min_n (μ_n · first rung + ν_n · cores_p) ]
//!   − λ·B − Σ_n (μ_n·memory_n + ν_n·cores_n) − max { Σ_b y_b Σ_p π_pb : Σ y_b ≤ C, y_b ≤ |b| }
//! ```
//!
//! (weak duality; Geoffrion 1974). Costs are integers, so the bound is rounded up. The inner
//! minimum is recomputed here by divide and conquer over monotone minima, on purpose another
//! algorithm than the solver's convex hull: O(K·m·log m) per type.
//!
//! **Menu bins** partition all sizes in use. With one size per bin the relaxation is the full one;
//! wide bins keep certificates of large instances small: inside a selected bin each type takes
//! its own best size, which can only lower the bound.
//!
//! Groups of [`DualPrices`]: `failures [λ]`, `menu [type, bin, π]`, `menu_bins [largest size]`,
//! `node_memory [node, μ]`, `node_cores [node, ν]`.

use std::collections::BTreeSet;
use std::ops::Range;

use placewright_solver::certificate::{Certificate, CertificateError, Claim, DualPrices, Proof};
use placewright_solver::objective::Objective;

use super::instance::{Instance, TaskType};

/// Rule of an infeasibility proof: sample `[type, sample]` needs more than any permitted attempt.
pub const SAMPLE_TOO_LARGE: &str = "sample_too_large";
/// Rule of an infeasibility proof: all slots together need more cores than all nodes have.
pub const TOO_FEW_CORES: &str = "too_few_cores";
/// Rule of an infeasibility proof: all slots together need more memory than all nodes have, even
/// if every type starts with its smallest sensible allocation.
pub const TOO_LITTLE_MEMORY: &str = "too_little_memory";

/// Re-verifies a certificate.
///
/// # Errors
/// When the evidence proves less than is claimed, names what the instance does not have, or is a
/// solver's word.
pub fn verify(instance: &Instance, certificate: &Certificate) -> Result<(), CertificateError> {
    match (&certificate.claim, &certificate.proof) {
        (_, Proof::SolverClaim { .. }) => Err(CertificateError::NotVerifiable),
        (Claim::AtLeast(claimed), Proof::DualPrices(prices)) => {
            let proved = Objective::single(lagrangian_bound(instance, prices)?);
            if proved >= *claimed {
                Ok(())
            } else {
                Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
            }
        }
        (Claim::Infeasible, Proof::Combinatorial { rule, witness }) => {
            verify_infeasible(instance, rule, witness)
        }
        _ => Err(malformed("this kind of evidence does not support this kind of claim")),
    }
}

fn malformed(cause: impl Into<String>) -> CertificateError {
    CertificateError::Malformed(cause.into())
}

fn verify_infeasible(
    instance: &Instance,
    rule: &str,
    witness: &[u64],
) -> Result<(), CertificateError> {
    let holds = match (rule, witness) {
        (SAMPLE_TOO_LARGE, &[task_type, sample]) => {
            let task_type = instance.types.get(task_type as usize);
            let task_type = task_type.filter(|t| (sample as usize) < t.samples.len());
            let task_type = task_type.ok_or_else(|| malformed("no such sample"))?;
            task_type.samples.needed_mib(sample as usize) > instance.allocation_limit_mib(task_type)
        }
        (TOO_FEW_CORES, []) => {
            let needed = |t: &TaskType| u64::from(t.cores) * u64::from(t.slots);
            let present: u64 = instance.nodes.iter().map(|node| u64::from(node.cores)).sum();
            !instance.nodes.is_empty() && instance.types.iter().map(needed).sum::<u64>() > present
        }
        (TOO_LITTLE_MEMORY, []) => {
            let needed =
                |t: &TaskType| u128::from(smallest_first_mib(instance, t)) * u128::from(t.slots);
            let present: u128 = instance.nodes.iter().map(|node| u128::from(node.memory_mib)).sum();
            !instance.nodes.is_empty() && instance.types.iter().map(needed).sum::<u128>() > present
        }
        _ => return Err(malformed(format!("no rule {rule:?} with {} indices", witness.len()))),
    };
    if holds { Ok(()) } else { Err(malformed(format!("the witness of {rule:?} shows nothing"))) }
}

/// The smallest first allocation a feasible ladder of the type can have, in MiB.
#[must_use]
pub fn smallest_first_mib(instance: &Instance, task_type: &TaskType) -> u64 {
    let needed = (0..task_type.samples.len()).map(|i| task_type.samples.needed_mib(i));
    let must_admit_all = instance.max_attempts(task_type) == 1 || instance.max_failures == Some(0);
    let smallest = if must_admit_all { needed.max() } else { needed.min() };
    instance.round_up_mib(smallest.unwrap_or(0))
}

/// The Lagrangian bound of the module's head, in MiB·ms, rounded up.
///
/// # Errors
/// When prices are negative, unknown or too large for exact arithmetic, or a type cannot be
/// served at all.
pub fn lagrangian_bound(
    instance: &Instance,
    prices: &DualPrices,
) -> Result<i128, CertificateError> {
    let prices = Prices::read(instance, prices)?;
    let columns: Vec<Column> =
        instance.types.iter().map(|task_type| Column::new(instance, task_type)).collect();
    prices.check_magnitude(&columns)?;
    let bins = Bins::new(instance, &columns, &prices)?;
    let mut scaled = 0_i128;
    let mut bin_prices = vec![0_i128; bins.count()];
    for (index, column) in columns.iter().enumerate() {
        let task_type = &instance.types[index];
        let own = prices.menu_of(index, &bins, &mut bin_prices)?;
        let rungs = prices.rungs(instance, task_type, column, &bins, &own);
        let cheapest = cheapest(column, &rungs, instance, &prices);
        scaled += cheapest.ok_or_else(|| malformed("a type that no rung can serve"))?;
        scaled -= column.usage_mib_ms << prices.shift;
    }
    scaled -= prices.failures * i128::from(instance.max_failures.unwrap_or(0));
    for (node, (memory, cores)) in instance.nodes.iter().zip(&prices.nodes) {
        scaled -= memory * i128::from(node.memory_mib) + cores * i128::from(node.cores);
    }
    if let Some(menu) = instance.max_distinct_sizes {
        scaled -= bins.dearest(&bin_prices, menu as usize);
    }
    // Integer costs: round up.
    Ok(-((-scaled) >> prices.shift))
}

/// Prices in scaled units, checked.
struct Prices {
    shift: u32,
    failures: i128,
    /// `(type, bin, price)`, sorted.
    menu: Vec<(usize, usize, i128)>,
    menu_bins: Vec<u64>,
    /// Per node: price of a MiB, price of a core.
    nodes: Vec<(i128, i128)>,
}

impl Prices {
    fn read(instance: &Instance, prices: &DualPrices) -> Result<Self, CertificateError> {
        if prices.shift > 30 {
            return Err(malformed("the shift exceeds 30"));
        }
        let mut read = Self {
            shift: prices.shift,
            failures: 0,
            menu: vec![],
            menu_bins: vec![],
            nodes: vec![(0, 0); instance.nodes.len()],
        };
        for (group, rows) in &prices.groups {
            for row in rows {
                if row.iter().any(|&number| number < 0) {
                    return Err(malformed(format!("a negative number in {group:?}")));
                }
                read.take(instance, group, row)?;
            }
        }
        read.menu.sort_unstable();
        Ok(read)
    }

    fn take(
        &mut self,
        instance: &Instance,
        group: &str,
        row: &[i64],
    ) -> Result<(), CertificateError> {
        let unknown = || malformed(format!("no constraint {row:?} in {group:?}"));
        match (group, row) {
            ("failures", &[price]) if instance.max_failures.is_some() => {
                self.failures = price.into();
            }
            ("menu_bins", &[largest]) => self.menu_bins.push(largest as u64),
            ("menu", &[task_type, bin, price]) if instance.max_distinct_sizes.is_some() => {
                self.menu.push((task_type as usize, bin as usize, price.into()));
            }
            ("node_memory", &[node, price]) => {
                self.nodes.get_mut(node as usize).ok_or_else(unknown)?.0 = price.into();
            }
            ("node_cores", &[node, price]) => {
                self.nodes.get_mut(node as usize).ok_or_else(unknown)?.1 = price.into();
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    /// All sums must stay within 126 bits; refuses scales for which they might not.
    fn check_magnitude(&self, columns: &[Column]) -> Result<(), CertificateError> {
        let largest = columns.iter().filter_map(|c| c.sizes_mib.last()).max().copied().unwrap_or(0);
        let time: i128 = columns.iter().map(|c| c.time_above_ms[0]).sum();
        let bits = |value: i128| 128 - value.unsigned_abs().leading_zeros();
        if bits(largest.into()) + bits(time) + 8 + self.shift > 126 {
            return Err(malformed("the shift is too large for exact arithmetic"));
        }
        Ok(())
    }

    /// This type's price per bin, added to the totals per bin.
    fn menu_of(
        &self,
        task_type: usize,
        bins: &Bins,
        totals: &mut [i128],
    ) -> Result<Vec<i128>, CertificateError> {
        let mut own = vec![0; bins.count()];
        let start = self.menu.partition_point(|&(t, _, _)| t < task_type);
        for &(t, bin, price) in &self.menu[start..] {
            if t != task_type {
                break;
            }
            let slot: &mut i128 = own.get_mut(bin).ok_or_else(|| malformed("no such menu bin"))?;
            *slot += price;
            totals[bin] += price;
        }
        if self.menu.last().is_some_and(|&(t, _, _)| t >= bins.types) {
            return Err(malformed("a menu price for no type"));
        }
        Ok(own)
    }

    /// The candidate rungs of a type with their prices.
    fn rungs(
        &self,
        instance: &Instance,
        task_type: &TaskType,
        column: &Column,
        bins: &Bins,
        own: &[i128],
    ) -> Vec<Candidate> {
        let limit_mib = instance.allocation_limit_mib(task_type);
        let mut sizes: BTreeSet<u64> = column.sizes_mib.iter().copied().collect();
        sizes.extend(bins.smallest_mib.iter().copied());
        let candidate = |&size_mib: &u64| Candidate {
            size_mib,
            level: column.sizes_mib.partition_point(|&own| own <= size_mib),
            price: if own.is_empty() { 0 } else { own[bins.bin(size_mib)] },
            first_price: self.cheapest_node(instance, task_type, size_mib),
        };
        let useful = |c: &Candidate| c.level > 0 && c.size_mib <= limit_mib;
        sizes.iter().map(candidate).filter(useful).collect()
    }

    fn cheapest_node(&self, instance: &Instance, task_type: &TaskType, size_mib: u64) -> i128 {
        let nodes = instance.nodes.iter().zip(&self.nodes);
        let fitting = nodes.filter(|(n, _)| n.cores >= task_type.cores && n.memory_mib >= size_mib);
        let price = fitting.map(|(_, &(memory, cores))| {
            memory * i128::from(size_mib) + cores * i128::from(task_type.cores)
        });
        i128::from(task_type.slots) * price.min().unwrap_or(0)
    }
}

struct Candidate {
    size_mib: u64,
    level: usize,
    price: i128,
    first_price: i128,
}

/// A type's distinct sizes and the sums over the samples above each.
struct Column {
    sizes_mib: Vec<u64>,
    time_above_ms: Vec<i128>,
    failed_above_ms: Vec<i128>,
    count_above: Vec<i128>,
    usage_mib_ms: i128,
    max_attempts: usize,
}

impl Column {
    fn new(instance: &Instance, task_type: &TaskType) -> Self {
        let samples = &task_type.samples;
        let size = |i: usize| instance.round_up_mib(samples.needed_mib(i));
        let distinct: BTreeSet<u64> = (0..samples.len()).map(size).collect();
        let sizes_mib: Vec<u64> = distinct.into_iter().collect();
        let mut sums = vec![[0_i128; 3]; sizes_mib.len() + 1];
        let mut usage_mib_ms = 0;
        for i in 0..samples.len() {
            let level = sizes_mib.partition_point(|&own| own < size(i));
            let (weight, time) = (i128::from(samples.weight(i)), samples.run_time_ms[i]);
            let failed = i128::from(instance.failed_ms(time));
            let time = i128::from(time);
            usage_mib_ms += weight * time * i128::from(samples.needed_mib(i));
            for (sum, value) in sums[level].iter_mut().zip([weight * time, weight * failed, weight])
            {
                *sum += value;
            }
        }
        for level in (1..sums.len()).rev() {
            let above = sums[level];
            sums[level - 1].iter_mut().zip(above).for_each(|(sum, above)| *sum += above);
        }
        let part = |part: usize| sums.iter().map(|sum| sum[part]).collect();
        Self {
            sizes_mib,
            time_above_ms: part(0),
            failed_above_ms: part(1),
            count_above: part(2),
            usage_mib_ms,
            max_attempts: instance.max_attempts(task_type),
        }
    }
}

/// The partition of all sizes in use into menu bins.
struct Bins {
    types: usize,
    smallest_mib: Vec<u64>,
    largest_mib: Vec<u64>,
    /// How many distinct sizes each bin holds; bins without any are left out and not counted.
    sizes: Vec<usize>,
}

impl Bins {
    fn new(
        instance: &Instance,
        columns: &[Column],
        prices: &Prices,
    ) -> Result<Self, CertificateError> {
        let types = columns.len();
        let mut bins = Self { types, smallest_mib: vec![], largest_mib: vec![], sizes: vec![] };
        if instance.max_distinct_sizes.is_none() {
            return Ok(bins);
        }
        let all: BTreeSet<u64> = columns.iter().flat_map(|c| c.sizes_mib.iter().copied()).collect();
        let wide = !prices.menu_bins.is_empty();
        let ascending = prices.menu_bins.windows(2).all(|pair| pair[0] < pair[1]);
        if wide && (!ascending || prices.menu_bins.last() < all.last()) {
            return Err(malformed("menu bins must ascend and cover all sizes"));
        }
        let mut current = None;
        for &size in &all {
            let bin = prices.menu_bins.partition_point(|&largest| largest < size);
            if wide && current == Some(bin) {
                let last = bins.sizes.len() - 1;
                bins.sizes[last] += 1;
                bins.largest_mib[last] = size;
            } else {
                bins.smallest_mib.push(size);
                bins.largest_mib.push(size);
                bins.sizes.push(1);
            }
            current = Some(bin);
        }
        Ok(bins)
    }

    fn count(&self) -> usize {
        self.sizes.len()
    }

    fn bin(&self, size_mib: u64) -> usize {
        self.largest_mib.partition_point(|&largest| largest < size_mib)
    }

    /// The largest total of at most `menu` sizes, each bin holding only so many.
    fn dearest(&self, totals: &[i128], menu: usize) -> i128 {
        let mut order: Vec<usize> = (0..totals.len()).collect();
        order.sort_by_key(|&bin| std::cmp::Reverse(totals[bin]));
        let mut left = menu;
        let mut sum = 0;
        for bin in order {
            let taken = self.sizes[bin].min(left);
            sum += totals[bin] * taken as i128;
            left -= taken;
        }
        sum
    }
}

/// Cheapest ladder over the candidates, in scaled units, usage included.
fn cheapest(
    column: &Column,
    rungs: &[Candidate],
    instance: &Instance,
    prices: &Prices,
) -> Option<i128> {
    let failure = (i128::from(instance.failure_price_mib_ms) << prices.shift) + prices.failures;
    let fixed = |rung: &Candidate| {
        let time = column.failed_above_ms[rung.level] - column.time_above_ms[rung.level];
        ((i128::from(rung.size_mib) * time) << prices.shift)
            + failure * column.count_above[rung.level]
            + rung.price
    };
    let time_above = |level: usize| column.time_above_ms[level] << prices.shift;
    let fixed: Vec<i128> = rungs.iter().map(fixed).collect();
    let first =
        |j: usize| i128::from(rungs[j].size_mib) * time_above(0) + fixed[j] + rungs[j].first_price;
    let terminal = rungs.iter().position(|r| r.level == column.sizes_mib.len())?;
    let mut cost: Vec<i128> = (0..rungs.len()).map(first).collect();
    let mut best = cost[terminal..].iter().copied().min()?;
    for _ in 1..column.max_attempts.min(rungs.len()) {
        let arc = |i: usize, j: usize| {
            i128::from(rungs[j].size_mib) * time_above(rungs[i].level) + fixed[j]
        };
        let mut longer = vec![i128::MAX; rungs.len()];
        let all = 0..rungs.len();
        monotone_minima(&|i, j| cost[i].saturating_add(arc(i, j)), &mut longer, all.clone(), all);
        cost.iter_mut().zip(longer).for_each(|(cost, longer)| *cost = longer.min(*cost));
        best = best.min(cost[terminal..].iter().copied().min()?);
    }
    Some(best)
}

/// Row minima `minima[j] = min_{i<j} value(i, j)` of a matrix whose leftmost minima move right
/// (Monge: sizes rise with `j`, sums above fall with `i`), for the rows and columns given.
fn monotone_minima(
    value: &impl Fn(usize, usize) -> i128,
    minima: &mut [i128],
    rows: Range<usize>,
    columns: Range<usize>,
) {
    if rows.is_empty() {
        return;
    }
    let middle = rows.start + rows.len() / 2;
    let mut best = columns.start;
    for i in columns.start..columns.end.min(middle) {
        let value = value(i, middle);
        if value < minima[middle] {
            (minima[middle], best) = (value, i);
        }
    }
    monotone_minima(value, minima, rows.start..middle, columns.start..best + 1);
    monotone_minima(value, minima, middle + 1..rows.end, best..columns.end);
}
