//! The compact model: who is served from where, and which sites are open.
//!
//! `x[i,j]` is the share of customer `i` that site `j` serves (0 or 1 where customers are served
//! whole; counted in 1024ths where they may be split), `y[j] = 1` says that site `j` is open, and `z[i,j] = 1`, where customers may be split and
//! `i` has conflicts, that `j` serves some of `i`.
//!
//! ```text
//! Σ_j x[i,j] = 1                                         everybody is served
//! Σ_i quantity_i demand_ij x[i,j] <= capacity_j y[j]     capacities
//! x[i,j] <= y[j],  x[i,j] <= z[i,j] <= y[j]              nothing from closed sites
//! z[a,j] + z[b,j] <= y[j]                                conflicts (x in place of z, where whole)
//! at_least <= Σ_j y[j] <= at_most
//! ```
//!
//! Without opening costs and bounds on open sites there is no `y`. Shares of split customers are
//! continuous: with `y` and `z` given the rest is a transportation problem, and a solution is read
//! back by solving that in whole units, which costs no more. Pairs that nobody needs may be left
//! out, see [`super::core_mip`].
//!
//! Size: customers · sites columns and as many rows, and a row for every conflict and site.

mod decode;
mod layout;
mod rows;

use placewright_solver::exact::Formulation;
use placewright_solver::mip::MipModel;

pub use layout::Layout;

use super::instance::{Index, Instance};
use super::plan::Plan;
use super::problem::SiteAssignment;

/// The compact model with all pairs of customers and sites that can be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compact;

/// Rows of conflicts beyond which the model's linear relaxation takes longer than it is worth.
const MOST_CONFLICT_ROWS: usize = 60_000;

impl Formulation<SiteAssignment> for Compact {
    fn missing(&self, instance: &Instance) -> Option<String> {
        let rows = instance.conflicts.len().saturating_mul(instance.sites.len());
        (rows > MOST_CONFLICT_ROWS).then(|| {
            format!("the exact model would have {rows} rows of conflicts: left to the search")
        })
    }

    fn nonzeros(&self, instance: &Instance) -> usize {
        let pairs = instance.customers.len().saturating_mul(instance.sites.len());
        let conflicts = instance.conflicts.len().saturating_mul(instance.sites.len());
        pairs.saturating_mul(4).saturating_add(conflicts.saturating_mul(3))
    }

    fn build(&self, instance: &Instance) -> MipModel {
        let index = Index::new(instance);
        rows::build(&index, &Layout::all(&index))
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        let index = Index::new(instance);
        decode::encode(&index, &Layout::all(&index), plan)
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        let index = Index::new(instance);
        decode::decode(&index, &Layout::all(&index), values)
    }
}

/// The compact model with some pairs only.
#[derive(Clone, Debug)]
pub struct Reduced {
    /// The pairs that are left.
    pub layout: Layout,
    /// What plans cost at least that need another pair.
    pub others: i128,
}

impl Formulation<SiteAssignment> for Reduced {
    fn nonzeros(&self, instance: &Instance) -> usize {
        let conflicts = instance.conflicts.len().saturating_mul(instance.sites.len());
        self.layout.pairs().saturating_mul(4).saturating_add(conflicts.saturating_mul(3))
    }

    /// Plans that the model leaves out may be cheaper than all that it has.
    fn at_least(&self, _: &Instance, price: i128) -> placewright_solver::objective::Objective {
        placewright_solver::objective::Objective::single(price.min(self.others))
    }

    fn build(&self, instance: &Instance) -> MipModel {
        rows::build(&Index::new(instance), &self.layout)
    }

    fn encode(&self, instance: &Instance, plan: &Plan) -> Vec<f64> {
        decode::encode(&Index::new(instance), &self.layout, plan)
    }

    fn decode(&self, instance: &Instance, values: &[f64]) -> Plan {
        decode::decode(&Index::new(instance), &self.layout, values)
    }
}
