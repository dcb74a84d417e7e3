//! What a site would do under prices, and the bound that prices prove.

use crate::site_assignment::instance::Index;

/// Largest binary logarithm of the denominator of prices.
pub const MAX_SHIFT: u32 = 30;
/// Cells of knapsack tables of all sites together beyond which linear relaxations do.
const MOST_CELLS: i128 = 1 << 28;
/// Capacity of a site beyond which they do, as a table would not fit the memory.
const MOST_CAPACITY: i64 = 1 << 20;
/// Profits of a site sum to less, so that sums of a table fit 64 bits.
const MOST_PROFIT: i128 = 1 << 61;

/// Prices of units served, divided by `2^shift`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pricing {
    /// Binary logarithm of the common denominator.
    pub shift: u32,
    /// The numerators, one per customer.
    pub prices: Vec<i64>,
}

/// A part of a customer that a site would serve: all of it, except perhaps for one customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    /// The customer.
    pub customer: u32,
    /// The part of its quantity.
    pub share: f64,
}

/// The choice of a site under prices; buffers are kept from one site to the next.
#[derive(Default)]
pub struct SiteChoice {
    /// Whom the site would serve.
    pub chosen: Vec<Chosen>,
    items: Vec<Item>,
    best: Vec<i64>,
    kept: Vec<bool>,
}

/// A customer who would pay more than it costs.
#[derive(Clone, Copy)]
struct Item {
    customer: u32,
    profit: i64,
    weight: i64,
}

/// Whether knapsacks of this instance are solved exactly.
fn is_tabled(index: &Index) -> bool {
    let capacities = || (0..index.sites()).map(|site| index.capacity(site));
    let cells = capacities().map(|capacity| i128::from(capacity) + 1).sum::<i128>();
    !index.splits()
        && capacities().all(|capacity| capacity <= MOST_CAPACITY)
        && cells * index.customers() as i128 <= MOST_CELLS
}

impl Pricing {
    /// What a customer pays for its whole quantity beyond what it costs a site, times `2^shift`.
    #[must_use]
    pub fn profit(&self, index: &Index, customer: usize, site: usize) -> i128 {
        let unit = i128::from(self.prices[customer])
            - (i128::from(index.cost(customer, site)) << self.shift);
        unit * i128::from(index.quantity(customer))
    }

    /// The least a site can cost under prices, its opening included, times `2^shift`; not below it
    /// where the knapsack is relaxed.
    ///
    /// # Errors
    /// When prices are so large that sums would not be exact.
    pub fn site_value(
        &self,
        index: &Index,
        site: usize,
        exact: Exactness,
        choice: &mut SiteChoice,
    ) -> Result<i128, String> {
        let capacity = index.capacity(site);
        choice.items.clear();
        choice.chosen.clear();
        let (mut profits, mut weights) = (0_i128, 0_i128);
        for customer in 0..index.customers() {
            let profit = self.profit(index, customer, site);
            if profit <= 0 || !index.may_serve(customer, site) {
                continue;
            }
            let weight = index.whole_demand(customer, site);
            profits += profit;
            weights += i128::from(weight);
            if profits >= MOST_PROFIT {
                return Err("prices are too large".to_owned());
            }
            let (customer, profit) = (customer as u32, profit as i64);
            choice.items.push(Item { customer, profit, weight });
        }
        let best = if weights <= i128::from(capacity) {
            let all =
                choice.items.iter().map(|item| Chosen { customer: item.customer, share: 1.0 });
            choice.chosen.extend(all);
            profits
        } else if exact == Exactness::Tabled {
            i128::from(choice.tabled(capacity))
        } else {
            choice.relaxed(capacity)
        };
        Ok((i128::from(index.opening_cost(site)) << self.shift) - best)
    }
}

/// How knapsacks of an instance are solved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exactness {
    /// By dynamic programming over capacities.
    Tabled,
    /// By their linear relaxation, rounded down; exact where customers may be split.
    Relaxed,
}

impl Exactness {
    /// The way for an instance.
    #[must_use]
    pub fn of(index: &Index) -> Self {
        if is_tabled(index) { Exactness::Tabled } else { Exactness::Relaxed }
    }
}

