//! Cross-checks of circuit allocation.

mod bounds;
mod encoding;
mod heuristics;
mod invariance;
mod mutations;
mod referee;
mod support;
mod tiny;
