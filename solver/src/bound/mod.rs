//! Bounds: what no plan can beat, and how far each bound can be trusted.
//!
//! [`linear_certificate`] turns inexact duals into a proof that is checked in exact arithmetic.
//! [`subgradient`] finds multipliers where a linear program would be too large, and
//! `column_generation` (feature `highs`) where a formulation has too many columns to write down.

#[cfg(feature = "highs")]
pub mod column_generation;
mod dyadic;
pub mod linear_certificate;
pub mod subgradient;
