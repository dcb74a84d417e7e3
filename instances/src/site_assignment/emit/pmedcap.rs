//! Capacitated p-median: cost, medians, and the median of every point.

use super::services::Services;

/// The cost on a line, the medians on a line, then a line per point: the number of its median.
pub(super) fn emit(services: &Services) -> String {
    let medians: Vec<String> = services.open.iter().map(ToString::to_string).collect();
    format!("{}\n{}\n{}", services.cost, medians.join(" "), super::gap::emit(services))
}
