//! The family of site assignment against brute force, the exact model and published solutions.

mod beam;
mod bounds;
mod brute_force;
mod encoding;
mod mutations;
mod published;
mod search;
mod support;
