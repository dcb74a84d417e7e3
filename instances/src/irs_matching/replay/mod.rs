//! Matching policies compared on a trace of check-ins.

mod fields;

pub mod checkins;
pub mod jobs;
