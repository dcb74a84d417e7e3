//! The method `reduced-mip`: the compact model with the pairs that a better plan may need.
//!
//! The prices of the best bound say what each pair of a customer and a site costs at least (see
//! `fixing`). Pairs that reach the incumbent's cost are left out; where more are left than a solver
//! does quickly, so are the worst of them, and what the solver then proves is limited by the least
//! of what was left out. The incumbent's own pairs stay, so it is the start. Guarantee: where
//! nothing better was left out, an optimum of the reduced model is one of the instance.

use placewright_solver::context::{Context, Method};
use placewright_solver::error::EngineError;
use placewright_solver::exact::Exact;

use super::fixing::pair_bounds;
use super::formulation::{Layout, Reduced};
use super::instance::Index;
use super::prices::Prices;
use super::problem::SiteAssignment;

/// How many pairs are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// So many per customer, on average.
    Core(usize),
    /// All that a better plan may need.
    Full,
}

/// The method `reduced-mip`, or `core-mip` with a few pairs only.
#[derive(Clone, Debug)]
pub struct ReducedMip {
    /// Prices that say what pairs cost.
    pub prices: Prices,
    /// How many pairs are kept.
    pub extent: Extent,
}

/// Pairs of an instance beyond which their bounds are not computed.
const MOST_PAIRS: usize = 4_000_000;

impl Method<SiteAssignment> for ReducedMip {
    fn name(&self) -> &'static str {
        match self.extent {
            Extent::Core(_) => "core-mip",
            Extent::Full => "reduced-mip",
        }
    }

    fn symbol(&self) -> char {
        match self.extent {
            Extent::Core(_) => 'C',
            Extent::Full => 'R',
        }
    }

    fn run(&self, context: &Context<'_, SiteAssignment>) -> Result<(), EngineError> {
        let index = Index::new(context.instance);
        if let Some(formulation) = self.reduced(context, &index) {
            Exact { formulation }.run(context)?;
        }
        Ok(())
    }
}

impl ReducedMip {
    fn reduced(&self, context: &Context<'_, SiteAssignment>, index: &Index) -> Option<Reduced> {
        let sites = index.sites();
        if index.has_conflicts() || sites * index.customers() > MOST_PAIRS {
            context.note("too many pairs or conflicts for a reduced model");
            return None;
        }
        let (plan, cost) = context.best()?;
        let pricing = self.prices.known()?;
        let found = pair_bounds(index, &pricing)?;
        context.budget.spend((sites * index.customers()) as u64 / 10 + 1);
        let cost = cost.first() as f64;
        // Costs are whole; a pair whose bound is more than one below the best may be of use.
        let mut limit = cost - 1.0 + 1e-6 * cost.abs().clamp(1.0, 1e5);
        if let Extent::Core(pairs) = self.extent {
            let mut sorted: Vec<f64> =
                found.bounds.iter().copied().filter(|&bound| bound <= limit).collect();
            let wanted = pairs * index.customers();
            if sorted.len() > wanted {
                sorted.select_nth_unstable_by(wanted, f64::total_cmp);
                limit = sorted[wanted];
            }
        }
        let mut kept: Vec<bool> = found.bounds.iter().map(|&bound| bound <= limit).collect();
        for (customer, parts) in plan.services.iter().enumerate() {
            for part in parts {
                kept[customer * sites + part.site.index()] = true;
            }
        }
        let left_out = kept.iter().zip(&found.bounds).filter(|(kept, _)| !**kept);
        let others = left_out.map(|(_, &bound)| bound).fold(f64::INFINITY, f64::min);
        // Rounded down by more than sums in floating point can be wrong.
        let others = if others.is_finite() && others < cost {
            (others - 1e-9 * others.abs() - 1e-6).ceil() as i128
        } else {
            cost as i128
        };
        let layout = Layout::new(index, |customer, site| kept[customer * sites + site]);
        context.note(&format!(
            "{} of {} pairs, bound {:.1}",
            layout.pairs(),
            sites * index.customers(),
            found.bound
        ));
        Some(Reduced { layout, others })
    }
}
