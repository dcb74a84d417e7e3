//! What a plan does to a history: what was used, what the history's own requests wasted, what
//! the plan would have wasted, and what to be careful about.
//!
//! Wastage of the plan is the referee's. Wastage of the requests is their surplus over the peak
//! while a task ran, and everything a killed attempt held; a request below its task's peak was
//! not enforced and counts as no waste. Requests and plan are compared only for types whose
//! requests are known.

pub mod sizing;

pub(in crate::memory_sizing) mod notes;

mod json;
mod text;

use placewright_models::memory_sizing::instance::Instance;
use placewright_models::memory_sizing::plan::Plan;

use crate::family::Report;
use sizing::Sizing;

pub(in crate::memory_sizing) use notes::FEW;

/// The report of a plan that the referee accepts, as text and as data.
#[must_use]
pub fn report(instance: &Instance, plan: &Plan) -> Report {
    render(&Sizing::of(instance, plan))
}

/// Numbers as text and as data.
pub(in crate::memory_sizing) fn render(sizing: &Sizing) -> Report {
    Report { text: text::render(sizing), json: json::render(sizing) }
}

/// What a plan that the referee accepts saves, in one line.
#[must_use]
pub fn headline(instance: &Instance, plan: &Plan) -> String {
    text::headline(&Sizing::of(instance, plan))
}
