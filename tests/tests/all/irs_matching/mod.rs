//! Intersection resource scheduling against itself.

mod bounds;
mod encoding;
mod invariance;
mod methods;
mod mutations;
mod published;
mod referee;
mod support;
