//! What the heuristics share: a plan under small changes, and the walk from plan to plan.

pub mod board;
pub mod moved;
pub mod services;
pub mod tables;
pub mod toll;
pub mod walk;
