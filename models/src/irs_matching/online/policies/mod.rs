//! Matching policies, one per file.

pub mod by_key;
pub mod fifo;
pub mod random_order;
pub mod srpt_job;
pub mod srsf_round;
pub mod venn;
pub mod venn_groups;
