//! Capacitated warehouse location: cost, open warehouses, and shares.

use std::fmt::Write;

use super::services::Services;

/// The cost on a line, the open warehouses on a line, then a line per customer and warehouse that
/// serves it: their numbers and the share of the demand, to twelve decimals.
pub(super) fn emit(services: &Services) -> String {
    let open: Vec<String> = services.open.iter().map(ToString::to_string).collect();
    let mut text = format!("{}\n{}\n", services.cost, open.join(" "));
    for (customer, parts) in (1..).zip(&services.customers) {
        let customer: usize = customer;
        for part in parts {
            let share = part.quantity as f64 / part.of as f64;
            // Writing to a string cannot fail.
            let _infallible = writeln!(text, "{customer} {} {share:.12}", part.site);
        }
    }
    text
}
