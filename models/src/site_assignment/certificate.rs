//! The referee's side of bounds: re-verifies certificates from the instance alone.
//!
//! **Prices.** Pay every customer a price for each unit that it is served, and let every site choose
//! for itself whom to serve within its capacity, be the customers served twice or not at all. With
//! `u_i` the price of customer `i`, `q_i` its quantity and `v_j` the least that site `j` can cost,
//!
//! ```text
//! v_j = opening_j + min { Σ_i (cost_ij - u_i) x_i : Σ_i demand_ij x_i <= capacity_j, 0 <= x_i <= q_i }
//! bound = Σ_i q_i u_i + min { Σ_{j in S} v_j : as many sites in S as may be open }
//! ```
//!
//! with `x_i` either 0 or `q_i` where customers are served whole, which makes `v_j` a knapsack. By
//! weak duality it bounds every plan from below, whatever the prices are. Conflicts are left out,
//! which only lowers the bound. Reference: G. T. Ross, R. M. Soland, *A branch and bound algorithm
//! for the generalized assignment problem*, Math. Program. 8 (1975), and M. L. Fisher, R. Jaikumar,
//! L. N. Van Wassenhove, *A multiplier adjustment method for the generalized assignment problem*,
//! Manage. Sci. 32 (1986) for prices on customers. Time O(customers · capacities) with knapsacks,
//! which are solved by dynamic programming unless that would be more than a fixed number of cells;
//! then, and for split customers, O(pairs · log customers), with the knapsack's linear relaxation.
//!
//! **Shortage.** All customers together demand more, each where it demands least, than the largest
//! sites offer of which as many may be open. **One customer.** A customer to be served whole fits
//! no site.

mod relaxation;

use std::collections::BTreeMap;

use placewright_solver::certificate::{Certificate, CertificateError, Claim, DualPrices, Proof};
use placewright_solver::objective::Objective;

pub use relaxation::{
    Chosen, Exactness, MAX_SHIFT, Pricing, Selection, SiteChoice, priced_bound, select, whole,
};

use super::instance::{Index, Instance};

/// Rule of an infeasibility proof: the customer of the witness fits no site.
pub const ONE_CUSTOMER: &str = "one_customer";
/// Rule of an infeasibility proof: not enough capacity for all; the witness is empty.
pub const SHORTAGE: &str = "shortage";
/// The group of prices in certificates.
pub const GROUP: &str = "customers";

/// Re-verifies a certificate.
///
/// # Errors
/// When the evidence proves less than is claimed, names what the instance does not have, or is a
/// solver's word.
pub fn verify(instance: &Instance, certificate: &Certificate) -> Result<(), CertificateError> {
    let index = Index::new(instance);
    match (&certificate.claim, &certificate.proof) {
        (_, Proof::SolverClaim { .. }) => Err(CertificateError::NotVerifiable),
        (Claim::AtLeast(claimed), Proof::DualPrices(prices)) => {
            let pricing = read_prices(&index, prices)?;
            let proved = Objective::single(priced_bound(&index, &pricing).map_err(malformed)?);
            if proved >= *claimed {
                Ok(())
            } else {
                Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
            }
        }
        (Claim::Infeasible, Proof::Combinatorial { rule, witness }) => {
            let shown = match (rule.as_str(), witness.as_slice()) {
                (ONE_CUSTOMER, &[customer]) if (customer as usize) < index.customers() => {
                    fits_nowhere(&index, customer as usize)
                }
                (SHORTAGE, []) => shortage(&index).is_some(),
                _ => return Err(malformed(format!("no rule {rule:?} with this witness"))),
            };
            if shown { Ok(()) } else { Err(malformed(format!("{rule:?} shows nothing"))) }
        }
        _ => Err(malformed("no rule for this kind of claim")),
    }
}

fn malformed(cause: impl Into<String>) -> CertificateError {
    CertificateError::Malformed(cause.into())
}

/// Whether no site alone can serve a customer.
#[must_use]
pub fn fits_nowhere(index: &Index, customer: usize) -> bool {
    !(0..index.sites()).any(|site| index.may_serve(customer, site))
}

/// How much capacity is missing, wherever everybody is served from; `None` where none is.
#[must_use]
pub fn shortage(index: &Index) -> Option<u128> {
    let least = |customer: usize| {
        let demands = (0..index.sites()).map(|site| index.whole_demand(customer, site));
        demands.min().unwrap_or(0) as u128
    };
    let demanded: u128 = (0..index.customers()).map(least).sum();
    let mut capacities: Vec<i64> = (0..index.sites()).map(|site| index.capacity(site)).collect();
    capacities.sort_unstable_by(|a, b| b.cmp(a));
    let offered: u128 = capacities.iter().take(index.open_range().1).map(|&c| c as u128).sum();
    demanded.checked_sub(offered).filter(|&missing| missing > 0)
}

/// Prices as a certificate has them.
#[must_use]
pub fn write_prices(pricing: &Pricing) -> DualPrices {
    let dear = (0_i64..).zip(&pricing.prices).filter(|(_, price)| **price != 0);
    let rows: Vec<Vec<i64>> = dear.map(|(customer, &price)| vec![customer, price]).collect();
    DualPrices { shift: pricing.shift, groups: BTreeMap::from([(GROUP.to_owned(), rows)]) }
}

/// Prices of a certificate.
///
/// # Errors
/// When they are of another family, or of customers that there are not.
pub fn read_prices(index: &Index, prices: &DualPrices) -> Result<Pricing, CertificateError> {
    if prices.shift > MAX_SHIFT {
        return Err(malformed(format!("a shift above {MAX_SHIFT}")));
    }
    let mut pricing = Pricing { shift: prices.shift, prices: vec![0; index.customers()] };
    for (name, entries) in &prices.groups {
        if name != GROUP {
            return Err(malformed(format!("no group {name:?}")));
        }
        for entry in entries {
            let &[customer, price] = entry.as_slice() else {
                return Err(malformed("a customer and a price per entry"));
            };
            let place = usize::try_from(customer).ok().and_then(|i| pricing.prices.get_mut(i));
            *place.ok_or_else(|| malformed(format!("no customer {customer}")))? = price;
        }
    }
    Ok(pricing)
}
