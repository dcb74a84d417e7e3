//! Wastage in a unit people think in.

use placewright_solver::objective::Objective;

/// MiB·ms in one GB·h: 10^9 / 2^20 MiB times 3,600,000 ms.
const MIB_MS_PER_GB_H: f64 = 1e9 / 1_048_576.0 * 3_600_000.0;

/// A cost in MiB·ms and, rounded, in GB·h.
///
/// ```
/// use placewright_models::memory_sizing::cost_text::cost_text;
/// use placewright_solver::objective::Objective;
///
/// let cost = Objective::single(12_359_619_141);
/// assert_eq!(cost_text(&cost), "12359619141 MiB·ms (3.60 GB·h)");
/// ```
#[must_use]
pub fn cost_text(cost: &Objective) -> String {
    format!("{cost} MiB·ms ({} GB·h)", three_digits(cost.first() as f64 / MIB_MS_PER_GB_H))
}

fn three_digits(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size < 0.01 => format!("{value:.2e}"),
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        size if size < 1e6 => format!("{value:.0}"),
        _ => format!("{value:.2e}"),
    }
}
