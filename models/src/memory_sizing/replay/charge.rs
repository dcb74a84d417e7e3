//! What a ladder costs a task, by the published metric.

use crate::memory_sizing::online::settings::Settings;

/// A task under a ladder.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Charge {
    /// Memory held and not used, in byte·ms: everything a failed attempt held, and what a
    /// successful one held above the peak.
    pub waste_byte_ms: f64,
    /// Attempts that failed.
    pub failures: u32,
    /// Memory held by all attempts, in byte·ms.
    pub allocated_byte_ms: f64,
    /// Whether any attempt succeeded.
    pub completed: bool,
}

/// Charges a task with peak `peak_bytes` and run time `run_time_ms` for `rungs`.
#[must_use]
pub fn charge(
    settings: &Settings,
    rungs: impl IntoIterator<Item = f64>,
    peak_bytes: f64,
    run_time_ms: f64,
) -> Charge {
    let mut charge = Charge::default();
    for rung in rungs {
        if rung >= peak_bytes {
            charge.waste_byte_ms += (rung - peak_bytes) * run_time_ms;
            charge.allocated_byte_ms += rung * run_time_ms;
            charge.completed = true;
            break;
        }
        let held = rung * run_time_ms * settings.time_to_failure.share(rung, peak_bytes);
        charge.waste_byte_ms += held;
        charge.allocated_byte_ms += held;
        charge.failures += 1;
    }
    charge
}

/// Byte·ms in a GB·h (10⁹ bytes, 3,600,000 ms).
pub const BYTE_MS_PER_GBH: f64 = 1e9 * 3_600_000.0;
