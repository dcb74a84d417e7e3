//! Ladders as JSON, those of a plan in the form that they have in solution files.

use super::ladders::Ladders;
use crate::files::layout;

/// `{"ladders": [{"type": …, "allocations_mib": […]}], "placements": […]}`; types whose ladder
/// depends on the input size have `steps` as well.
#[must_use]
pub fn emit(ladders: &Ladders) -> String {
    // Plain data always serialises.
    layout::to_text(ladders).unwrap_or_default()
}
