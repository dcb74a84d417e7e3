//! Costs for people.

use placewright_solver::objective::Objective;

/// What the levels of a cost mean; which question it answers follows from their number.
#[must_use]
pub fn cost_text(cost: &Objective) -> String {
    let count = |value: i128, one: &str, many: &str| {
        format!("{value} {}", if value == 1 { one } else { many })
    };
    let moved = |value| match value {
        0 => "no live circuit moved".to_owned(),
        _ => format!("{} moved", count(value, "live circuit", "live circuits")),
    };
    match cost.0[..] {
        [leaves, free, circuits] => format!(
            "{} with {} left free, {}",
            count(leaves, "leaf", "leaves"),
            count(free, "GPU", "GPUs"),
            moved(circuits)
        ),
        [weight, leaves, partly, circuits] => format!(
            "weight {weight} left out, jobs on {} in sum, {} partly used, {}",
            count(leaves, "leaf", "leaves"),
            count(partly, "leaf", "leaves"),
            moved(circuits)
        ),
        [circuits] => moved(circuits),
        _ => cost.to_string(),
    }
}
