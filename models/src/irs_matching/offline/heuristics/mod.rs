//! Schedules without a proof: priority lists, and a search over orders on top of them.
//!
//! A *list policy* says at every event (a release, a completion) which job each mask serves first,
//! second and so on; [`list`] runs it in exact integers. [`order_search`] is the default.

pub mod fifo;
pub mod list;
pub mod lp_order;
pub mod order_search;
pub mod scarcity;
pub mod srsf;
pub mod venn_plan;
