//! Cross-checks of machine reassignment: every answer against a second way of getting it.

mod brute_force;
mod challenge;
mod mutations;
mod search;
mod support;
