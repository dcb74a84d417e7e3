//! The plan as JSON, in the form it has in solution files.

use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::Plan;

use crate::files::layout;
use crate::memory_sizing::plan_file::PlanFile;

/// `{"ladders": [{"type": …, "allocations_mib": […]}], "placements": […]}`.
#[must_use]
pub fn emit(instance: &Instance, plan: &Plan) -> String {
    // Plain data always serialises.
    layout::to_text(&PlanFile::of(instance, plan)).unwrap_or_default()
}
