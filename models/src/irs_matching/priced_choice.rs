//! What a job does at given prices on supply: the cheapest devices by the best time.
//!
//! Single devices come one by one; the cheapest so far are kept, and with every one of them the job
//! could be done. Where rates supply, the time `F` of the last device lies anywhere within a cell.
//! For every threshold `θ` the cheapest devices before `F` cost at least
//! `R_j D_j θ − Σ_ak (amount before F) (θ − π_ak)⁺`, with equality for the right one. Within a cell
//! that is linear in `F`, as whole micro-devices are at most one more than rate times length, and
//! `C_j(F)` is linear but for one bend. The threshold is taken where the line is flat, or where it
//! belongs at the cell's ends (the saddle point of a function concave in `θ` and convex in `F`).
//!
//! Time per job O(cells · classes · log cells) for rates, O(devices · log demand) for devices.

use super::cheapest::{Chosen, Offer};
use super::instance::{Instance, Job, JobId, Supply, SupplyCurves, Window};
use super::supply_prices::{DEAREST, SupplyPrices};

/// How a job does best at given prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it pays at least, in `2^-shift / 1000` weighted ms.
    pub value: i128,
    /// Start of the cell in which it gets its last device, or when it gets it.
    pub from_ms: u64,
    /// It takes everything that is cheaper than this until then.
    pub threshold: u64,
}

/// The numbers do not fit the integers they are added up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

/// The supply of an instance, cut into cells for prices.
pub struct PricedSupply<'a> {
    pub(super) instance: &'a Instance,
    pub(super) curves: SupplyCurves<'a>,
    /// Eligible classes per job.
    pub(super) own: Vec<Vec<usize>>,
    /// Cells of constant price and rates; the end is `None` for the last one.
    pub(super) cells: Vec<Cell>,
    /// Per class what comes in each of them, as far as they end.
    amounts: Vec<Vec<u128>>,
}

/// A stretch of time in which prices and rates do not change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) start_ms: u64,
    pub(super) end_ms: Option<u64>,
    /// Which cell of the prices it lies in.
    pub(super) price: usize,
    /// Which segment of the rates.
    pub(super) segment: usize,
}

impl<'a> PricedSupply<'a> {
    /// Prepares an instance for prices whose cells begin at these times, the first of them 0.
    #[must_use]
    pub fn new(instance: &'a Instance, starts_ms: &[u64]) -> Self {
        let segments: &[u64] = match &instance.supply {
            Supply::Rates(rates) => &rates.segment_start_ms,
            Supply::Devices(_) => &[0],
        };
        let mut starts: Vec<u64> = segments.iter().chain(starts_ms).copied().collect();
        starts.sort_unstable();
        starts.dedup();
        let last = |times: &[u64], start| times.partition_point(|&each| each <= start) - 1;
        let cell = |(index, &start_ms): (usize, &u64)| Cell {
            start_ms,
            end_ms: starts.get(index + 1).copied(),
            price: last(starts_ms, start_ms),
            segment: last(segments, start_ms),
        };
        let cells: Vec<Cell> = starts.iter().enumerate().map(cell).collect();
        let curves = instance.supply_curves();
        let amount = |class: usize, cell: &Cell| match cell.end_ms {
            Some(end_ms) => curves.between(class, cell.start_ms, end_ms),
            None => 0,
        };
        let own = |class: usize| cells.iter().map(|cell| amount(class, cell)).collect();
        let amounts = (0..instance.classes.len()).map(own).collect();
        let jobs = (0..instance.jobs.len() as u32).map(JobId);
        let own = jobs.map(|id| instance.eligible_masks(id)).collect();
        Self { instance, curves, own, cells, amounts }
    }

    /// What the prices of everything that comes add up to, in `2^-shift` weighted ms.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn worth(&self, prices: &SupplyPrices) -> Result<i128, TooLarge> {
        let mut sum = 0_i128;
        for (class, own) in prices.prices.iter().enumerate() {
            for (pair, &price) in prices.starts_ms.windows(2).zip(own) {
                let amount = i128::try_from(self.curves.between(class, pair[0], pair[1]));
                let worth = amount.ok().and_then(|amount| amount.checked_mul(price.into()));
                sum = worth.and_then(|worth| sum.checked_add(worth)).ok_or(TooLarge)?;
            }
        }
        Ok(sum)
    }

    /// The best choice of a job; `None` where its devices never suffice.
    ///
    /// # Errors
    /// [`TooLarge`].
    pub fn choice(&self, prices: &SupplyPrices, id: JobId) -> Result<Option<Choice>, TooLarge> {
        let buyer = Buyer {
            supply: self,
            prices,
            job: &self.instance.jobs[id.index()],
            own: &self.own[id.index()],
            window: self.instance.window(&self.instance.jobs[id.index()]),
        };
        match &self.instance.supply {
            Supply::Rates(_) => buyer.of_rates(),
            Supply::Devices(_) => buyer.of_devices(),
        }
    }
}

