//! Placement policies, one per file.

pub mod default_static;
pub mod default_switched;
pub mod exact;
pub mod first_fit;
pub mod ideal;
pub mod ocs_fixed;
pub mod ocs_published;
pub mod ocs_rearranged;
pub mod published;
