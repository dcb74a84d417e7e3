//! Intersection resource scheduling: which device serves which collaborative-learning job.
//!
//! Devices check in one after another; each may serve any job whose requirements it meets, and
//! jobs with different requirements compete for the devices in the intersection. The problem and
//! its name are those of Liu et al., "Venn: Resource Management for Collaborative Learning Jobs"
//! (MLSys 2025, arXiv 2312.08298).

pub mod offline;
