//! The referee's side of bounds: re-verifies certificates from the instance alone.
//!
//! **Prices.** Put a price on every unit of a node's memory and network and of a store's room and
//! ingest, and let every shard choose for itself the plan that is cheapest with these prices. What
//! all pay together, minus the price of all there is, bounds every plan from below (weak duality),
//! whatever the prices are. Prices of zero give the sum of what shards would cost alone. A shard's
//! cheapest plan is computed with distinct nodes, or distinct domains where its strictest spread
//! rule allows one copy each. Of latencies and shared shocks only the least is counted that any
//! nodes must pay; trunks, move limits and other spread rules are left out, which only lowers the
//! bound. Time O(shards · (nodes + domains) · choices).
//!
//! **One shard.** A shard alone has no plan: no mode has enough nodes that are permitted, large,
//! fast and apart enough, or enough availability.
//!
//! **Shortage.** All shards together need more memory, in the fewest copies each can do with, than
//! all nodes have.

mod choices;
mod priced;
mod single;

use placewright_solver::certificate::{Certificate, CertificateError, Claim, DualPrices, Proof};
use placewright_solver::objective::Objective;

pub use choices::{Choice, choices};
pub use priced::{Cheapest, Pricing, Rows, capacities, paid_for_capacity, priced_bound, will_do};
pub use single::{Obstacle, memory_shortage_mib, obstacle};

use super::instance::{Index, Instance};

/// Rule of an infeasibility proof: the shard of the witness has no plan even alone.
pub const ONE_SHARD: &str = "one_shard";
/// Rule of an infeasibility proof: not enough memory for all shards; the witness is empty.
pub const MEMORY_SHORTAGE: &str = "memory_shortage";

/// Largest binary logarithm of the denominator of prices.
pub const MAX_SHIFT: u32 = 30;

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
            let proved = Objective::single(proved_by(&index, &pricing)?);
            if proved >= *claimed {
                Ok(())
            } else {
                Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
            }
        }
        (Claim::Infeasible, Proof::Combinatorial { rule, witness }) => {
            let shown = match (rule.as_str(), witness.as_slice()) {
                (ONE_SHARD, &[shard]) if (shard as usize) < instance.shards.len() => {
                    obstacle(&index, shard as usize).is_some()
                }
                (MEMORY_SHORTAGE, []) => memory_shortage_mib(&index).is_some(),
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

/// What prices prove.
///
/// # Errors
/// When a shard has no plan at all, or a price exceeds what excess costs.
pub fn proved_by(index: &Index, pricing: &Pricing) -> Result<i128, CertificateError> {
    priced_bound(index, pricing).map_err(malformed)
}

/// Prices as a certificate has them.
#[must_use]
pub fn write_prices(pricing: &Pricing) -> DualPrices {
    let rows = |prices: &[i64]| {
        let dear = (0_i64..).zip(prices).filter(|(_, price)| **price != 0);
        dear.map(|(row, &price)| vec![row, price]).collect::<Vec<_>>()
    };
    let groups = Rows::<i64>::NAMES.into_iter().zip(pricing.rows.groups());
    let groups = groups.map(|(name, prices)| (name.to_owned(), rows(prices)));
    DualPrices {
        shift: pricing.shift,
        groups: groups.filter(|(_, rows)| !rows.is_empty()).collect(),
    }
}

fn read_prices(index: &Index, prices: &DualPrices) -> Result<Pricing, CertificateError> {
    if prices.shift > MAX_SHIFT {
        return Err(malformed(format!("a shift above {MAX_SHIFT}")));
    }
    let mut rows = Rows::zero(index);
    for (name, entries) in &prices.groups {
        let group = Rows::<i64>::NAMES.iter().position(|known| known == name);
        let group = group.ok_or_else(|| malformed(format!("no group {name:?}")))?;
        for entry in entries {
            let &[row, price] = entry.as_slice() else {
                return Err(malformed("a row and a price per entry"));
            };
            let place = usize::try_from(row).ok().and_then(|r| rows.group_mut(group).get_mut(r));
            match place {
                Some(place) if price >= 0 => *place = price,
                _ => return Err(malformed(format!("no row {row}, or a negative price"))),
            }
        }
    }
    Ok(Pricing { shift: prices.shift, rows })
}