impl SiteChoice {
    /// The 0/1 knapsack by dynamic programming (R. Bellman, 1957). Time and space
    /// O(items · capacity).
    fn tabled(&mut self, capacity: i64) -> i64 {
        let width = capacity as usize + 1;
        self.best.clear();
        self.best.resize(width, 0);
        self.kept.clear();
        self.kept.resize(width * self.items.len(), false);
        let mut reach = 0;
        for (item, kept) in self.items.iter().zip(self.kept.chunks_exact_mut(width)) {
            let weight = item.weight as usize;
            // Nothing beyond what all so far weigh together is better than that.
            let before = reach;
            reach = (reach + weight).min(capacity as usize);
            let so_far = self.best[before];
            self.best[before + 1..=reach].fill(so_far);
            for at in (weight..=reach).rev() {
                let with = self.best[at - weight] + item.profit;
                if with > self.best[at] {
                    self.best[at] = with;
                    kept[at] = true;
                }
            }
        }
        let mut at = reach;
        // `kept` rows end at the reach of their time; beyond it the last entry of the row speaks.
        let mut reaches = Vec::with_capacity(self.items.len());
        let mut end = 0;
        for item in &self.items {
            end = (end + item.weight as usize).min(capacity as usize);
            reaches.push(end);
        }
        for (number, item) in self.items.iter().enumerate().rev() {
            at = at.min(reaches[number]);
            if self.kept[number * width + at] {
                self.chosen.push(Chosen { customer: item.customer, share: 1.0 });
                at -= item.weight as usize;
            }
        }
        self.best[reach]
    }

    /// The knapsack whose items may be cut (G. B. Dantzig, Oper. Res. 5, 1957), rounded down.
    /// Time O(items · log items).
    fn relaxed(&mut self, capacity: i64) -> i128 {
        self.items.sort_unstable_by(|a, b| {
            let (left, right) = (
                i128::from(a.profit) * i128::from(b.weight),
                i128::from(b.profit) * i128::from(a.weight),
            );
            right.cmp(&left).then(a.customer.cmp(&b.customer))
        });
        let (mut room, mut best) = (capacity, 0);
        for item in &self.items {
            if item.weight <= room {
                room -= item.weight;
                best += i128::from(item.profit);
                self.chosen.push(Chosen { customer: item.customer, share: 1.0 });
                continue;
            }
            // What is cut has some weight.
            best += i128::from(item.profit) * i128::from(room) / i128::from(item.weight);
            let share = room as f64 / item.weight as f64;
            self.chosen.push(Chosen { customer: item.customer, share });
            break;
        }
        best
    }
}

/// Which sites are opened under prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Their values together.
    pub value: i128,
    /// The sites.
    pub sites: Vec<u32>,
}

/// The cheapest sites, as many as may be open.
#[must_use]
pub fn select(values: &[i128], least: usize, most: usize) -> Selection {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by_key(|&site| (values[site as usize], site));
    let wanted = |&(count, &site): &(usize, &u32)| {
        count < least || (count < most && values[site as usize] < 0)
    };
    let sites: Vec<u32> = order.iter().enumerate().take_while(wanted).map(|each| *each.1).collect();
    Selection { value: sites.iter().map(|&site| values[site as usize]).sum(), sites }
}

/// The bound that prices prove, rounded up to a whole cost.
///
/// # Errors
/// When prices are too large to be counted with.
pub fn priced_bound(index: &Index, pricing: &Pricing) -> Result<i128, String> {
    let (exact, mut choice) = (Exactness::of(index), SiteChoice::default());
    let values: Result<Vec<i128>, String> = (0..index.sites())
        .map(|site| pricing.site_value(index, site, exact, &mut choice))
        .collect();
    let (least, most) = index.open_range();
    let paid = pricing.prices.iter().enumerate();
    let paid: i128 =
        paid.map(|(i, &price)| i128::from(price) * i128::from(index.quantity(i))).sum();
    Ok(whole(paid + select(&values?, least, most).value, pricing.shift))
}

/// A value over `2^shift`, rounded up.
#[must_use]
pub fn whole(value: i128, shift: u32) -> i128 {
    let unit = 1_i128 << shift;
    value.div_euclid(unit) + i128::from(value.rem_euclid(unit) > 0)
}
