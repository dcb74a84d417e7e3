//! Cross-checks of replication placement: every answer against a second way of getting it.

mod bounds;
mod brute_force;
mod flow;
mod formulas;
mod invariance;
mod mutations;
mod search;
mod support;
