//! Prices on supply: a lower bound that speaks of real completion times, and its referee.
//!
//! Let every device of class `a` that comes within cell `k` of a grid of times cost `π_ak ≥ 0`. Were
//! each job alone, paying for what it takes, it would choose the cheapest devices by some time and
//! be done then. Any plan pays for no more than there is (Lagrangian relaxation of "a device serves
//! at most one job"; M. L. Fisher, Management Science 27 (1981) 1–18), so
//!
//! ```text
//! Σ_j w_j C_j  ≥  Σ_j min_F [ w_j C_j(F) + (the R_j D_j cheapest devices before F) ]  −  Σ_ak π_ak N_ak
//! ```
//!
//! with `C_j(F) = max(F + L_j, r_j + R_j L_j)`, over devices of the job's classes within its window.
//! Releases, deadlines, latencies and any supply are in it; minimum shares are relaxed. With prices
//! `max_j (u_j − w_j t / D_j)⁺` it is at least the bound of mean busy times, whose tail it sharpens:
//! here a job that leaves a class to others takes longer.
//!
//! How a job chooses stands in `priced_choice`. A plan's interval that reaches over cells can be cut
//! at them, because what a class supplies telescopes.

use placewright_solver::certificate::{CertificateError, Claim};
use placewright_solver::objective::Objective;

use super::instance::{Instance, JobId};
use super::priced_choice::{PricedSupply, TooLarge};

/// Rule of the bound; the witness is the shift, the number of cells, their starts in ms, and per
/// class the prices of its cells.
pub const SUPPLY_PRICES: &str = "supply_prices";

/// Prices are multiples of `2^-shift` with at most this shift.
pub const MOST_SHIFT: u32 = 60;

/// A price per class and cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupplyPrices {
    /// Prices are multiples of `2^-shift` weighted ms per device, or per micro-device of rates.
    pub shift: u32,
    /// Where cells begin, ascending from 0. The last cell never ends, and its devices are free.
    pub starts_ms: Vec<u64>,
    /// Per class, a price per cell.
    pub prices: Vec<Vec<u64>>,
}

/// Prices stay below this.
pub const DEAREST: u64 = 1 << 62;

/// What the prices prove, in weighted ms.
///
/// # Errors
/// [`TooLarge`], also where some job's devices never suffice, so that there is nothing to bound.
pub fn proved(instance: &Instance, prices: &SupplyPrices) -> Result<i128, TooLarge> {
    let priced = PricedSupply::new(instance, &prices.starts_ms);
    let mut sum = priced.worth(prices)?.checked_mul(-1000).ok_or(TooLarge)?;
    for job in 0..instance.jobs.len() as u32 {
        let choice = priced.choice(prices, JobId(job))?.ok_or(TooLarge)?;
        sum = sum.checked_add(choice.value).ok_or(TooLarge)?;
    }
    Ok(whole_ms(sum, prices.shift))
}

/// Costs are whole ms, so a bound may be rounded up.
#[must_use]
pub fn whole_ms(value: i128, shift: u32) -> i128 {
    let unit = 1000_i128 << shift;
    value.div_euclid(unit) + i128::from(value.rem_euclid(unit) > 0)
}

impl SupplyPrices {
    /// The prices as a witness.
    #[must_use]
    pub fn witness(&self) -> Vec<u64> {
        let head = [u64::from(self.shift), self.starts_ms.len() as u64];
        let prices = self.prices.iter().flatten();
        head.into_iter().chain(self.starts_ms.iter().chain(prices).copied()).collect()
    }

    /// The prices of a witness for so many classes.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of_witness(witness: &[u64], classes: usize) -> Result<Self, &'static str> {
        let [shift, cells, rest @ ..] = witness else { return Err("the witness is too short") };
        let shift = u32::try_from(*shift).ok().filter(|&shift| shift <= MOST_SHIFT);
        let shift = shift.ok_or("the shift is too large")?;
        let cells = usize::try_from(*cells).unwrap_or(usize::MAX);
        let wanted = classes.checked_add(1).and_then(|rows| rows.checked_mul(cells));
        if cells == 0 || wanted != Some(rest.len()) {
            return Err("the witness has not one price per class and cell");
        }
        let (starts_ms, prices) = rest.split_at(cells);
        if starts_ms[0] != 0 || !starts_ms.is_sorted_by(|a, b| a < b) {
            return Err("cells do not ascend from 0");
        }
        let prices: Vec<Vec<u64>> = prices.chunks(cells).map(<[u64]>::to_vec).collect();
        if prices.iter().any(|own| own[cells - 1] != 0 || own.iter().any(|&each| each >= DEAREST)) {
            return Err("a price is too large, or the last cell is not free");
        }
        Ok(Self { shift, starts_ms: starts_ms.to_vec(), prices })
    }
}

/// Re-verifies a claim from the instance and the witness.
///
/// # Errors
/// When the witness proves less than is claimed, or nothing.
pub fn verify(instance: &Instance, claim: &Claim, witness: &[u64]) -> Result<(), CertificateError> {
    let malformed = |cause: &str| CertificateError::Malformed(cause.to_owned());
    let Claim::AtLeast(claimed) = claim else {
        return Err(malformed("prices bound, they refute nothing"));
    };
    let prices = SupplyPrices::of_witness(witness, instance.classes.len()).map_err(malformed)?;
    let proved = proved(instance, &prices).map_err(|TooLarge| malformed("it proves nothing"))?;
    let proved = Objective::single(proved);
    if proved >= *claimed {
        return Ok(());
    }
    Err(CertificateError::Overstated { proved, claimed: claimed.clone() })
}
