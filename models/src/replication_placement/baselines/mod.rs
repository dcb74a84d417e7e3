//! Ways to place that others use, to compare with. Each runs only where there is no plan yet, so by
//! default one that found nothing better is asked last; with `--method NAME` it runs alone.
//!
//! The first four choose nodes without looking at costs; the mode is then the cheapest one on these
//! nodes. The last three choose nodes by cost, but one mode for all.

pub mod fill;
pub mod first_fit;
pub mod one_mode;
pub mod random;
pub mod rendezvous;
pub mod round_robin;
