//! The search kernel: a [`board`] on which services are moved and told what that does, a [`walk`]
//! over boards, [`insertion`] to begin with, and the preferences that guide both.

pub mod board;
pub mod insertion;
pub mod moves;
pub mod preference;
pub mod site_moves;
pub mod walk;
