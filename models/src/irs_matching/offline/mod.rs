//! The offline half.
mod conditions;
pub mod covering_lp;
pub mod fluid;
mod normal;
pub mod order_lp;
pub mod order_tree;
pub mod precedence;
mod relaxed;
mod rows;
mod slot_flow;
