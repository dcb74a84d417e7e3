//! The mean-busy-time bound in continuous time, from one price per job.
//!
//! The *mean busy time* `M_j` of a job is the mean arrival time of its devices. Served at rate
//! `Λ_j` at most, a job completes no earlier than `M_j + D_j / (2 Λ_j)`, so
//!
//! ```text
//! Σ w_j C_j  >=  min Σ_j w_j M_j  +  Σ_j w_j D_j / (2 Λ_j)
//! ```
//!
//! and the minimum is a transportation problem, in which a device of job `j` at time `t` costs
//! `w_j t / D_j`. Its dual needs no grid of intervals: for any prices `u_j` per device,
//!
//! ```text
//! min Σ w_j M_j  >=  Σ_j D_j u_j  -  Σ_a ∫ λ_a(t) · max(0, max { u_j - w_j t / D_j : a ∈ A_j, r_j <= t }) dt
//! ```
//!
//! (weak duality). Between two breakpoints, with all releases and changes of supply among them,
//! the integrand is the rate times a convex function, which its chord exceeds: that is what is
//! summed here, in integers and with every rounding on the safe side. Prices and breakpoints are
//! the certificate; whoever found them, they prove what comes out.
//!
//! A job may have more to wait for than devices: when it runs in `R` rounds and every round takes
//! at least `L` to respond, a device handed out in the `i`-th round from the end precedes
//! completion by at least `i L` besides, on average `L (R + 1) / 2` with equal rounds.
//!
//! **Reference.** Interval-indexed and mean-busy-time relaxations: M. X. Goemans, M. Queyranne,
//! A. S. Schulz, M. Skutella, Y. Wang, *Single machine scheduling with release dates*, SIAM J.
//! Discrete Math. 15 (2002) 165–192. **Complexity.** O(breakpoints · masks · jobs).

use crate::irs_matching::offline::fluid::FluidJob;
use crate::irs_matching::offline::supply::Supply;

/// Prices of jobs and where the integral is cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeanBusyPrices {
    /// Prices are multiples of `2^-shift` weighted milliseconds per millionth of a device.
    pub shift: u32,
    /// The price of each job, not negative.
    pub prices: Vec<i64>,
    /// Instants, ascending. At the last one no job may be worth serving any more.
    pub breakpoints_ms: Vec<u64>,
}

/// Rounds of a job whose devices need time to respond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Rounds of equal demand.
    pub rounds: u64,
    /// Least time from the last device of a round to its end.
    pub response_ms: u64,
}

/// Why prices prove nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Not one price per job, a negative price, or a shift beyond 100.
    #[error("not one non-negative price per job with a shift of at most 100")]
    Prices,
    /// Not one response per job.
    #[error("not one response per job")]
    Responses,
    /// The supply is not sound, or a job's masks are not in it, or nothing arrives for a job.
    #[error("the supply does not fit the jobs")]
    Supply,
    /// A job is still worth serving at the end of the breakpoints.
    #[error("job {job} is still worth serving at the last breakpoint")]
    Horizon {
        /// Position of the job.
        job: usize,
    },
    /// The numbers are too large for the integers of the referee.
    #[error("the numbers are too large")]
    TooLarge,
}

/// What the prices prove, in weight times microseconds: the referee of this bound. `responses` is
/// empty, or has one entry per job.
///
/// # Errors
/// Says why they prove nothing.
pub fn mean_busy_value_us(
    supply: &Supply,
    jobs: &[FluidJob],
    responses: &[Response],
    certificate: &MeanBusyPrices,
) -> Result<i128, PriceError> {
    let prices = &certificate.prices;
    if prices.len() != jobs.len() || prices.iter().any(|&u| u < 0) || certificate.shift > 100 {
        return Err(PriceError::Prices);
    }
    if !responses.is_empty() && responses.len() != jobs.len() {
        return Err(PriceError::Responses);
    }
    let masks = supply.pieces.first().map_or(0, |piece| piece.rates_micro_per_s.len());
    let inside = |job: &FluidJob| job.masks.iter().all(|&mask| mask < masks);
    if !supply.is_sound(masks) || !jobs.iter().all(inside) {
        return Err(PriceError::Supply);
    }
    let mut total = busy_value(supply, jobs, certificate).ok_or(PriceError::TooLarge)??;
    for (position, job) in jobs.iter().enumerate() {
        let peak = i128::from(supply.peak_micro_per_s(&job.masks, job.release_ms));
        if peak == 0 || job.demand_micro == 0 {
            return Err(PriceError::Supply);
        }
        let response = responses.get(position).copied().unwrap_or_default();
        let tail = tail_us(job, peak, response).ok_or(PriceError::TooLarge)?;
        total = total.checked_add(tail).ok_or(PriceError::TooLarge)?;
    }
    Ok(total)
}

