//! Can every job have its devices by a given time? Polynomial, with a witness either way.
//!
//! With the times fixed, who receives what is a transportation problem between jobs and pairs of
//! interval and mask: one maximum flow. A minimum cut names a set of jobs that together want more
//! than can arrive for them in time, which anyone can add up again ([`missing_nano`]).
//!
//! **Complexity.** One maximum flow with O(jobs · masks) nodes of cells and O(jobs² · masks) arcs.

use placewright_solver::graph::NetworkError;

use super::fluid::{Amount, Fluid, FluidInterval, FluidSchedule};
use super::slot_flow::{Filling, Share, SlotFlow};

/// The answer for given completion times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deadlines {
    /// A schedule that meets them all.
    Met(FluidSchedule),
    /// Jobs that cannot all be filled in time, ascending.
    Short(Vec<usize>),
}

/// Units of one millionth of a device in which a flow counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Whole millionths: what schedules are written in. Supply is rounded down per interval.
    Micro,
    /// Thousandths of a millionth: rates times milliseconds are whole numbers.
    Nano,
}

/// Whether the deadlines can be met in whole millionths of a device per interval, for a validated
/// fluid and one deadline per job.
///
/// # Errors
/// When the network would be too large.
pub fn schedule_by(fluid: &Fluid, deadlines_ms: &[u64]) -> Result<Deadlines, NetworkError> {
    let times = interval_ends(fluid, deadlines_ms);
    Ok(match flow(fluid, deadlines_ms, &times, Unit::Micro)? {
        Filling::Full(shares) => Deadlines::Met(schedule(&times, &shares)),
        Filling::Short(jobs) => Deadlines::Short(jobs),
    })
}

/// Jobs that cannot all be filled in time even when devices could be split at will; `None` when
/// all deadlines can be met. For a validated fluid and one deadline per job.
///
/// # Errors
/// When the network would be too large.
pub fn violated_jobs(
    fluid: &Fluid,
    deadlines_ms: &[u64],
) -> Result<Option<Vec<usize>>, NetworkError> {
    let times = interval_ends(fluid, deadlines_ms);
    Ok(match flow(fluid, deadlines_ms, &times, Unit::Nano)? {
        Filling::Full(_) => None,
        Filling::Short(jobs) => Some(jobs),
    })
}

/// By how much the demand of some jobs exceeds what arrives for them in time, in thousandths of a
/// millionth of a device; positive for a witness. Computed from the definition:
/// `Σ D_j - Σ_a λ_a |∪ [r_j, d_j]|`. Time O(masks · jobs log jobs).
#[must_use]
pub fn missing_nano(fluid: &Fluid, deadlines_ms: &[u64], jobs: &[usize]) -> i128 {
    let demands = jobs.iter().map(|&job| i128::from(fluid.jobs[job].demand_micro));
    let mut missing = 1000 * demands.sum::<i128>();
    for (mask, &rate) in fluid.rates_micro_per_s.iter().enumerate() {
        let users = jobs.iter().filter(|&&job| fluid.jobs[job].masks.contains(&mask));
        let mut open: Vec<(u64, u64)> =
            users.map(|&job| (fluid.jobs[job].release_ms, deadlines_ms[job])).collect();
        open.sort_unstable();
        let mut reached = 0;
        for (start, end) in open {
            missing -= i128::from(rate) * i128::from(end.saturating_sub(start.max(reached)));
            reached = reached.max(end);
        }
    }
    missing
}

/// Releases and deadlines, ascending.
fn interval_ends(fluid: &Fluid, deadlines_ms: &[u64]) -> Vec<u64> {
    let releases = fluid.jobs.iter().map(|job| job.release_ms);
    let mut times: Vec<u64> = releases.chain(deadlines_ms.iter().copied()).collect();
    times.sort_unstable();
    times.dedup();
    times
}

fn flow(
    fluid: &Fluid,
    deadlines_ms: &[u64],
    times: &[u64],
    unit: Unit,
) -> Result<Filling, NetworkError> {
    let (factor, divisor) = match unit {
        Unit::Micro => (1, 1000),
        Unit::Nano => (1000, 1),
    };
    // Demands are below 2^52, so neither they nor their total overflow.
    let demands: Vec<i64> = fluid.jobs.iter().map(|job| job.demand_micro as i64 * factor).collect();
    let total = demands.iter().map(|&demand| u128::from(demand.unsigned_abs())).sum::<u128>();
    let supply = |rate: u64, length: u64| {
        (u128::from(rate) * u128::from(length) / divisor).min(total) as i64
    };
    let row = |window: &[u64]| {
        let rates = fluid.rates_micro_per_s.iter();
        rates.map(|&rate| supply(rate, window[1] - window[0])).collect()
    };
    let supplies: Vec<Vec<i64>> = times.windows(2).map(row).collect();
    let masks: Vec<&[usize]> = fluid.jobs.iter().map(|job| job.masks.as_slice()).collect();
    let position = |time: u64| times.partition_point(|&other| other < time);
    let ends = fluid.jobs.iter().zip(deadlines_ms);
    let slots: Vec<_> = ends.map(|(job, &end)| position(job.release_ms)..position(end)).collect();
    SlotFlow { demands: &demands, masks: &masks, slots: &slots, supplies: &supplies }.fill()
}

fn schedule(times: &[u64], shares: &[Share]) -> FluidSchedule {
    let windows = times.windows(2);
    let mut intervals: Vec<FluidInterval> = windows
        .map(|w| FluidInterval { start_ms: w[0], end_ms: w[1], amounts: Vec::new() })
        .collect();
    for &Share { job, slot, mask, amount } in shares {
        intervals[slot].amounts.push(Amount { job, mask, micro: amount.unsigned_abs() });
    }
    intervals.retain(|interval| !interval.amounts.is_empty());
    FluidSchedule { intervals }
}
