//! Offline intersection resource scheduling: published optima, and second routes to every answer.

mod bounds;
mod device;
mod heuristics;
mod orders;
mod support;
