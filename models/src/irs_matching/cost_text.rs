//! Weighted completion times for people.

use placewright_solver::objective::Objective;

/// The sum in weighted ms and, from a second on, in units people think in.
#[must_use]
pub fn cost_text(cost: &Objective) -> String {
    let weighted_ms = cost.first();
    if weighted_ms.abs() < 1000 {
        return format!("{weighted_ms} weighted ms");
    }
    format!("{weighted_ms} weighted ms ({})", duration_text(weighted_ms))
}

/// A time of ms in the largest unit that it fills.
#[must_use]
pub fn duration_text(time_ms: i128) -> String {
    const UNITS: [(i128, &str); 4] =
        [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")];
    let unit = UNITS.iter().find(|(length, _)| time_ms.abs() >= *length);
    match unit {
        Some(&(length, name)) => format!("{:.2} {name}", time_ms as f64 / length as f64),
        None => format!("{time_ms} ms"),
    }
}