/// A job that looks for devices at given prices.
struct Buyer<'a> {
    supply: &'a PricedSupply<'a>,
    prices: &'a SupplyPrices,
    job: &'a Job,
    own: &'a [usize],
    window: Window,
}

impl Buyer<'_> {
    /// Cell by cell, the cheapest devices so far. In a cell that may hold the best time, with every
    /// device the job could be done.
    fn of_devices(&self) -> Result<Option<Choice>, TooLarge> {
        let Self { job, own, .. } = *self;
        let Supply::Devices(arrivals) = &self.supply.instance.supply else { return Ok(None) };
        let last_ms = arrivals.time_ms.last().copied().unwrap_or(0);
        let wanted = job.total_devices();
        let mut chosen = Chosen::new(wanted);
        // What being done costs at least in a cell where that is new, and at most in the best cell.
        let (mut least, mut bar) = (vec![None; self.supply.cells.len()], i128::MAX);
        for (index, start_ms, end_ms) in self.windows() {
            let given_up = chosen.exchange(&self.offers(index, start_ms, end_ms));
            if !given_up.is_empty() && chosen.missing == 0 {
                let end_ms = end_ms.map_or(last_ms, |end_ms| end_ms - 1);
                least[index] = Some(self.total(chosen.paid, start_ms)?);
                bar = bar.min(self.total(chosen.paid, end_ms.max(start_ms))?);
            }
        }
        let mut may = vec![false; self.supply.instance.classes.len()];
        own.iter().for_each(|&class| may[class] = true);
        let mut chosen = Chosen::new(wanted);
        let mut best: Option<Choice> = None;
        for (index, start_ms, end_ms) in self.windows() {
            if least[index].is_none_or(|least| least > bar) {
                chosen.exchange(&self.offers(index, start_ms, end_ms));
                continue;
            }
            let first = arrivals.time_ms.partition_point(|&time_ms| time_ms < start_ms);
            let devices = arrivals.time_ms[first..].iter().zip(&arrivals.class[first..]);
            let inside = |time_ms: u64| end_ms.is_none_or(|end_ms| time_ms < end_ms);
            for (&time_ms, &class) in devices.take_while(|(time_ms, _)| inside(**time_ms)) {
                if !may[class as usize] {
                    continue;
                }
                let price = self.prices.prices[class as usize][self.supply.cells[index].price];
                let given_up = chosen.exchange(&[Offer { price, amount: 1, rate: 0 }]);
                if given_up.is_empty() || chosen.missing > 0 {
                    continue;
                }
                let value = self.total(chosen.paid, time_ms)?;
                if best.is_none_or(|best| value < best.value) {
                    let threshold = chosen.dearest().unwrap_or(0);
                    best = Some(Choice { value, from_ms: time_ms, threshold });
                }
            }
        }
        Ok(best)
    }

    /// The parts of cells in which devices serve the job: number, start and end.
    fn windows(&self) -> impl Iterator<Item = (usize, u64, Option<u64>)> {
        let Window { start_ms, end_ms } = self.window;
        let part = move |(index, cell): (usize, &Cell)| {
            let start_ms = cell.start_ms.max(start_ms);
            let end_ms = [cell.end_ms, end_ms].into_iter().flatten().min();
            (end_ms.is_none_or(|end_ms| start_ms < end_ms)).then_some((index, start_ms, end_ms))
        };
        self.supply.cells.iter().enumerate().filter_map(part)
    }

    /// What is paid, and what it costs to be done then, in the unit of choices.
    fn total(&self, paid: i128, last_ms: u64) -> Result<i128, TooLarge> {
        let waiting = self.weighted(last_ms)?;
        paid.checked_mul(1000).and_then(|paid| paid.checked_add(waiting)).ok_or(TooLarge)
    }

    /// `w C(F)` in the unit of choices.
    fn weighted(&self, last_ms: u64) -> Result<i128, TooLarge> {
        let cost = i128::from(self.job.weight) * i128::from(self.job.completion_ms(last_ms));
        let scaled = cost.checked_mul(1000).and_then(|c| c.checked_mul(1 << self.prices.shift));
        scaled.ok_or(TooLarge)
    }

    fn of_rates(&self) -> Result<Option<Choice>, TooLarge> {
        let job = self.job;
        let mut chosen = Chosen::new(job.total_micro());
        let mut best: Option<Choice> = None;
        let kink_ms = job.earliest_completion_ms() - job.round_latency_ms;
        for (index, start_ms, end_ms) in self.windows() {
            let offers = self.offers(index, start_ms, end_ms);
            let flat = self.flat_threshold(&offers);
            let before = chosen.paid;
            let highest = chosen.dearest();
            let given_up = chosen.exchange(&offers);
            // Without better devices in this cell the job was done no later than before it.
            if given_up.is_empty() || chosen.missing > 0 {
                continue;
            }
            let threshold = flat.max(chosen.dearest().unwrap_or(0));
            let threshold = highest.map_or(threshold, |highest| threshold.min(highest));
            let mut capped = before;
            for &(price, amount) in &given_up {
                capped += match price {
                    Some(price) => {
                        -i128::from(price.saturating_sub(threshold)) * i128::from(amount)
                    }
                    None => i128::from(threshold) * i128::from(amount),
                };
            }
            let ends = [Some(start_ms), end_ms, Some(kink_ms)];
            let inside = |last_ms: &u64| {
                *last_ms >= start_ms && end_ms.is_none_or(|end_ms| *last_ms <= end_ms)
            };
            for last_ms in ends.into_iter().flatten().filter(inside) {
                let mut value = self.total(capped, last_ms)?;
                for offer in offers.iter().filter(|offer| offer.price < threshold) {
                    // Linear in the time, so that nothing between the ends is lower.
                    let length_ms = u128::from(last_ms - start_ms);
                    let amount = (u128::from(offer.rate) * length_ms + 1000) as i128;
                    let saved = amount.checked_mul((threshold - offer.price).into());
                    value = saved.and_then(|saved| value.checked_sub(saved)).ok_or(TooLarge)?;
                }
                if best.is_none_or(|best| value < best.value) {
                    best = Some(Choice { value, from_ms: start_ms, threshold });
                }
            }
        }
        Ok(best)
    }

    /// What the job's classes supply between two times within a cell, the cheapest first; of each
    /// at most what the job wants.
    fn offers(&self, index: usize, start_ms: u64, end_ms: Option<u64>) -> Vec<Offer> {
        let (cell, curves) = (&self.supply.cells[index], &self.supply.curves);
        let (most, whole) = match &self.supply.instance.supply {
            Supply::Rates(_) => (self.job.total_micro(), false),
            Supply::Devices(_) => (self.job.total_devices(), true),
        };
        let offer = |&class: &usize| {
            let rate = match &self.supply.instance.supply {
                Supply::Rates(rates) => rates.rate_micro_per_s[class][cell.segment],
                Supply::Devices(_) => 0,
            };
            let amount = match end_ms {
                Some(_) if (cell.start_ms, cell.end_ms) == (start_ms, end_ms) => {
                    self.supply.amounts[class][index]
                }
                Some(end_ms) => curves.between(class, start_ms, end_ms),
                // Rates never end, single devices are counted.
                None if whole => curves.between(class, start_ms, u64::MAX),
                None if rate > 0 => most.into(),
                None => 0,
            };
            let amount = amount.min(most.into()) as u64;
            Offer { price: self.prices.prices[class][cell.price], amount, rate }
        };
        let mut offers: Vec<Offer> =
            self.own.iter().map(offer).filter(|offer| offer.amount > 0).collect();
        offers.sort_unstable_by_key(|offer| offer.price);
        offers
    }

    /// The threshold at which waiting costs what it saves, rounded down.
    fn flat_threshold(&self, offers: &[Offer]) -> u64 {
        let mut level = (u128::from(self.job.weight) * 1000) << self.prices.shift;
        let (mut rate, mut threshold) = (0_u128, u64::MAX.into());
        for offer in offers {
            if rate > 0 && u128::from(offer.price) >= threshold {
                break;
            }
            rate += u128::from(offer.rate);
            level += u128::from(offer.rate) * u128::from(offer.price);
            threshold = level.checked_div(rate).unwrap_or(u64::MAX.into());
        }
        // What is dearer than any price caps nothing.
        threshold.min(u128::from(DEAREST)) as u64
    }
}
