//! The bound `lagrangian`: prices paid for serving customers, and the plans they suggest.
//!
//! With the rule that everybody is served priced instead of kept, sites are independent, and what
//! each would do is a knapsack (see `certificate`). Prices rise for customers whom nobody serves and
//! fall for those whom several do, by Polyak's step towards the incumbent's cost (see
//! `placewright_solver::bound::subgradient`). Now and then the prices guide an insertion. Guarantee:
//! every point is a valid bound, proved in integers. With exact knapsacks the best approaches the
//! bound of the linear program whose columns are whole sites, which on generalised assignment is
//! mostly within a few parts in a thousand of the optimum; else that of the compact model.

use placewright_solver::bound::subgradient::{self, Sign, SubgradientSettings, maximise};
use placewright_solver::certificate::{Certificate, Claim, Proof};
use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::objective::Objective;

use super::certificate::{
    Exactness, MAX_SHIFT, Pricing, SiteChoice, priced_bound, select, write_prices,
};
use super::insertion::insert_and_mend;
use super::instance::Index;
use super::prices::Prices;
use super::problem::SiteAssignment;
use super::search::preference::Preferences;

/// The bound `lagrangian`.
#[derive(Clone, Debug, Default)]
pub struct Lagrangian {
    /// Where it begins, and where its prices go.
    pub prices: Prices,
}

const WALK: SubgradientSettings = SubgradientSettings {
    scale: 1.2,
    patience: 20,
    freshness: 0.6,
    gap: 0.999,
    noticeable: 1e-6,
    smallest_scale: 1e-3,
};
/// Every so many evaluations the prices are turned into a plan and a certificate.
const PLAN_EVERY: u32 = 60;
/// Sums of prices stay below `2^SAFE_BITS`.
const SAFE_BITS: u32 = 56;

impl Method<SiteAssignment> for Lagrangian {
    fn name(&self) -> &'static str {
        "lagrangian"
    }

    fn symbol(&self) -> char {
        'B'
    }

    fn run(&self, context: &Context<'_, SiteAssignment>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        let shift = shift_for(&index);
        let start = match self.prices.known() {
            Some(known) => multipliers(&index, &known),
            None => second_cheapest(&index),
        };
        let signs = vec![Sign::Free; start.len()];
        let mut ascent = Ascent {
            context,
            index: &index,
            shift,
            exact: Exactness::of(&index),
            choice: SiteChoice::default(),
            values: vec![0; index.sites()],
            shares: Vec::new(),
            best: None,
            raised: f64::NEG_INFINITY,
            evaluations: 0,
            error: None,
        };
        maximise(&mut ascent, &signs, start, WALK, context.budget);
        if let Some((_, pricing)) = &ascent.best {
            self.prices.keep(pricing);
        }
        match ascent.error.take() {
            Some(error) => Err(error),
            None => ascent.raise(),
        }
    }
}

/// The finest denominator with which all sums stay exact.
fn shift_for(index: &Index) -> u32 {
    let dearest = |customer: usize| {
        let costs = (0..index.sites()).map(|site| index.whole_cost(customer, site));
        costs.max().unwrap_or(0) as f64
    };
    let total: f64 = (0..index.customers()).map(dearest).sum::<f64>()
        + (0..index.sites()).map(|site| index.opening_cost(site) as f64).sum::<f64>();
    let bits = (total + 1.0).log2().ceil() as u32;
    SAFE_BITS.saturating_sub(bits).min(MAX_SHIFT).min(16)
}

/// A usual start: whoever gets its second choice pays for the difference.
#[must_use]
pub fn second_cheapest(index: &Index) -> Vec<f64> {
    let second = |customer: usize| {
        let (mut first, mut second) = (i64::MAX, i64::MAX);
        for site in (0..index.sites()).filter(|&site| index.may_serve(customer, site)) {
            let cost = index.whole_cost(customer, site);
            if cost < first {
                (first, second) = (cost, first);
            } else {
                second = second.min(cost);
            }
        }
        if second < i64::MAX { second as f64 } else { first.min(i64::MAX >> 1) as f64 }
    };
    (0..index.customers()).map(second).collect()
}

/// Prices of whole customers, in the unit of costs.
#[must_use]
pub fn multipliers(index: &Index, pricing: &Pricing) -> Vec<f64> {
    let scale = 2.0_f64.powi(pricing.shift as i32);
    let price =
        |(customer, &price): (usize, &i64)| price as f64 / scale * index.quantity(customer) as f64;
    pricing.prices.iter().enumerate().map(price).collect()
}

