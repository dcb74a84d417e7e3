//! What the heuristics share: a plan under small changes, the search for a shard's best decision
//! given what all others use, and the walk from plan to plan.

pub mod board;
pub mod candidates;
pub mod clearing;
pub mod guide;
pub mod insertion;
pub mod market;
pub mod menu;
pub mod moves;
pub mod parts;
pub mod response;
pub mod scout;
pub mod seeker;
pub mod settling;
pub mod walk;
