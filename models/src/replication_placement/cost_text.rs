//! Costs for people.

use placewright_solver::objective::Objective;

/// The cost in value times microseconds a day and, from a second on, in seconds.
#[must_use]
pub fn cost_text(cost: &Objective) -> String {
    let cost = cost.first();
    if cost.abs() < 1_000_000 {
        return format!("{cost} value·µs/day");
    }
    format!("{cost} value·µs/day ({} value·s/day)", seconds_text(cost))
}

/// Microseconds as seconds with as many digits as help.
#[must_use]
pub fn seconds_text(time_us: i128) -> String {
    let seconds = time_us as f64 / 1e6;
    if seconds.abs() >= 100.0 { format!("{seconds:.0}") } else { format!("{seconds:.3}") }
}
