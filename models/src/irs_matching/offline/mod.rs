//! The offline half.
pub mod bounds;
mod conditions;
pub mod covering_lp;
pub mod deadlines;
pub mod fluid;
pub mod heuristics;
mod normal;
pub mod order_lp;
pub mod order_tree;
pub mod precedence;
mod relaxed;
mod rows;
pub mod rounding;
mod slot_flow;
pub mod supply;
