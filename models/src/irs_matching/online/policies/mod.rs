//! Matching policies, one per file.

pub mod by_key;
pub mod fifo;
pub mod flow;
pub mod flow_order;
pub mod flow_rounds;
pub mod lp_order;
pub mod mean_busy_time;
pub mod proportional;
pub mod random_order;
pub mod scarcity;
pub mod srpt_job;
pub mod srsf_round;
pub mod venn;
pub mod venn_groups;
pub mod venn_tiers;
