//! The plan master: a column per whole plan of a shard.
//!
//! ```text
//! min  Σ_c cost(c) λ_c + Σ_r price_r e_r
//! s.t. Σ_{c of s} λ_c = 1                     for every shard s
//!      Σ_c use(c, r) λ_c − e_r ≤ free_r       for every shared capacity r
//! ```
//!
//! What a plan costs beside shared capacities (latencies, shared shocks, spread, availability) is in
//! its column, exactly. The linear program is solved by column generation (`generation`), and its
//! prices are a certificate. Packing inequalities (`separation`) say which shards fit onto a node or
//! into a store together; they hang on copies and stores alone, so pricing stays what it is, and they
//! are part of the certificate. What the relaxation leaves open is closed by counting: in a plan that
//! is better than the incumbent no shard's decision costs more, with prices, than its cheapest one
//! and the gap together, so the integer program over those decisions (`columns`) has the optimum.
//! Reference for the counting: R. Baldacci, N. Christofides, A. Mingozzi, *An exact algorithm for
//! the vehicle routing problem based on the set partitioning formulation with additional cuts*,
//! Math. Program. 115 (2008).

#[cfg(feature = "highs")]
mod blocks;
#[cfg(feature = "highs")]
mod choice;
mod columns;
#[cfg(feature = "highs")]
mod dive;
#[cfg(feature = "highs")]
mod generation;
#[cfg(feature = "highs")]
mod left_over;
#[cfg(feature = "highs")]
mod method;
#[cfg(feature = "highs")]
mod neighbourhoods;
#[cfg(feature = "highs")]
mod rounding;
#[cfg(feature = "highs")]
mod separation;

#[cfg(feature = "highs")]
pub use blocks::Blocks;
pub use columns::PlanColumns;
#[cfg(feature = "highs")]
pub use generation::{Generated, generate, generate_strengthened};
#[cfg(feature = "highs")]
pub use method::{PlanColumnsFirst, PlanMaster};
#[cfg(feature = "highs")]
pub use neighbourhoods::Neighbourhoods;
