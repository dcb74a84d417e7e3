//! From completion times in continuous time to a schedule in whole milliseconds and millionths.
//!
//! Completion times are rounded up. Supply rounded down per interval, and errors of floating
//! point, can leave a set of jobs a little short; the flow names the set, its jobs are given
//! another millisecond, and the flow is asked again. One millisecond of a stream is worth far more
//! than a millionth of a device per interval, so this ends after a step or two.

use super::deadlines::{Deadlines, schedule_by};
use super::fluid::{Fluid, FluidSchedule};
use super::order_lp::{Completions, ExactError};

/// Times this close to a whole millisecond are that millisecond.
const WHOLE_MS: f64 = 1e-4;
/// Steps of at most doubling length before giving up on completion times that are no solution.
const MOST_STEPS: u32 = 200;

/// A schedule whose completion times exceed the given ones by a millisecond or so.
///
/// # Errors
/// [`ExactError::Numerical`] when the completion times are far from possible.
pub fn round_up(fluid: &Fluid, completions: &Completions) -> Result<FluidSchedule, ExactError> {
    let up = |&time: &f64| (time - WHOLE_MS).ceil().max(0.0) as u64;
    let mut deadlines: Vec<u64> = completions.times_ms.iter().map(up).collect();
    for step in 0..MOST_STEPS {
        match schedule_by(fluid, &deadlines) {
            Ok(Deadlines::Met(schedule)) => return Ok(schedule),
            // Slow streams may need more than a millisecond: steps double after a while.
            Ok(Deadlines::Short(jobs)) => {
                let more = 1_u64 << (step / 10).min(40);
                jobs.iter().for_each(|&job| deadlines[job] += more);
            }
            Err(_) => break,
        }
    }
    Err(ExactError::Numerical)
}
