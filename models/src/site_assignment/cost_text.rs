//! Costs for people.

use placewright_solver::objective::Objective;

/// The cost as the referee counts it. Instances of decimal data count in small units; their
/// `cost_decimals` are told by reports and emitters, which know the instance.
#[must_use]
pub fn cost_text(cost: &Objective) -> String {
    cost.first().to_string()
}

/// A cost with its decimals.
///
/// ```
/// use placewright_models::site_assignment::cost_text::decimal_text;
/// assert_eq!(decimal_text(1_040_444_375, 3), "1040444.375");
/// assert_eq!(decimal_text(-5, 2), "-0.05");
/// assert_eq!(decimal_text(7, 0), "7");
/// ```
#[must_use]
pub fn decimal_text(cost: i128, decimals: u32) -> String {
    if decimals == 0 {
        return cost.to_string();
    }
    let scale = 10_u128.pow(decimals);
    let (sign, size) = (if cost < 0 { "-" } else { "" }, cost.unsigned_abs());
    let (whole, rest, width) = (size / scale, size % scale, decimals as usize);
    format!("{sign}{whole}.{rest:0width$}")
}
