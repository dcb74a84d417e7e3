//! Matching policies, one per file.

pub mod by_key;
pub mod fifo;
pub mod flow;
pub mod flow_order;
pub mod flow_rounds;
pub mod random_order;
pub mod srpt_job;
pub mod srsf_round;
pub mod venn;
pub mod venn_groups;