/// By how much a job's completion exceeds its mean busy time, weighted, in microseconds, rounded
/// down. `None` when a number does not fit.
fn tail_us(job: &FluidJob, peak: i128, response: Response) -> Option<i128> {
    let weight = i128::from(job.weight);
    // D / (2 Λ) seconds are 500,000 D / Λ microseconds.
    let serving = weight.checked_mul(job.demand_micro.into())?.checked_mul(500_000)? / peak;
    // A job with devices has a round.
    let rounds = i128::from(response.rounds).max(1);
    let waiting = weight.checked_mul(response.response_ms.into())?;
    serving.checked_add(waiting.checked_mul((rounds + 1) * 500)?)
}

/// The first sum, the one under the minimum, in weight times microseconds, rounded down. `None`
/// when a number does not fit.
fn busy_value(
    supply: &Supply,
    jobs: &[FluidJob],
    certificate: &MeanBusyPrices,
) -> Option<Result<i128, PriceError>> {
    let MeanBusyPrices { shift, prices, breakpoints_ms } = certificate;
    let end = breakpoints_ms.last().copied().unwrap_or(0);
    let releases = jobs.iter().map(|job| job.release_ms);
    let changes = supply.pieces.iter().map(|piece| piece.start_ms);
    let mut times: Vec<u64> = releases.chain(changes).chain(breakpoints_ms.clone()).collect();
    times.sort_unstable();
    times.dedup();
    // Worth of a unit of each job, at least: its price less its cost rounded down.
    let worth = |job: usize, time: u64| -> Option<i128> {
        let product = i128::from(jobs[job].weight).checked_mul(i128::from(time))?;
        let scaled = product.checked_mul(1_i128.checked_shl(*shift)?)?;
        Some(i128::from(prices[job]) - scaled / i128::from(jobs[job].demand_micro.max(1)))
    };
    for (position, job) in jobs.iter().enumerate() {
        if worth(position, end.max(job.release_ms))? > 0 {
            return Some(Err(PriceError::Horizon { job: position }));
        }
    }
    // 2000 · 2^shift times the value: amounts are rate · length / 1000, chords are halved.
    let mut value = 0_i128;
    for (job, &price) in jobs.iter().zip(prices) {
        let worth = i128::from(job.demand_micro).checked_mul(price.into())?.checked_mul(2000)?;
        value = value.checked_add(worth)?;
    }
    for window in times.windows(2) {
        let (start, end) = (window[0], window[1]);
        let rates = supply.rates_from(start);
        let mut best = vec![(0_i128, 0_i128); rates.len()];
        for (position, job) in jobs.iter().enumerate().filter(|(_, job)| job.release_ms <= start) {
            let (left, right) = (worth(position, start)?, worth(position, end)?);
            for &mask in &job.masks {
                best[mask] = (best[mask].0.max(left), best[mask].1.max(right));
            }
        }
        let length = i128::from(end - start);
        for (&(left, right), &rate) in best.iter().zip(rates) {
            let amount = i128::from(rate).checked_mul(length)?;
            value = value.checked_sub(amount.checked_mul(left + right)?)?;
        }
    }
    // Microseconds are a thousandth of the unit: 1000 / (2000 · 2^shift), rounded down.
    Some(Ok(value >> (shift + 1)))
}
