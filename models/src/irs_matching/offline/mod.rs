//! The offline half.
pub mod bounds;
mod conditions;
pub mod covering_lp;
pub mod deadlines;
pub mod device;
pub mod fluid;
pub mod heuristics;
pub mod interval_lp;
mod normal;
pub mod one_shot;
pub mod order_lp;
pub mod order_tree;
pub mod precedence;
mod relaxed;
mod rows;
pub mod rounding;
mod slot_flow;
pub mod supply;