struct Ascent<'a, 'b, 'c> {
    context: &'a Context<'b, SiteAssignment>,
    index: &'c Index<'c>,
    shift: u32,
    exact: Exactness,
    choice: SiteChoice,
    values: Vec<i128>,
    /// Whom each site would serve, site by site.
    shares: Vec<Vec<(u32, f64)>>,
    best: Option<(f64, Pricing)>,
    raised: f64,
    evaluations: u32,
    error: Option<EngineError>,
}

impl subgradient::Lagrangian for Ascent<'_, '_, '_> {
    fn evaluate(&mut self, multipliers: &[f64]) -> subgradient::Evaluation {
        let pricing = self.rounded(multipliers);
        let index = self.index;
        self.shares.resize_with(index.sites(), Vec::new);
        let mut cells = 0;
        for site in 0..index.sites() {
            let value = pricing.site_value(index, site, self.exact, &mut self.choice);
            let Ok(value) = value else {
                // Prices beyond all costs: such a step was too long.
                return subgradient::Evaluation {
                    value: f64::NEG_INFINITY,
                    subgradient: vec![0.0; multipliers.len()],
                };
            };
            self.values[site] = value;
            let chosen = self.choice.chosen.iter().map(|each| (each.customer, each.share));
            self.shares[site].clear();
            self.shares[site].extend(chosen);
            if self.exact == Exactness::Tabled {
                cells += self.shares[site].len() as u64 * index.capacity(site) as u64;
            }
        }
        let pairs = (index.sites() * index.customers()) as u64;
        self.context.budget.spend(cells / 500 + pairs / 500 + 1);
        let (least, most) = index.open_range();
        let selection = select(&self.values, least, most);
        let mut slope = vec![1.0; index.customers()];
        for &site in &selection.sites {
            for &(customer, share) in &self.shares[site as usize] {
                slope[customer as usize] -= share;
            }
        }
        let paid = pricing.prices.iter().enumerate();
        let paid: i128 =
            paid.map(|(i, &price)| i128::from(price) * i128::from(index.quantity(i))).sum();
        let value = (paid + selection.value) as f64 / 2.0_f64.powi(self.shift as i32);
        if self.best.as_ref().is_none_or(|best| value > best.0) {
            self.best = Some((value, pricing));
        }
        self.evaluations += 1;
        if self.evaluations.is_multiple_of(PLAN_EVERY) && self.error.is_none() {
            self.error = self.raise().err();
            self.suggest();
        }
        subgradient::Evaluation { value, subgradient: slope }
    }

    fn target(&self, best_value: f64) -> f64 {
        if self.error.is_some() {
            return best_value;
        }
        match self.context.objective() {
            Some(cost) => cost.first() as f64,
            None => best_value + 0.05 * best_value.abs().max(1.0),
        }
    }
}

impl Ascent<'_, '_, '_> {
    fn rounded(&self, multipliers: &[f64]) -> Pricing {
        let scale = 2.0_f64.powi(self.shift as i32);
        let most = 2.0_f64.powi(58);
        let price = |(customer, price): (usize, &f64)| {
            // Conversion saturates; a NaN becomes zero, which is a price like any other.
            (price * scale / self.index.quantity(customer) as f64).clamp(-most, most).round() as i64
        };
        Pricing { shift: self.shift, prices: multipliers.iter().enumerate().map(price).collect() }
    }

    fn raise(&mut self) -> Result<(), EngineError> {
        let Some((value, pricing)) = &self.best else { return Ok(()) };
        if *value <= self.raised {
            return Ok(());
        }
        self.raised = *value;
        let Ok(bound) = priced_bound(self.index, pricing) else { return Ok(()) };
        let claim = Claim::AtLeast(Objective::single(bound));
        let proof = Proof::DualPrices(write_prices(pricing));
        let note = format!("{} evaluations", self.evaluations);
        self.context.raise(Certificate { claim, proof }, &note)
    }

    /// A plan inserted in the order of reduced costs.
    fn suggest(&mut self) {
        if let Some((_, pricing)) = &self.best
            && !self.context.should_stop()
        {
            let preferences = Preferences::new(self.index, Some(pricing));
            insert_and_mend(self.context, self.index, &preferences, "insertion by prices");
        }
    }
}
