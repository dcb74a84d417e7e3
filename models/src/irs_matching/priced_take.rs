//! What a job takes of the supply when it chooses as `priced_choice` says: the slope of the bound.
//!
//! Everything cheaper than the threshold, and of what costs exactly as much an equal share, so that
//! ties do not depend on an order. Amounts are in floating point: they steer a search and prove
//! nothing.

use super::instance::{JobId, Supply};
use super::priced_choice::{Choice, PricedSupply};
use super::supply_prices::SupplyPrices;

/// One thing that is taken: class, cell of the prices, amount.
type Taken = (usize, usize, f64);

impl PricedSupply<'_> {
    /// Calls `take` with what a job takes; when it has its last device, in ms.
    pub(super) fn take(
        &self,
        prices: &SupplyPrices,
        id: JobId,
        choice: Choice,
        take: &mut dyn FnMut(usize, usize, f64),
    ) -> f64 {
        let (equal, wanted, last_ms) = match &self.instance.supply {
            Supply::Devices(_) => self.cheaper_devices(prices, id, choice, take),
            Supply::Rates(_) => self.cheaper_rates(prices, id, choice, take),
        };
        let total: f64 = equal.iter().map(|each| each.2).sum();
        let share = if total > 0.0 { (wanted / total).clamp(0.0, 1.0) } else { 0.0 };
        equal.into_iter().for_each(|(class, cell, amount)| take(class, cell, amount * share));
        last_ms
    }

    fn cheaper_devices(
        &self,
        prices: &SupplyPrices,
        id: JobId,
        choice: Choice,
        take: &mut dyn FnMut(usize, usize, f64),
    ) -> (Vec<Taken>, f64, f64) {
        let Supply::Devices(arrivals) = &self.instance.supply else { return Default::default() };
        let job = &self.instance.jobs[id.index()];
        let mut wanted = job.total_devices() as f64;
        let mut equal = Vec::new();
        for &class in &self.own[id.index()] {
            let before = |time_ms: u64| self.curves.before(class, time_ms) as f64;
            for (cell, &start_ms) in prices.starts_ms.iter().enumerate() {
                let start_ms = start_ms.max(job.release_ms);
                let end_ms = prices.starts_ms.get(cell + 1).copied().unwrap_or(u64::MAX);
                let end_ms = end_ms.min(choice.from_ms + 1);
                let price = prices.prices[class][cell];
                if start_ms >= end_ms || price > choice.threshold {
                    continue;
                }
                let amount = before(end_ms) - before(start_ms);
                if price == choice.threshold {
                    equal.push((class, cell, amount));
                } else if amount > 0.0 {
                    take(class, cell, amount);
                    wanted -= amount;
                }
            }
        }
        debug_assert!(arrivals.time_ms.last().is_none_or(|&last_ms| choice.from_ms <= last_ms));
        (equal, wanted, choice.from_ms as f64)
    }

    fn cheaper_rates(
        &self,
        prices: &SupplyPrices,
        id: JobId,
        choice: Choice,
        take: &mut dyn FnMut(usize, usize, f64),
    ) -> (Vec<Taken>, f64, f64) {
        let Supply::Rates(rates) = &self.instance.supply else { return Default::default() };
        let job = &self.instance.jobs[id.index()];
        let own = &self.own[id.index()];
        let mut wanted = job.total_micro() as f64;
        let mut equal = Vec::new();
        let mut last_ms = choice.from_ms as f64;
        for cell in self.cells.iter().take_while(|cell| cell.start_ms <= choice.from_ms) {
            let start_ms = cell.start_ms.max(job.release_ms);
            if cell.end_ms.is_some_and(|end_ms| end_ms <= start_ms) {
                continue;
            }
            let price = |class: usize| prices.prices[class][cell.price];
            let rate = |class: usize| rates.rate_micro_per_s[class][cell.segment] as f64 / 1000.0;
            let usable = own.iter().copied().filter(|&class| price(class) <= choice.threshold);
            // In the last cell for as long as it takes, before that to its end.
            let here = cell.end_ms.is_none_or(|end_ms| end_ms > choice.from_ms);
            let cheaper = usable.clone().filter(|&class| price(class) < choice.threshold);
            let joint: f64 = cheaper.map(rate).sum();
            let most_ms = cell.end_ms.map_or(f64::INFINITY, |end_ms| (end_ms - start_ms) as f64);
            let needed_ms = if joint > 0.0 { (wanted / joint).max(0.0) } else { 0.0 };
            let length_ms = if here { most_ms.min(needed_ms) } else { most_ms };
            if here {
                last_ms = start_ms as f64 + length_ms;
            }
            for class in usable {
                let amount = rate(class) * length_ms;
                if amount <= 0.0 {
                    continue;
                }
                if price(class) == choice.threshold {
                    equal.push((class, cell.price, amount));
                } else {
                    take(class, cell.price, amount);
                    wanted -= amount;
                }
            }
        }
        (equal, wanted.max(0.0), last_ms)
    }
}
