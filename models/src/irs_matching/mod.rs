//! Devices check in one after another, each may serve any of the collaborative-learning jobs it is
//! eligible for; which job should it serve so that the average job completion time is least?
//!
//! The problem is Intersection Resource Scheduling of Liu et al., "Venn: Resource Management for
//! Collaborative Learning Jobs", MLSys 2025 (arXiv 2312.08298).

pub mod online;
pub mod replay;
