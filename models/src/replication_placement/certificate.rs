//! The referee's side of bounds: re-verifies certificates from the instance alone.
//!
//! **Prices.** Put a price on every unit of a node's memory and network, of a store's room and
//! ingest, of trunks and of moves, and let every shard choose for itself the plan that is cheapest with these prices. What
//! all pay together, minus the price of all there is, bounds every plan from below (weak duality),
//! whatever the prices are. Prices of zero give the sum of what shards would cost alone. A shard's
//! cheapest plan is found exactly, with its own rules, latencies and shared shocks; where that takes
//! too long, only the least is counted of what its nodes share, which only lowers the bound. The
//! prices of the linear program whose columns are whole plans of a shard prove its optimum. Time
//! O(shards · nodes · choices), and at most 50,000 steps of search per shard.
//!
//! Where shards times nodes are too many for that, every copy is charged what it would cost on the
//! node that suits it best, without a look at the shard's other copies: see `envelope`.
//!
//! **Packing.** Shards that do not fit onto a node together prove more than the node's capacity in sum:
//! see `packing`. Their inequalities are part of a certificate, each is shown to hold, and
//! has a price like a capacity.
//!
//! **One shard.** A shard alone has no plan: no mode has enough nodes that are permitted, large,
//! fast and apart enough, or enough availability.
//!
//! **Shortage.** All shards together need more memory, in the fewest copies each can do with, than
//! all nodes have.

mod choices;
mod classes;
mod envelope;
mod homes;
mod hull;
mod packing;
mod plan_search;
mod priced;
mod relaxed;
mod single;

use std::collections::BTreeMap;

use placewright_solver::certificate::{Certificate, CertificateError, Claim, DualPrices, Proof};
use placewright_solver::objective::Objective;

pub use choices::{Choice, choices};
pub use classes::Classes;
pub use envelope::{Envelope, enveloped_bound, weight_of_nodes};
pub use homes::slowest_level;
pub use hull::{Corner, Hull, Hulls, least_together};
pub use packing::{MOST_WEIGHT, Packing, Room, Weight, heaviest};
pub use plan_search::{Cheapest, PlanSearch};
pub use priced::{
    Pricing, least_of, paid_for, paid_for_capacity, priced_bound, rounded_up, will_do,
};
pub use relaxed::{AtLevel, SharedLeast};
pub use single::{Obstacle, memory_shortage_mib, obstacle};

use super::instance::{Index, Instance, Layout};

/// Rule of an infeasibility proof: the shard of the witness has no plan even alone.
pub const ONE_SHARD: &str = "one_shard";
/// Rule of an infeasibility proof: not enough memory for all shards; the witness is empty.
pub const MEMORY_SHORTAGE: &str = "memory_shortage";

/// The group of prices of packing inequalities.
const PACKED: &str = "packed";

/// Shards times nodes beyond which not every pair is looked at.
pub const MOST_PAIRS: usize = 4_000_000;

/// Shards times nodes up to which a look at every pair is soon done.
const SOON_PAIRS: usize = 100_000;

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
            // A quick look is often enough.
            let quick = soon_proved_by(&index, &pricing);
            if quick.is_ok_and(|proved| at_least(proved, claimed).is_ok()) {
                return Ok(());
            }
            at_least(proved_by(&index, &pricing)?, claimed)
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

fn at_least(proved: i128, claimed: &Objective) -> Result<(), CertificateError> {
    let proved = Objective::single(proved);
    if proved >= *claimed {
        Ok(())
    } else {
        Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
    }
}

fn malformed(cause: impl Into<String>) -> CertificateError {
    CertificateError::Malformed(cause.into())
}

/// What prices prove, at most: where shards times nodes are few, the better of a look at every pair,
/// whose search for chains may be cut short, and of one without.
///
/// # Errors
/// When a shard has no plan at all, or a price exceeds what excess costs.
pub fn proved_by(index: &Index, pricing: &Pricing) -> Result<i128, CertificateError> {
    if !has_few_pairs(index.instance) {
        return enveloped_bound(index, pricing).map_err(malformed);
    }
    let proved = priced_bound(index, pricing).map_err(malformed)?;
    let quick = enveloped_bound(index, pricing).ok().filter(|_| pricing.packings.is_empty());
    Ok(quick.map_or(proved, |quick| quick.max(proved)))
}

/// What prices prove without packing inequalities, with a look at every pair of shard and node only where
/// that is soon done.
///
/// # Errors
/// See [`proved_by`], and where packing inequalities have prices.
pub fn soon_proved_by(index: &Index, pricing: &Pricing) -> Result<i128, CertificateError> {
    if !pricing.packings.is_empty() {
        return Err(malformed("packing inequalities take a look at every pair"));
    }
    let instance = index.instance;
    if instance.shards.len().saturating_mul(instance.nodes.len()) <= SOON_PAIRS {
        return proved_by(index, pricing);
    }
    enveloped_bound(index, pricing).map_err(malformed)
}

/// Whether shards times nodes are so few that every pair can be looked at.
#[must_use]
pub fn has_few_pairs(instance: &Instance) -> bool {
    instance.shards.len().saturating_mul(instance.nodes.len()) <= MOST_PAIRS
}

/// Prices as a certificate has them.
#[must_use]
pub fn write_prices(index: &Index, pricing: &Pricing) -> DualPrices {
    let layout = Layout::of(index);
    let mut groups = BTreeMap::<String, Vec<Vec<i64>>>::new();
    for (row, &price) in (0..).zip(&pricing.rows) {
        if price != 0 {
            let (kind, number) = layout.kind_of(row);
            let group = groups.entry(Layout::KINDS[kind].to_owned()).or_default();
            group.push(vec![number.into(), price]);
        }
    }
    let priced = pricing.packings.iter().filter(|each| each.1 != 0);
    let packed: Vec<Vec<i64>> = priced.map(|(packing, price)| packing.write(*price)).collect();
    if !packed.is_empty() {
        groups.insert(PACKED.to_owned(), packed);
    }
    DualPrices { shift: pricing.shift, groups }
}

/// The prices of a certificate of this family, if it has any.
#[must_use]
pub fn prices_of(index: &Index, certificate: &Certificate) -> Option<Pricing> {
    match &certificate.proof {
        Proof::DualPrices(prices) => read_prices(index, prices).ok(),
        _ => None,
    }
}

fn read_prices(index: &Index, prices: &DualPrices) -> Result<Pricing, CertificateError> {
    if prices.shift > MAX_SHIFT {
        return Err(malformed(format!("a shift above {MAX_SHIFT}")));
    }
    let layout = Layout::of(index);
    let mut pricing = Pricing { shift: prices.shift, ..Pricing::zero(index) };
    let limits = layout.limits(index);
    for (name, entries) in &prices.groups {
        if name == PACKED {
            for entry in entries {
                let read = Packing::read(entry);
                let proved = read.filter(|(packing, _)| packing.holds(index, &limits));
                pricing
                    .packings
                    .push(proved.ok_or_else(|| malformed("a packing that does not hold"))?);
            }
            continue;
        }
        let kind = Layout::KINDS.iter().position(|known| known == name);
        let kind = kind.ok_or_else(|| malformed(format!("no group {name:?}")))?;
        for entry in entries {
            let &[number, price] = entry.as_slice() else {
                return Err(malformed("a row and a price per entry"));
            };
            let row = u32::try_from(number).ok().and_then(|number| layout.row_of(kind, number));
            match row {
                Some(row) if price >= 0 => pricing.rows[row as usize] = price,
                _ => return Err(malformed(format!("no row {number}, or a negative price"))),
            }
        }
    }
    Ok(pricing)
}
